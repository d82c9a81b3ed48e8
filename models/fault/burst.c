/* Bursts: it goes wrong now and then, for a while. Averages over long windows hide it, short
 * windows see too few requests. */
#include "models/list.h"

struct config {
	struct fault_changes changes;
	sim_time lasts, gap;
};

static const struct param params[] = {
	FAULT_CHANGES("", ""),
	{"lasts", PARAM_DURATION, offsetof(struct config, lasts), "20s", 1, (double)MAX_HORIZON,
	 .about = "how long a burst lasts on average; exponential"},
	{"gap", PARAM_DURATION, offsetof(struct config, gap), "2m", 1, (double)MAX_HORIZON,
	 .about = "how long it is quiet on average; exponential"},
	{0},
};

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	fault_change(behaviour, &c->changes, context->strength);
}

static struct pulse pulse(const void *config)
{
	const struct config *c = config;
	return (struct pulse){c->lasts, c->gap};
}

const struct fault fault_burst = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "burst",
		   .about = "errors or latency jump now and then, for a while",
		   .example = "burst: {errors: +30%, lasts: 20s, gap: 2m}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = fault_need_changes},
	.bend = bend,
	.pulse = pulse,
};
