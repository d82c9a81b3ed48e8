/* Something that all versions share fails: both are hit alike, and a rollback helps nobody. */
#include "models/list.h"

struct config {
	struct fault_changes changes;
};

static const struct param params[] = {
	FAULT_CHANGES("+50%", ""),
	{0},
};

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	fault_change(behaviour, &c->changes, context->strength);
}

const struct fault fault_dependency_outage = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "dependency_outage",
		   .about = "something that versions share fails",
		   .example = "dependency_outage: {at: 10m, duration: 5m, errors: +50%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.on = "both",
	.bend = bend,
};
