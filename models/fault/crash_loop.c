/* Instances crash, start, and crash again: until somebody notices, what reaches a dead one fails.
 */
#include "models/list.h"

struct config {
	double instances, noticed;
	sim_time up, down;
};

static const struct param params[] = {
	{"instances", PARAM_SHARE, offsetof(struct config, instances), "50%", 0, 1,
	 .about = "share of the instances that crash, all at once"},
	{"up", PARAM_DURATION, offsetof(struct config, up), "60s", 1, (double)MAX_HORIZON,
	 .about = "how long they are up on average; exponential"},
	{"down", PARAM_DURATION, offsetof(struct config, down), "20s", 1, (double)MAX_HORIZON,
	 .about = "how long they are down on average; exponential"},
	{"noticed", PARAM_SHARE, offsetof(struct config, noticed), "0", 0, 1,
	 .about = "share of their requests that is sent elsewhere meanwhile, and does not fail"},
	{0},
};

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	double dead = context->strength * c->instances;
	behaviour->capacity *= 1 - dead;
	behaviour->errors += (1 - behaviour->errors) * dead * (1 - c->noticed);
}

static struct pulse pulse(const void *config)
{
	const struct config *c = config;
	return (struct pulse){c->down, c->up};
}

const struct fault fault_crash_loop = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "crash_loop",
		   .about = "instances crash and start again and again",
		   .example = "crash_loop: {instances: 50%, up: 60s, down: 20s}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.takes_servers = true,
	.bend = bend,
	.pulse = pulse,
};
