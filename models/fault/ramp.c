/* A slow decline: every look sees little more than the one before, and no single one is alarming.
 */
#include "models/list.h"

struct config {
	struct fault_changes changes;
	sim_time over;
};

static const struct param params[] = {
	FAULT_CHANGES("", ""),
	{"over", PARAM_DURATION, offsetof(struct config, over), NULL, 1, (double)MAX_HORIZON,
	 .about = "how long it takes until all of that is reached"},
	{0},
};

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	double strength = context->strength * fault_progress(c->over, context->since);
	fault_change(behaviour, &c->changes, strength);
}

static sim_time settles(const void *config)
{
	return ((const struct config *)config)->over;
}

const struct fault fault_ramp = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "ramp",
		   .about = "errors or latency grow slowly, in a straight line",
		   .example = "ramp: {errors: +5%, over: 20m}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = fault_need_changes},
	.bend = bend,
	.settles = settles,
};
