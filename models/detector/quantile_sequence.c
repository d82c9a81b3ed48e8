/* Is the candidate's quantile the same as stable's, however often one looks? By an e-value that
 * assumes nothing about how latencies are distributed (Howard and Ramdas 2022). Fails only when the
 * candidate's is worse. */
#include "models/list.h"

#include "sim/stats/quantile_sequence.h"

struct config {
	double alpha, tuned_for;
};

static const struct param params[] = {
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "1%", 1e-12, 0.5,
	 .about = "the false alarm rate of all looks together"},
	{"tuned_for", PARAM_NUMBER, offsetof(struct config, tuned_for), "2000", 1, 1e12,
	 .about = "requests of either version at which it knows the most"},
	{0},
};

/* A metric that is no quantile is judged by its median. */
static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	const struct reading *a = &evidence->candidate, *b = &evidence->baseline;
	double p = isnan(evidence->quantile) ? 0.5 : evidence->quantile;
	(void)state;
	double log_e =
		quantile_sequence_ab(a->counts, b->counts, a->bins, p, c->tuned_for, c->alpha);
	struct verdict verdict = verdict_of_e(log_e, c->alpha, evidence_harm(evidence));
	if (verdict.kind == VERDICT_FAIL && evidence_harm(evidence) <= 0)
		verdict.kind = VERDICT_PASS;
	return verdict;
}

static double level(const void *config)
{
	return ((const struct config *)config)->alpha;
}

const struct detector detector_quantile_sequence = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "quantile_sequence",
		   .about = "a quantile compared at all looks together, whatever its law",
		   .example = "quantile_sequence: {alpha: 1%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.compares = true,
	.takes = OFFERS_DISTRIBUTION,
	.anytime = true,
	.from_start = true,
	.look = look,
	.level = level,
};
