/* The law of right answers: accuracies over time, and two versions at once. */
#include "sim/quality.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* A margin beyond this is a share below 1e-15 of wrong answers: one no random bits can tell. */
#define LARGEST_MARGIN 8.0

static double drifted(const struct quality *quality, sim_time now)
{
	struct drift_point from = {0, 0};
	for (int p = 0; p < quality->drift_points; p++) {
		const struct drift_point *to = &quality->drift[p];
		if (now < to->at)
			return from.accuracy +
			       (to->accuracy - from.accuracy) *
				       ((double)(now - from.at) / (double)(to->at - from.at));
		from = *to;
	}
	return from.accuracy;
}

double quality_accuracy(const struct quality *quality, int segment, sim_time now, double added)
{
	double accuracy = quality->accuracy[segment] + drifted(quality, now) + added;
	return fmin(fmax(accuracy, 0), 1);
}

/* What to expect of something that follows right and wrong answers. */
static double average(double accuracy, double right, double wrong)
{
	return wrong + accuracy * (right - wrong);
}

double quality_conversions(const struct quality *quality, double accuracy)
{
	const struct conversion *c = &quality->conversion;
	return quality->converts ? average(accuracy, c->right, c->wrong) : 0;
}

bool quality_is_worse(const struct quality *quality, double accuracy, const struct quality *stable,
		      double stable_accuracy)
{
	const struct satisfaction *s = &quality->satisfaction, *than = &stable->satisfaction;
	double conversions = quality_conversions(quality, accuracy);
	double stable_conversions = quality_conversions(stable, stable_accuracy);
	return accuracy < stable_accuracy || conversions < stable_conversions ||
	       conversions * quality->conversion.value <
		       stable_conversions * stable->conversion.value ||
	       average(accuracy, s->right, s->wrong) <
		       average(stable_accuracy, than->right, than->wrong);
}

struct interval quality_agreements(double stable, double own)
{
	return (struct interval){fabs(stable + own - 1), 1 - fabs(stable - own)};
}

double quality_margin(double accuracy)
{
	if (accuracy <= 0 || accuracy >= 1)
		return accuracy > 0 ? LARGEST_MARGIN : -LARGEST_MARGIN;
	double margin = gsl_cdf_ugaussian_Pinv(accuracy);
	return fmin(fmax(margin, -LARGEST_MARGIN), LARGEST_MARGIN);
}

double quality_of_area(double area)
{
	return gsl_cdf_ugaussian_P(gsl_cdf_ugaussian_Pinv(area) / M_SQRT2);
}

/* Frechet's bounds (1951): both are right in at least stable + own - 1, in at most the smaller. */
struct joint quality_joint(double stable, double own, double concord)
{
	const uint64_t all = UINT64_C(1) << 32;
	struct joint j = {(uint64_t)llround(stable * 0x1p32), (uint64_t)llround(own * 0x1p32), 0};
	uint64_t least = j.stable + j.own > all ? j.stable + j.own - all : 0;
	uint64_t most = j.stable < j.own ? j.stable : j.own;
	j.both = least + (uint64_t)llround(concord * (double)(most - least));
	return j;
}
