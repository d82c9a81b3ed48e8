/* What the statistic is without each of the parts tells how far it is to be trusted. */
#include "sim/stats/jackknife.h"

#include <math.h>

/* Merged anew each time: taking a part out of a sum would lose digits. */
static double without(const struct moments *parts, int count, int skipped,
		      double (*statistic)(const struct moments *))
{
	struct moments rest = {.n = 0};
	for (int i = 0; i < count; i++)
		if (i != skipped)
			moments_merge(&rest, &parts[i]);
	return statistic(&rest);
}

struct interval jackknife_interval(const struct moments *parts, int count,
				   double (*statistic)(const struct moments *), double level)
{
	struct moments pseudo = {.n = 0};
	double all = without(parts, count, -1, statistic);
	if (all == 0)
		return (struct interval){0, 0};
	for (int i = 0; i < count; i++) {
		double value =
			count * log(all) - (count - 1) * log(without(parts, count, i, statistic));
		if (!isfinite(value))
			return (struct interval){0, INFINITY};
		moments_add(&pseudo, value);
	}
	struct interval logarithm = moments_mean_interval(&pseudo, level);
	return (struct interval){exp(logarithm.low), exp(logarithm.high)};
}
