/* Worse answers: no error, no delay, and nobody who looks at those will ever know. */
#include "models/list.h"

#include <stdio.h>

struct config {
	struct change accuracy;
};

static const struct param params[] = {
	{"accuracy", PARAM_SHARE_CHANGE, offsetof(struct config, accuracy), "-5%", -1, 1,
	 .about = "what is added to the share of right answers"},
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
	behaviour->accuracy += context->strength * c->accuracy.amount;
}

const struct fault fault_quality_drop = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "quality_drop",
		   .about = "answers are wrong more often; errors and latencies look fine",
		   .example = "quality_drop: {at: 10m, accuracy: -5%}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.of_quality = true,
	.bend = bend,
};
