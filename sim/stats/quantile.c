/* Quantiles of a sample, with intervals from the binomial law of how many values lie below. */
#include "sim/stats/quantile.h"
#include "sim/stats/proportion.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

double quantile_of_sorted(const double *sorted, size_t n, double p)
{
	assert(p >= 0);
	assert(p <= 1);
	if (n == 0)
		return NAN;
	double place = (double)(n - 1) * p;
	size_t below = (size_t)place;
	double fraction = place - (double)below;
	double low = sorted[below];
	double high = below + 1 < n ? sorted[below + 1] : low;
	/* Ties stay exact, and no infinite neighbour (what never happened) is multiplied by 0. */
	if (fraction <= 0 || low == high)
		return low;
	return (1 - fraction) * low + fraction * high;
}

/* The last rank r that the quantile undercuts with at most `chance`: P(fewer than r below it). */
static size_t last_low_rank(double n, double p, double chance)
{
	size_t good = 0, bad = (size_t)n + 1;
	while (bad - good > 1) {
		size_t rank = good + (bad - good) / 2;
		if (proportion_at_most((double)rank - 1, n, p) <= chance)
			good = rank;
		else
			bad = rank;
	}
	return good;
}

/* The first rank r that the quantile exceeds with at most `chance`: P(r or more below it). */
static size_t first_high_rank(double n, double p, double chance)
{
	size_t bad = 0, good = (size_t)n + 1;
	while (good - bad > 1) {
		size_t rank = bad + (good - bad) / 2;
		if (proportion_at_least((double)rank, n, p) <= chance)
			good = rank;
		else
			bad = rank;
	}
	return good;
}

struct quantile_ranks quantile_ranks(size_t n, double p, double level)
{
	assert(p >= 0);
	assert(p <= 1);
	assert(level >= 0);
	assert(level <= 1);
	if (level >= 1)
		return (struct quantile_ranks){0, n + 1, 1};
	double size = (double)n, chance = (1 - level) / 2;
	size_t low = last_low_rank(size, p, chance);
	size_t high = first_high_rank(size, p, chance);
	double below = proportion_at_most((double)low - 1, size, p);
	double above = proportion_at_least((double)high, size, p);
	return (struct quantile_ranks){low, high, 1 - below - above};
}

struct interval quantile_interval(const double *sorted, size_t n, double p, double level)
{
	struct quantile_ranks ranks = quantile_ranks(n, p, level);
	double low = ranks.low > 0 ? sorted[ranks.low - 1] : -INFINITY;
	double high = ranks.high <= n ? sorted[ranks.high - 1] : INFINITY;
	return (struct interval){low, high};
}

/* A resample's order statistic is the i-th value with the chance that a beta number lies in the
 * i-th of n equal steps. */
double quantile_standard_error(const double *sorted, size_t n, double p)
{
	assert(p >= 0);
	assert(p <= 1);
	if (n < 2)
		return NAN;
	double size = (double)n, rank = fmin(fmax(floor(size * p + 0.5), 1), size);
	double centre = sorted[(size_t)rank - 1], before = 0, mean = 0, square = 0;
	for (size_t i = 0; i < n; i++) {
		double upto = gsl_cdf_beta_P((double)(i + 1) / size, rank, size - rank + 1);
		double off = sorted[i] - centre;
		mean += (upto - before) * off;
		square += (upto - before) * off * off;
		before = upto;
	}
	return sqrt(fmax(square - mean * mean, 0));
}
