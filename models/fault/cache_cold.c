/* A cold cache: every request warms it for those that follow. */
#include "models/list.h"

#include <math.h>

struct config {
	struct fault_changes changes;
	int64_t requests;
};

static const struct param params[] = {
	FAULT_CHANGES("", "x3"),
	{"requests", PARAM_COUNT, offsetof(struct config, requests), "5000", 1, 1e12,
	 .about = "so many requests take away all but 1/e of it"},
	{0},
};

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	double cold = exp(-context->served / (double)c->requests);
	fault_change(behaviour, &c->changes, context->strength * cold);
}

const struct fault fault_cache_cold = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "cache_cold",
		   .about = "slow until requests have warmed it",
		   .example = "cache_cold: {latency: x3, requests: 5000}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.confounder = true,
	.dynamic = true,
	.bend = bend,
};
