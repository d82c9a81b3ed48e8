/* Requests that are never answered: no error is counted until the client gives up. */
#include "models/list.h"

struct config {
	double hangs;
};

static const struct param params[] = {
	{"hangs", PARAM_SHARE, offsetof(struct config, hangs), NULL, 0, 1,
	 .about = "share of the requests that are never answered"},
	{0},
};

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	behaviour->hangs += context->strength * c->hangs;
}

const struct fault fault_timeout = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "timeout",
		   .about = "some requests are never answered",
		   .example = "timeout: {hangs: 2%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.bend = bend,
};
