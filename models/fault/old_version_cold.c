/* After the way back the old version is cold: the cure hurts for a while, too. */
#include "models/list.h"

struct config {
	struct fault_changes changes;
	sim_time warm_after;
};

static const struct param params[] = {
	FAULT_CHANGES("", "x3"),
	{"warm_after", PARAM_DURATION, offsetof(struct config, warm_after), "5m", 1,
	 (double)MAX_HORIZON, .about = "when all is well; it gets better in a straight line"},
	{0},
};

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	if (context->back == PARAM_UNSET || context->back >= c->warm_after)
		return;
	double cold = context->strength * (1 - fault_progress(c->warm_after, context->back));
	fault_change(behaviour, &c->changes, cold);
}

const struct fault fault_old_version_cold = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "old_version_cold",
		   .about = "after a rollback stable is slow for a while",
		   .example = "old_version_cold: {latency: x3, warm_after: 5m}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.on = "stable",
	.confounder = true,
	.dynamic = true,
	.bend = bend,
};
