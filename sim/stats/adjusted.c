/* Two passes: first the means, then what lies around them. */
#include "sim/stats/adjusted.h"

#include <math.h>

static double mean_of(const double *values, int n)
{
	double sum = 0;
	for (int i = 0; i < n; i++)
		sum += values[i];
	return sum / n;
}

static double product_around(const double *a, double mean_a, const double *b, double mean_b, int n)
{
	double sum = 0;
	for (int i = 0; i < n; i++)
		sum += (a[i] - mean_a) * (b[i] - mean_b);
	return sum;
}

static double joint_mean(const double *a, int n, const double *b, int m)
{
	return (mean_of(a, n) * n + mean_of(b, m) * m) / (n + m);
}

double adjusted_centre(const struct pairs *a, const struct pairs *b)
{
	return joint_mean(a->x, a->n, b->x, b->n);
}

double adjusted_slope(const struct pairs *a, const struct pairs *b)
{
	double x = joint_mean(a->x, a->n, b->x, b->n), y = joint_mean(a->y, a->n, b->y, b->n);
	double xy = product_around(a->x, x, a->y, y, a->n) + product_around(b->x, x, b->y, y, b->n);
	double xx = product_around(a->x, x, a->x, x, a->n) + product_around(b->x, x, b->x, x, b->n);
	return xx > 0 ? xy / xx : 0;
}

struct moments adjusted_moments(const struct pairs *pairs, double slope, double centre)
{
	struct moments moments = {0};
	for (int i = 0; i < pairs->n; i++)
		moments_add(&moments, pairs->y[i] - slope * (pairs->x[i] - centre));
	return moments;
}

double adjusted_ratio(const struct pairs *p)
{
	return mean_of(p->y, p->n) / mean_of(p->x, p->n);
}

double adjusted_ratio_variance(const struct pairs *p)
{
	double x = mean_of(p->x, p->n), y = mean_of(p->y, p->n), ratio = y / x, sum = 0;
	for (int i = 0; i < p->n; i++) {
		double off = (p->y[i] - y) - ratio * (p->x[i] - x);
		sum += off * off;
	}
	return sum / (p->n - 1.0) / p->n / (x * x);
}
