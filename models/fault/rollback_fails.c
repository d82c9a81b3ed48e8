/* The way back is blocked: attempts to roll back fail. */
#include "models/list.h"

struct config {
	double attempts;
};

static const struct param params[] = {
	{"attempts", PARAM_SHARE, offsetof(struct config, attempts), "50%", 0, 0.99,
	 .about = "share of the attempts that fail"},
	{0},
};

static void hinder(const void *config, const struct fault_context *context,
		   struct hindrance *hindrance)
{
	const struct config *c = config;
	double fails = context->strength * c->attempts;
	hindrance->back_fails = 1 - (1 - hindrance->back_fails) * (1 - fails);
}

const struct fault fault_rollback_fails = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "rollback_fails",
		   .about = "attempts to roll back fail",
		   .example = "rollback_fails: {attempts: 50%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.on = "both",
	.hinder = hinder,
};
