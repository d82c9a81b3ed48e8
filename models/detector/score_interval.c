/* Non-inferiority with a margin, by Miettinen and Nurminen's score (1985): fails when the candidate
 * is surely worse by more than the margin, passes when it surely is not, and waits in between. */
#include "models/list.h"

#include "sim/stats/difference.h"

#include <gsl/gsl_cdf.h>

struct config {
	double alpha, margin;
};

static const struct param params[] = {
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "1%", 1e-12, 0.5,
	 .about = "the false alarm rate of one look"},
	{"margin", PARAM_SHARE, offsetof(struct config, margin), "0.5%", 0, 1,
	 .about = "so much worse is acceptable"},
	{0},
};

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	const struct reading *a = &evidence->candidate, *b = &evidence->baseline;
	const struct two_shares bad = {evidence_bad(evidence, a), a->requests,
				       evidence_bad(evidence, b), b->requests};
	(void)state;
	double z = difference_score_z(&bad, c->margin);
	struct verdict verdict =
		verdict_of_p(gsl_cdf_ugaussian_Q(z), c->alpha, z, gsl_cdf_ugaussian_Qinv(c->alpha));
	if (verdict.kind == VERDICT_PASS && gsl_cdf_ugaussian_P(z) >= c->alpha)
		verdict.kind = VERDICT_UNSURE;
	return verdict;
}

static double level(const void *config)
{
	return ((const struct config *)config)->alpha;
}

const struct detector detector_score_interval = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "score_interval",
		   .about = "non-inferiority: surely worse by more than a margin, or surely not?",
		   .example = "score_interval: {margin: 0.5%, alpha: 1%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.compares = true,
	.takes = OFFERS_HITS,
	.look = look,
	.level = level,
};
