/* Quantiles of a sample, with intervals that assume nothing about its distribution. */
#ifndef SIM_STATS_QUANTILE_H
#define SIM_STATS_QUANTILE_H

#include "sim/stats/interval.h"

#include <stddef.h>

/* Hyndman and Fan 1996, definition 7; `sorted` ascending, 0 <= p <= 1. NaN when n is 0. */
double quantile_of_sorted(const double *sorted, size_t n, double p);

/* The order statistics that enclose the p-quantile with at least `level` (binomial law of ranks,
 * equal tails). Ranks count from 1; 0 and n + 1 mean that the sample sets no bound. */
struct quantile_ranks {
	size_t low, high;
	double coverage;
};
struct quantile_ranks quantile_ranks(size_t n, double p, double level);

/* The same as values: -inf or +inf where the sample sets no bound. */
struct interval quantile_interval(const double *sorted, size_t n, double p, double level);

/* The standard error of that order statistic which is nearest to the p-quantile: exactly what
 * infinitely many bootstrap resamples would give (Maritz and Jarrett 1978). NaN below two values.
 */
double quantile_standard_error(const double *sorted, size_t n, double p);

#endif
