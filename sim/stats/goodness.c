/* Pearson's chi-square (1900) and the likelihood ratio. */
#include "sim/stats/goodness.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

static double total(const double *values, int n)
{
	double sum = 0;
	for (int i = 0; i < n; i++)
		sum += values[i];
	return sum;
}

static double squares(double count, double expected)
{
	return (count - expected) * ((count - expected) / expected);
}

static double deviance(double count, double expected)
{
	return count > 0 ? 2 * count * log(count / expected) : 0;
}

/* Below the smallest normal number nothing is left of the digits. */
static double upper_tail(double statistic, double df)
{
	double p = df > 0 ? gsl_cdf_chisq_Q(statistic, df) : 1;
	return p < DBL_MIN ? 0 : p;
}

static struct goodness sum_up(const double *counts, const double *weights, int n,
			      double (*term)(double, double))
{
	double all = total(counts, n), weight = total(weights, n), sum = 0, df = n - 1;
	if (fabs(weight - 1) < 1e-12)
		weight = 1; /* shares, which rounding keeps from summing to 1 */
	for (int i = 0; i < n; i++)
		sum += weights[i] > 0 ? term(counts[i], all * weights[i] / weight) : NAN;
	if (all <= 0)
		sum = NAN;
	return (struct goodness){sum, df, isnan(sum) ? NAN : upper_tail(sum, df)};
}

struct goodness goodness_chi_square(const double *counts, const double *weights, int n)
{
	return sum_up(counts, weights, n, squares);
}

struct goodness goodness_g(const double *counts, const double *weights, int n)
{
	return sum_up(counts, weights, n, deviance);
}
