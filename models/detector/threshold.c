/* A fixed limit, as most alerts have: the metric must lie between min and max. */
#include "models/list.h"

#include <math.h>
#include <stdio.h>

struct config {
	struct level min, max;
};

static const struct param params[] = {
	{"max", PARAM_LEVEL, offsetof(struct config, max), "", 0, 1e18,
	 .about = "the highest value that passes"},
	{"min", PARAM_LEVEL, offsetof(struct config, min), "", 0, 1e18,
	 .about = "the lowest value that passes"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	if (isnan(c->max.amount) && isnan(c->min.amount)) {
		snprintf(why, size, "give max, min or both");
		return "";
	}
	if (c->min.amount > c->max.amount) {
		snprintf(why, size, "min lies above max: nothing could pass");
		return "min";
	}
	return NULL;
}

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	double value = evidence->candidate.value;
	(void)state;
	/* A limit that is not set is NaN, and every comparison with it false. */
	bool outside = value > c->max.amount || value < c->min.amount;
	return verdict_of_limit(outside, value,
				value < c->min.amount ? c->min.amount : c->max.amount);
}

const struct detector detector_threshold = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "threshold",
		   .about = "fails outside fixed limits",
		   .example = "threshold: {max: 2%}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.look = look,
};
