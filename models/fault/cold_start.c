/* A cold start: bad at first and fine soon, which is no reason to roll back. */
#include "models/list.h"

struct config {
	struct fault_changes changes;
	sim_time warm_after;
};

static const struct param params[] = {
	FAULT_CHANGES("", "x3"),
	{"warm_after", PARAM_DURATION, offsetof(struct config, warm_after), "2m", 1,
	 (double)MAX_HORIZON, .about = "when all is well; it gets better in a straight line"},
	{0},
};

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	bool warm = context->since >= c->warm_after;
	double cold = warm ? 0 : 1 - fault_progress(c->warm_after, context->since);
	fault_change(behaviour, &c->changes, context->strength * cold);
}

static sim_time settles(const void *config)
{
	return ((const struct config *)config)->warm_after;
}

const struct fault fault_cold_start = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "cold_start",
		   .about = "slow when it begins to serve, and fine soon",
		   .example = "cold_start: {latency: x3, warm_after: 2m}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.confounder = true,
	.on_arrival = true,
	.bend = bend,
	.settles = settles,
};
