/* The old version is gone: there is nothing to go back to until it has been deployed again. */
#include "models/list.h"

struct config {
	sim_time redeploy;
};

static const struct param params[] = {
	{"redeploy", PARAM_DURATION, offsetof(struct config, redeploy), "10m", 0,
	 (double)MAX_HORIZON, .about = "how long it takes to deploy the old version again"},
	{0},
};

static void hinder(const void *config, const struct fault_context *context,
		   struct hindrance *hindrance)
{
	const struct config *c = config;
	hindrance->back_first_ns += context->strength * (double)c->redeploy;
}

const struct fault fault_old_version_missing = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "old_version_missing",
		   .about = "the old version must be deployed again before the way back",
		   .example = "old_version_missing: {redeploy: 10m}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.on = "both",
	.hinder = hinder,
};
