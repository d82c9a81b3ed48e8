/* Drift of a distribution, such as that of scores: the population stability index between candidate
 * and stable. Large by custom above 0.25; what chance alone makes of it is taken off. */
#include "models/list.h"

#include "sim/stats/psi.h"

struct config {
	double max;
	int64_t groups;
};

static const struct param params[] = {
	{"max", PARAM_NUMBER, offsetof(struct config, max), "0.25", 0, 1e6,
	 .about = "the highest index that passes"},
	{"groups", PARAM_COUNT, offsetof(struct config, groups), "10", 2, 64,
	 .about = "how many groups values are put in"},
	{0},
};

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	const struct reading *a = &evidence->candidate, *b = &evidence->baseline;
	(void)state;
	int groups = (int)c->groups;
	double index = psi_of_counts(a->counts, b->counts, a->bins, groups) -
		       psi_expected(a->requests, b->requests, groups);
	return verdict_of_limit(index > c->max, index, c->max);
}

const struct detector detector_drift = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "drift",
		   .about = "fails when a distribution has drifted: population stability index",
		   .example = "drift: {max: 0.25}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.compares = true,
	.takes = OFFERS_DISTRIBUTION,
	.look = look,
};
