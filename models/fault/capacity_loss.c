/* Instances are gone: what is left must do all the work, and waiting begins. */
#include "models/list.h"

struct config {
	double instances;
};

static const struct param params[] = {
	{"instances", PARAM_SHARE, offsetof(struct config, instances), NULL, 0, 1,
	 .about = "share of the servers that are gone"},
	{0},
};

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	behaviour->capacity *= 1 - context->strength * c->instances;
}

const struct fault fault_capacity_loss = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "capacity_loss",
		   .about = "servers of its pool are gone",
		   .example = "capacity_loss: {at: 10m, instances: 50%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.takes_servers = true,
	.needs_pool = true,
	.bend = bend,
};
