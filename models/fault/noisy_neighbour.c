/* Somebody else on the same machine: the slow answers get slower, now and then, and it is nobody's
 * fault. */
#include "models/list.h"

struct config {
	double slowest, stretch;
	sim_time lasts, gap;
};

static const struct param params[] = {
	{"slowest", PARAM_SHARE, offsetof(struct config, slowest), "20%", 0, 1,
	 .about = "the share of the answers that is stretched: the slowest"},
	{"stretch", PARAM_FACTOR, offsetof(struct config, stretch), "x3", 1, 1000,
	 .about = "by how much"},
	{"lasts", PARAM_DURATION, offsetof(struct config, lasts), "30s", 1, (double)MAX_HORIZON,
	 .about = "how long the neighbour is noisy on average; exponential"},
	{"gap", PARAM_DURATION, offsetof(struct config, gap), "3m", 1, (double)MAX_HORIZON,
	 .about = "how long it is quiet on average; exponential"},
	{0},
};

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	fault_stretch_slowest(behaviour, c->slowest, c->stretch, context->strength);
}

static struct pulse pulse(const void *config)
{
	const struct config *c = config;
	return (struct pulse){c->lasts, c->gap};
}

const struct fault fault_noisy_neighbour = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "noisy_neighbour",
		   .about = "the slow answers get slower, now and then, by chance",
		   .example = "noisy_neighbour: {slowest: 20%, stretch: x3}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.confounder = true,
	.bend = bend,
	.pulse = pulse,
};
