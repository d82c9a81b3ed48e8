/* Do copies agree with their originals as often as they must? Fails when the share surely lies
 * below, passes when it surely does not, and waits in between; surely as Clopper and Pearson 1934
 * have it. */
#include "models/list.h"

struct config {
	double min, alpha;
};

static const struct param params[] = {
	{"min", PARAM_SHARE, offsetof(struct config, min), "95%", 0, 1,
	 .about = "the share that must agree"},
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "1%", 1e-12, 0.5,
	 .about = "the chance to be wrong, on either side, at one look"},
	{0},
};

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	double hits = evidence->candidate.hits, n = evidence->candidate.requests;
	(void)state;
	double too_low = proportion_at_most(hits, n, c->min);
	double high_enough = proportion_at_least(hits, n, c->min);
	struct verdict verdict = verdict_of_p(too_low, c->alpha, evidence->candidate.value, c->min);
	if (verdict.kind == VERDICT_PASS && high_enough >= c->alpha)
		verdict.kind = VERDICT_UNSURE;
	return verdict;
}

static double level(const void *config)
{
	return ((const struct config *)config)->alpha;
}

const struct detector detector_agreement = {
	.plugin =
		{.kind = PLUGIN_DETECTOR,
		 .name = "agreement",
		 .about =
			 "fails when a share, such as that of copies that agree, is surely too low",
		 .example = "agreement: {min: 95%}",
		 .params = params,
		 .config_size = sizeof(struct config)},
	.takes = OFFERS_HITS,
	.look = look,
	.level = level,
};
