/* The candidate's metric less stable's at the same time: for metrics whose ratio says little, such
 * as shares close to 0 or 1. */
#include "models/list.h"

#include <stdio.h>

struct config {
	struct level max, min;
};

static const struct param params[] = {
	{"max", PARAM_LEVEL, offsetof(struct config, max), "", 0, 1e18,
	 .about = "how far the candidate may lie above stable"},
	{"min", PARAM_LEVEL, offsetof(struct config, min), "", 0, 1e18,
	 .about = "how far it may lie below"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	if (!isnan(c->max.amount) || !isnan(c->min.amount))
		return NULL;
	snprintf(why, size, "give max, min or both");
	return "";
}

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	(void)state;
	double delta = evidence->candidate.value - evidence->baseline.value;
	bool below = -delta > c->min.amount; /* a limit that is not set is NaN */
	return verdict_of_limit(delta > c->max.amount || below, delta,
				below ? -c->min.amount : c->max.amount);
}

const struct detector detector_delta = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "delta",
		   .about = "fails when the candidate's metric is too far from stable's",
		   .example = "delta: {max: 0.5%}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.compares = true,
	.look = look,
};
