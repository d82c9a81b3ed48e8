/* Does the candidate rank worse than stable? Two areas under the ROC curve, of different requests,
 * with the variances of DeLong, DeLong and Clarke-Pearson 1988. */
#include "models/list.h"

#include <gsl/gsl_cdf.h>

struct config {
	double alpha, margin;
};

static const struct param params[] = {
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "1%", 1e-12, 0.5,
	 .about = "the false alarm rate of one look"},
	{"margin", PARAM_NUMBER, offsetof(struct config, margin), "0", 0, 0.5,
	 .about = "so much less area is not worth a word"},
	{0},
};

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	const struct reading *a = &evidence->candidate, *b = &evidence->baseline;
	(void)state;
	double harm = evidence_harm(evidence) - c->margin;
	double error = sqrt(a->variance / a->requests + b->variance / b->requests);
	double z = harm == 0 ? 0 : harm / error;
	if (isnan(z))
		return verdict_without_data();
	return verdict_of_p(gsl_cdf_ugaussian_Q(z), c->alpha, z, gsl_cdf_ugaussian_Qinv(c->alpha));
}

static double level(const void *config)
{
	return ((const struct config *)config)->alpha;
}

const struct detector detector_auc = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "auc",
		   .about = "fails when the candidate's scores rank significantly worse",
		   .example = "auc: {alpha: 1%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.compares = true,
	.takes = OFFERS_AREA,
	.look = look,
	.level = level,
};
