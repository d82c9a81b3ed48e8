/* Labels are wrong: what the version did is counted as done by stable. */
#include "models/list.h"

struct config {
	double counts;
};

static const struct param params[] = {
	{"counts", PARAM_SHARE, offsetof(struct config, counts), NULL, 0, 1,
	 .about = "share of the requests that are counted as stable's"},
	{0},
};

static void blind(const void *config, const struct fault_context *context, struct sight *sight)
{
	const struct config *c = config;
	sight->mislabelled += context->strength * c->counts;
}

const struct fault fault_wrong_label = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "wrong_label",
		   .about = "some requests are counted as stable's",
		   .example = "wrong_label: {counts: 20%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.blind = blind,
};
