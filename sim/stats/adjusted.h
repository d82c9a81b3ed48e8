/* Means made sharper by what else is known: CUPED (Deng, Xu, Kohavi and Walker 2013); and ratios of
 * means with the delta method. */
#ifndef SIM_STATS_ADJUSTED_H
#define SIM_STATS_ADJUSTED_H

#include "sim/stats/moments.h"

/* x is known before, y is what is measured; a pair a unit. */
struct pairs {
	const double *x, *y;
	int n;
};

/* The slope of y on x, over all of both. */
double adjusted_slope(const struct pairs *a, const struct pairs *b);

/* Mean and variance of y less what x explains; `centre` is the mean of x over both. */
struct moments adjusted_moments(const struct pairs *pairs, double slope, double centre);

double adjusted_centre(const struct pairs *a, const struct pairs *b);

/* Sum of y over sum of x, and its variance: units are independent, y and x of one are not. */
double adjusted_ratio(const struct pairs *pairs);
double adjusted_ratio_variance(const struct pairs *pairs);

#endif
