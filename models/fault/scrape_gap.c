/* Scrapes fail: checks go on with what they have, which gets old. */
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
	sight->gap |= context->chance < context->strength * c->chance;
}

const struct fault fault_scrape_gap = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "scrape_gap",
		   .about = "scrapes fail for a while",
		   .example = "scrape_gap: {at: 5m, duration: 2m}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.on = "both",
	.blind = blind,
};
