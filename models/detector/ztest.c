/* The two-sample z test: is the candidate's share or mean worse than stable's by more than chance?
 * Its promise holds for one look; every further look at growing data adds false alarms. */
#include "models/list.h"

#include <gsl/gsl_cdf.h>

struct config {
	double alpha;
	enum { ONE_SIDED, TWO_SIDED } sides;
};

static const char *const side_names[] = {"one", "two", NULL};

static const struct param params[] = {
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "5%", 1e-12, 0.5,
	 .about = "the false alarm rate of one look"},
	{"sides", PARAM_CHOICE, offsetof(struct config, sides), "one", .choices = side_names,
	 .about = "one: only worse fails; two: any difference does"},
	{0},
};

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	bool one = c->sides == ONE_SIDED;
	(void)state;
	double z = evidence_z(evidence);
	double p = one ? gsl_cdf_ugaussian_Q(z) : 2 * gsl_cdf_ugaussian_Q(fabs(z));
	double limit = gsl_cdf_ugaussian_Qinv(one ? c->alpha : c->alpha / 2);
	return verdict_of_p(p, c->alpha, z, limit);
}

static double level(const void *config)
{
	return ((const struct config *)config)->alpha;
}

const struct detector detector_ztest = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "ztest",
		   .about = "fails when a share or mean is significantly worse than stable's",
		   .example = "ztest: {alpha: 1%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.compares = true,
	.takes = OFFERS_HITS | OFFERS_VARIANCE,
	.look = look,
	.level = level,
};
