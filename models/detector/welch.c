/* Welch's t test (1947): is the candidate's mean worse by more than chance, each version having a
 * variance of its own? */
#include "models/list.h"

#include "sim/stats/welch.h"

#include <gsl/gsl_cdf.h>

struct config {
	double alpha;
};

static const struct param params[] = {
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "1%", 1e-12, 0.5,
	 .about = "the false alarm rate of one look"},
	{0},
};

static struct moments moments_of(const struct reading *reading)
{
	return (struct moments){.n = reading->requests,
				.mean = reading->value,
				.m2 = reading->variance * (reading->requests - 1)};
}

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	struct moments a = moments_of(&evidence->candidate), b = moments_of(&evidence->baseline);
	struct welch w = welch_test(&a, &b);
	(void)state;
	double p = evidence->higher_is_better ? w.less : w.greater;
	double t = evidence->higher_is_better ? 0 - w.t : w.t;
	if (isnan(p))
		return verdict_without_data();
	return verdict_of_p(p, c->alpha, t, gsl_cdf_tdist_Qinv(c->alpha, w.df));
}

static double level(const void *config)
{
	return ((const struct config *)config)->alpha;
}

const struct detector detector_welch = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "welch",
		   .about = "Welch's t test of two means",
		   .example = "welch: {alpha: 1%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.compares = true,
	.takes = OFFERS_VARIANCE,
	.look = look,
	.level = level,
};
