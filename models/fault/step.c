/* A step: errors or latency jump to another level, at once or over a ramp, and stay there. */
#include "models/list.h"

struct config {
	struct fault_changes changes;
};

static const struct param params[] = {
	FAULT_CHANGES("", ""),
	{0},
};

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	fault_change(behaviour, &c->changes, context->strength);
}

const struct fault fault_step = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "step",
		   .about = "errors or latency jump to another level and stay there",
		   .example = "step: {on: candidate, at: 10m, errors: +5%}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = fault_need_changes},
	.bend = bend,
};
