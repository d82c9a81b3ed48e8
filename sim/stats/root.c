/* Interpolation where it goes well, halving where it does not. */
#include "sim/stats/root.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

enum { MOST_STEPS = 1000 };

struct point {
	double x, y;
};

/* `b` is the best so far, `a` the one before, and the root lies between b and c. */
struct bracket {
	struct point a, b, c;
};

/* The step from b that a line or a parabola through the points suggests, as p / q; false where it
 * leads too far out, or gains less than halving did. */
static bool interpolate(const struct bracket *k, double limit, double *step)
{
	double width = k->c.x - k->b.x, before = k->b.x - k->a.x, ratio = k->b.y / k->a.y, p, q;
	if (k->a.x == k->c.x) {
		p = width * ratio;
		q = 1 - ratio;
	} else {
		double u = k->a.y / k->c.y, v = k->b.y / k->c.y;
		p = ratio * (width * u * (u - v) - before * (v - 1));
		q = (u - 1) * (v - 1) * (ratio - 1);
	}
	if (p > 0)
		q = -q;
	else
		p = -p;
	if (!(p < 0.75 * width * q - fabs(limit * q) / 2 && p < fabs(before * q / 2)))
		return false;
	*step = p / q;
	return true;
}

double root_find(root_function *function, const void *context, double low, double high,
		 double tolerance)
{
	struct bracket k = {.a = {low, function(context, low)},
			    .b = {high, function(context, high)}};
	k.c = k.a;
	if (k.a.y == 0)
		return low;
	for (int i = 0; i < MOST_STEPS && k.b.y != 0; i++) {
		double before = k.b.x - k.a.x;
		if (fabs(k.c.y) < fabs(k.b.y)) {
			k.a = k.b;
			k.b = k.c;
			k.c = k.a;
		}
		double limit = 2 * DBL_EPSILON * fabs(k.b.x) + tolerance / 2;
		double step = (k.c.x - k.b.x) / 2;
		if (fabs(step) <= limit)
			break;
		if (fabs(before) >= limit && fabs(k.a.y) > fabs(k.b.y))
			interpolate(&k, limit, &step);
		if (fabs(step) < limit)
			step = step > 0 ? limit : -limit;
		k.a = k.b;
		k.b.x += step;
		k.b.y = function(context, k.b.x);
		if ((k.b.y > 0 && k.c.y > 0) || (k.b.y < 0 && k.c.y < 0))
			k.c = k.a;
	}
	return k.b.x;
}
