/* Telemetry comes late: decisions are made on what was true some time ago. */
#include "models/list.h"

struct config {
	sim_time by;
};

static const struct param params[] = {
	{"by", PARAM_DURATION, offsetof(struct config, by), NULL, 0, 86400e9,
	 .about = "how much later scrapes arrive"},
	{0},
};

static void blind(const void *config, const struct fault_context *context, struct sight *sight)
{
	const struct config *c = config;
	sight->lag_ns += (sim_time)(context->strength * (double)c->by);
}

const struct fault fault_lag = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "lag",
		   .about = "telemetry comes late",
		   .example = "lag: {by: 2m}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.on = "both",
	.blind = blind,
};
