/* Something reports twice: counts are too high, and rates are not. */
#include "models/list.h"

struct config {
	double counts;
};

static const struct param params[] = {
	{"counts", PARAM_SHARE, offsetof(struct config, counts), NULL, 0, 1,
	 .about = "share of the requests that are counted twice"},
	{0},
};

static void blind(const void *config, const struct fault_context *context, struct sight *sight)
{
	const struct config *c = config;
	sight->doubled += context->strength * c->counts;
}

const struct fault fault_duplicate = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "duplicate",
		   .about = "some requests are counted twice",
		   .example = "duplicate: {counts: 20%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.blind = blind,
};
