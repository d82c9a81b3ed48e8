/* Counting failures: if both versions fail alike, each failure is the candidate's with the chance
 * of its share of the requests. An e-process over all ratios of rates: exact at any traffic,
 * whatever the error rate and however it changes, and however often one looks. */
#include "models/list.h"

#include "sim/stats/rate_ratio.h"

struct config {
	double alpha;
};

static const struct param params[] = {
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "1%", 1e-12, 0.5,
	 .about = "the false alarm rate of all looks together"},
	{0},
};

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	struct rate_ratio *ratio = state;
	rate_ratio_add(ratio, evidence_bad(evidence, &evidence->candidate),
		       evidence_bad(evidence, &evidence->baseline), evidence_share(evidence));
	return verdict_of_e(rate_ratio_log_e(ratio), c->alpha, rate_ratio_likely(ratio));
}

static double level(const void *config)
{
	return ((const struct config *)config)->alpha;
}

const struct detector detector_counting = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "counting",
		   .about = "an e-process on who fails: exact at low traffic, too",
		   .example = "counting: {alpha: 1%}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct rate_ratio)},
	.evidence = EVIDENCE_INCREMENTS,
	.compares = true,
	.takes = OFFERS_HITS,
	.anytime = true,
	.from_start = true,
	.look = look,
	.level = level,
};
