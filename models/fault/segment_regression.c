/* One segment suffers while the others gain: the aggregate looks better (Simpson 1951). */
#include "models/list.h"

struct config {
	struct fault_changes changes, others;
};

static const struct param params[] = {
	FAULT_CHANGES("", ""),
	{"others_errors", PARAM_SHARE_CHANGE, offsetof(struct config, others.errors), "",
	 .about = "the same for the other segments"},
	{"others_latency", PARAM_DURATION_CHANGE, offsetof(struct config, others.latency), "",
	 .about = "the same for the other segments"},
	{0},
};

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	fault_change(behaviour, context->selected ? &c->changes : &c->others, context->strength);
}

const struct fault fault_segment_regression = {
	.plugin =
		{.kind = PLUGIN_FAULT,
		 .name = "segment_regression",
		 .about = "one segment suffers, others may gain",
		 .example =
			 "segment_regression: {segment: premium, errors: +5%, others_errors: x0.5}",
		 .params = params,
		 .config_size = sizeof(struct config),
		 .prepare = fault_need_changes},
	.aside = true,
	.needs = "segment",
	.bend = bend,
};
