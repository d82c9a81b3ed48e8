/* Wrong answers that look right: users are hurt, and no error is counted. */
#include "models/list.h"

struct config {
	double wrong;
};

static const struct param params[] = {
	{"wrong", PARAM_SHARE, offsetof(struct config, wrong), NULL, 0, 1,
	 .about = "share of the answers that are wrong"},
	{0},
};

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	behaviour->corrupt += context->strength * c->wrong;
}

const struct fault fault_silent_corruption = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "silent_corruption",
		   .about = "answers are wrong and look right",
		   .example = "silent_corruption: {wrong: 1%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.bend = bend,
};
