/* Two means with variances of their own: Welch's t test (1947). */
#ifndef SIM_STATS_WELCH_H
#define SIM_STATS_WELCH_H

#include "sim/stats/interval.h"
#include "sim/stats/moments.h"

struct welch {
	double t, df; /* NaN below two values on either side */
	double two_sided, less, greater;
	double difference, error;
};

/* Two constant samples differ infinitely, or not at all. */
struct welch welch_test(const struct moments *x, const struct moments *y);
struct interval welch_interval(const struct welch *test, double level);

#endif
