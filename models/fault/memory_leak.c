/* A leak: every request served makes the next ones a little worse. */
#include "models/list.h"

#include <math.h>

struct config {
	struct fault_changes changes;
	int64_t per;
	double most;
};

static const struct param params[] = {
	FAULT_CHANGES("", ""),
	{"per", PARAM_COUNT, offsetof(struct config, per), NULL, 1, 1e12,
	 .about = "after so many requests served it is as bad as errors and latency say, after "
		  "twice as many twice as bad"},
	{"most", PARAM_FACTOR, offsetof(struct config, most), "x10", 0, 1e6,
	 .about = "but never worse than so many times"},
	{0},
};

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	double level = fmin(context->served / (double)c->per, c->most);
	fault_change(behaviour, &c->changes, context->strength * level);
}

const struct fault fault_memory_leak = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "memory_leak",
		   .about = "worse with every request served",
		   .example = "memory_leak: {per: 20000, latency: x1.5}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = fault_need_changes},
	.dynamic = true,
	.bend = bend,
};
