/* The world changes: what versions learned holds less and less, for all of them. */
#include "models/list.h"

#include <stdio.h>

struct config {
	struct change accuracy;
	sim_time over;
};

static const struct param params[] = {
	{"accuracy", PARAM_SHARE_CHANGE, offsetof(struct config, accuracy), "-5%", -1, 1,
	 .about = "what is added to the share of right answers"},
	{"over", PARAM_DURATION, offsetof(struct config, over), "1d", 1, (double)MAX_HORIZON,
	 .about = "how long it takes until all of that is reached"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	if (c->accuracy.how == CHANGE_ADD)
		return NULL;
	snprintf(why, size, "accuracy falls by a share such as -5%%, not by a factor");
	return "accuracy";
}

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	double drifted = context->strength * fault_progress(c->over, context->since);
	behaviour->accuracy += drifted * c->accuracy.amount;
}

static sim_time settles(const void *config)
{
	return ((const struct config *)config)->over;
}

const struct fault fault_data_drift = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "data_drift",
		   .about = "what versions learned holds less and less, for all of them",
		   .example = "data_drift: {accuracy: -5%, over: 30m}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.on = "both",
	.of_quality = true,
	.bend = bend,
	.settles = settles,
};
