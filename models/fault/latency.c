/* Slow answers: all of them, or only those that were slow already. */
#include "models/list.h"

#include <math.h>
#include <stdio.h>

struct config {
	struct change all;
	double slowest, stretch;
};

static const struct param params[] = {
	{"all", PARAM_DURATION_CHANGE, offsetof(struct config, all), "",
	 .about = "what is added to every latency, or what it is multiplied by"},
	{"slowest", PARAM_SHARE, offsetof(struct config, slowest), "", 0, 1,
	 .about = "the share of the answers that is stretched: the slowest"},
	{"stretch", PARAM_FACTOR, offsetof(struct config, stretch), "", 1, 1000,
	 .about = "by how much"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	bool tail = !isnan(c->slowest), by = !isnan(c->stretch);
	if (tail == by && (tail || !isnan(c->all.amount)))
		return NULL;
	snprintf(why, size, "give all, or slowest and stretch, or the three of them");
	return tail ? "slowest" : by ? "stretch" : "";
}

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	const struct fault_changes changes = {{CHANGE_ADD, NAN}, c->all};
	fault_change(behaviour, &changes, context->strength);
	if (!isnan(c->slowest))
		fault_stretch_slowest(behaviour, c->slowest, c->stretch, context->strength);
}

const struct fault fault_latency = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "latency",
		   .about = "answers take longer: all of them, or the slowest",
		   .example = "latency: {slowest: 5%, stretch: x4}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.bend = bend,
};
