/* Counters begin anew, as when a process restarts: what was counted since the scrape before is
 * lost. */
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
	sight->reset |= context->fresh && context->chance < context->strength * c->chance;
}

const struct fault fault_counter_reset = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "counter_reset",
		   .about = "counters begin anew when it starts",
		   .example = "counter_reset: {at: 5m, duration: 1m, every: 10m}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.blind = blind,
};
