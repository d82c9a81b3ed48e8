/* An exporter that hangs repeats what it said last: nothing seems to happen. */
#include "models/list.h"

struct config {
	double chance;
};

static const struct param params[] = {
	{"chance", PARAM_SHARE, offsetof(struct config, chance), "100%", 0, 1,
	 .about = "share of the scrapes that it happens to"},
	{0},
};

static void blind(const void *config, const struct fault_context *context, struct sight *sight)
{
	const struct config *c = config;
	sight->stale |= context->chance < context->strength * c->chance;
}

const struct fault fault_stale = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "stale",
		   .about = "scrapes repeat old values",
		   .example = "stale: {at: 5m, duration: 2m}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.blind = blind,
};
