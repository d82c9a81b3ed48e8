/* Counters read as NaN: there is data, and it says nothing. */
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
	sight->unreadable |= context->chance < context->strength * c->chance;
}

const struct fault fault_nan = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "nan",
		   .about = "scrapes give NaN",
		   .example = "nan: {at: 5m, duration: 2m}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.blind = blind,
};
