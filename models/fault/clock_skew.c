/* Clocks disagree: latencies measured between them are off, and nobody feels it. */
#include "models/list.h"

#include <stdio.h>

struct config {
	struct change by;
};

static const struct param params[] = {
	{"by", PARAM_DURATION_CHANGE, offsetof(struct config, by), NULL, -3600e9, 3600e9,
	 .about = "what is added to every latency that dashboards see, or taken from it"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	if (c->by.how == CHANGE_ADD)
		return NULL;
	snprintf(why, size, "clocks are off by a time such as +50ms, not by a factor");
	return "by";
}

static void blind(const void *config, const struct fault_context *context, struct sight *sight)
{
	const struct config *c = config;
	sight->skew_ns += (sim_time)(context->strength * c->by.amount);
}

const struct fault fault_clock_skew = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "clock_skew",
		   .about = "measured latencies are off, real ones are not",
		   .example = "clock_skew: {by: +50ms}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.blind = blind,
};
