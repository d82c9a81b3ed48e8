/* The roots of Legendre's polynomials by Newton's method: the start is so near (Abramowitz and
 * Stegun 1964, 22.16.6) that a few steps end at a double. */
#include "sim/stats/legendre.h"

#include <assert.h>
#include <math.h>

enum { MOST_STEPS = 20 }; /* four are many */

/* The polynomial of degree n at x, by its recurrence; its slope from the one before. */
static double polynomial(int n, double x, double *slope)
{
	double before = 1, here = x;
	for (int i = 2; i <= n; i++) {
		double next = ((2 * i - 1) * x * here - (i - 1) * before) / i;
		before = here;
		here = next;
	}
	*slope = n * (before - x * here) / ((1 - x) * (1 + x));
	return here;
}

void legendre_rule(int n, double low, double high, double *node, double *weight)
{
	assert(n >= 1);
	double middle = (low + high) / 2, half = (high - low) / 2;
	for (int i = 0; i < (n + 1) / 2; i++) {
		double x = cos(M_PI * (i + 0.75) / (n + 0.5)), slope, step = 1;
		for (int s = 0; s < MOST_STEPS && fabs(step) > 1e-15; s++) {
			step = polynomial(n, x, &slope) / slope;
			x -= step;
		}
		polynomial(n, x, &slope);
		node[i] = middle - half * x;
		node[n - 1 - i] = middle + half * x;
		weight[i] = weight[n - 1 - i] = half * 2 / ((1 - x) * (1 + x) * slope * slope);
	}
}
