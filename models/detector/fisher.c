/* Fisher's exact test (1935): do more of the candidate's requests fail than of stable's, given how
 * many fail in all? Exact for one look, however few there are. */
#include "models/list.h"

#include "sim/stats/fisher.h"

#include <gsl/gsl_cdf.h>

struct config {
	double alpha;
};

static const struct param params[] = {
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "1%", 1e-12, 0.5,
	 .about = "the false alarm rate of one look"},
	{0},
};

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	const struct reading *a = &evidence->candidate, *b = &evidence->baseline;
	(void)state;
	double bad1 = evidence_bad(evidence, a), bad2 = evidence_bad(evidence, b);
	double p = fisher_exact(bad1, a->requests - bad1, bad2, b->requests - bad2).greater;
	return verdict_of_p(p, c->alpha, evidence_z(evidence), gsl_cdf_ugaussian_Qinv(c->alpha));
}

static double level(const void *config)
{
	return ((const struct config *)config)->alpha;
}

const struct detector detector_fisher = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "fisher",
		   .about = "Fisher's exact test of who fails: for few requests",
		   .example = "fisher: {alpha: 1%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.compares = true,
	.takes = OFFERS_HITS,
	.look = look,
	.level = level,
};
