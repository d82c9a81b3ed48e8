/* The logarithm of a gamma variable has a log-concave density, hence log-concave tails (Bagnoli and
 * Bergstrom 2005, theorems 1 and 3): Newton's method on the logarithm of the smaller tail comes
 * from one side after its first step and cannot fail. */
#include "sim/stats/gamma.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

enum { MOST_STEPS = 100 }; /* ten are many */

/* Tails below exp(-600) are 0: nobody draws them, and the library calls the smallest an error. */
static const double smallest_log = -600;

/* P(x) <= x^a / Gamma(a + 1), for the integral's exponential is below 1. */
static double log_most_below(double shape, double x)
{
	return shape * log(x) - lgamma(shape + 1);
}

/* Chernoff's bound of the upper tail beyond the mean: exp(a - x) (x / a)^a. */
static double log_most_above(double shape, double x)
{
	return x > shape ? shape - x + shape * log(x / shape) : 0;
}

double gamma_below(double shape, double x)
{
	if (!(x > 0) || log_most_below(shape, x) < smallest_log)
		return 0;
	return isinf(x) || log_most_above(shape, x) < smallest_log ? 1
								   : gsl_cdf_gamma_P(x, shape, 1);
}

double gamma_above(double shape, double x)
{
	if (!(x > 0) || log_most_below(shape, x) < smallest_log)
		return 1;
	return isinf(x) || log_most_above(shape, x) < smallest_log ? 0
								   : gsl_cdf_gamma_Q(x, shape, 1);
}

/* Wilson and Hilferty 1931 where that is positive, else what the bound of the lower tail gives. */
static double log_start(double shape, double p)
{
	double c = 1 / (9 * shape);
	double root = 1 - c + gsl_cdf_ugaussian_Pinv(p) * sqrt(c);
	double bound = (log(p) + lgamma(shape + 1)) / shape;
	return root > 0 ? fmax(log(shape) + 3 * log(root), bound) : bound;
}

double gamma_quantile(double shape, double p)
{
	double y = log_start(shape, p), normal = lgamma(shape), step = 1;
	for (int i = 0; i < MOST_STEPS && fabs(step) > 1e-11; i++) {
		double x = exp(y), slope = exp(shape * y - x - normal); /* of the cdf, in y */
		double below = gamma_below(shape, x), above = gamma_above(shape, x);
		if (p <= 0.5)
			step = log(p / below) * below / slope;
		else
			step = log(above / (1 - p)) * above / slope;
		y += fmin(fmax(step, -1), 1);
	}
	return exp(y);
}
