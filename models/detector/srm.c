/* Sample-ratio mismatch: is the candidate's share of the requests what the routes say? A router
 * that is wrong makes every comparison of the two doubtful. */
#include "models/list.h"

#include <gsl/gsl_cdf.h>

struct config {
	double alpha, per_user;
};

static const struct param params[] = {
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "0.1%", 1e-12, 0.5,
	 .about = "the false alarm rate of one look"},
	{"per_user", PARAM_NUMBER, offsetof(struct config, per_user), "1", 1, 1e9,
	 .about = "how many requests come together, as those of a user who stays with a version: "
		  "chance is larger by its root"},
	{0},
};

/* With two groups the chi-square statistic (Pearson 1900) has one degree of freedom. */
static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	(void)state;
	double n1 = evidence->candidate.requests, n2 = evidence->baseline.requests;
	double share = evidence->expected_share, n = n1 + n2;
	if (!(share > 0 && share < 1))
		return verdict_without_data();
	double off = n1 - n * share;
	double chi2 = off * off / (n * share * (1 - share)) / c->per_user;
	return verdict_of_p(gsl_cdf_chisq_Q(chi2, 1), c->alpha, chi2,
			    gsl_cdf_chisq_Qinv(c->alpha, 1));
}

static double level(const void *config)
{
	return ((const struct config *)config)->alpha;
}

const struct detector detector_srm = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "srm",
		   .about = "fails when the candidate's share of the requests is not as routed",
		   .example = "srm: {alpha: 0.1%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.compares = true,
	.asks_share = true,
	.look = look,
	.level = level,
};
