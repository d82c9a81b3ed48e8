/* A region is down, whatever version serves it. */
#include "models/list.h"

struct config {
	struct fault_changes changes;
};

static const struct param params[] = {
	FAULT_CHANGES("+100%", ""),
	{0},
};

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	fault_change(behaviour, &c->changes, context->strength);
}

const struct fault fault_region_outage = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "region_outage",
		   .about = "a region is down, whatever version serves it",
		   .example = "region_outage: {region: eu, at: 10m, duration: 5m}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.on = "both",
	.needs = "region",
	.bend = bend,
};
