/* Intervals for what is no mean: a ratio, a variance, a coefficient of variation. */
#ifndef SIM_STATS_JACKKNIFE_H
#define SIM_STATS_JACKKNIFE_H

#include "sim/stats/moments.h"

/* The interval of a positive statistic of all numbers together, which come in independent parts
 * such as trials; numbers of one part may depend on each other. Tukey's pseudo-values (1958) of the
 * logarithm, for those are nearly normal where the statistic is a variance (Miller 1974).
 * [0, inf] where the parts don't tell; the statistic itself where it is 0. */
struct interval jackknife_interval(const struct moments *parts, int count,
				   double (*statistic)(const struct moments *), double level);

#endif
