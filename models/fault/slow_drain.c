/* The way back is slow: connections linger, pods take their time. */
#include "models/list.h"

struct config {
	struct change takes;
};

static const struct param params[] = {
	{"takes", PARAM_DURATION_CHANGE, offsetof(struct config, takes), "x5",
	 .about = "what is added to the time a rollback takes, or what it is multiplied by"},
	{0},
};

static void hinder(const void *config, const struct fault_context *context,
		   struct hindrance *hindrance)
{
	const struct config *c = config;
	if (c->takes.how == CHANGE_ADD)
		hindrance->back_add_ns += context->strength * c->takes.amount;
	else
		hindrance->back_factor *= 1 + context->strength * (c->takes.amount - 1);
}

const struct fault fault_slow_drain = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "slow_drain",
		   .about = "rolling back takes longer",
		   .example = "slow_drain: {takes: x5}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.on = "both",
	.hinder = hinder,
};
