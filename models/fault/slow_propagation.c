/* Routers learn of new weights late and one after the other, on the way back, too. */
#include "models/list.h"

struct config {
	sim_time delay, over;
};

static const struct param params[] = {
	{"delay", PARAM_DURATION, offsetof(struct config, delay), "10s", 0, (double)MAX_HORIZON,
	 .about = "until the first router knows"},
	{"over", PARAM_DURATION, offsetof(struct config, over), "60s", 0, (double)MAX_HORIZON,
	 .about = "from there until the last one knows"},
	{0},
};

static void hinder(const void *config, const struct fault_context *context,
		   struct hindrance *hindrance)
{
	const struct config *c = config;
	hindrance->late_ns += (sim_time)(context->strength * (double)c->delay);
	hindrance->spread_ns += (sim_time)(context->strength * (double)c->over);
}

const struct fault fault_slow_propagation = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "slow_propagation",
		   .about = "routes take effect late and gradually",
		   .example = "slow_propagation: {delay: 10s, over: 60s}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.on = "both",
	.hinder = hinder,
};
