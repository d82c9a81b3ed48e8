/* Mean and variance of a stream of numbers; two can be merged. */
#ifndef SIM_STATS_MOMENTS_H
#define SIM_STATS_MOMENTS_H

#include "sim/stats/interval.h"

struct moments {
	double n, mean, m2, low, high; /* m2: sum of squared deviations */
};

void moments_add(struct moments *moments, double x);		      /* Welford 1962 */
void moments_merge(struct moments *into, const struct moments *from); /* Pebay 2008 */
double moments_variance(const struct moments *moments);		      /* n - 1; NaN below two */

/* Student's t interval of the mean; [-inf, inf] below two values. */
struct interval moments_mean_interval(const struct moments *moments, double level);

#endif
