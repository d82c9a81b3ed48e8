/* Some instances were given the wrong configuration: whoever reaches one of them fails. */
#include "models/list.h"

struct config {
	struct fault_changes changes;
};

static const struct param params[] = {
	FAULT_CHANGES("+100%", ""),
	{0},
};

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	fault_change(behaviour, &c->changes, context->strength);
}

const struct fault fault_bad_config = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "bad_config",
		   .about = "a share of the instances is configured wrongly",
		   .example = "bad_config: {share: 25%, errors: +100%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.needs = "share",
	.bend = bend,
};
