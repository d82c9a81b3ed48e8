/* The router misses its weights: asked for 5 %, it sends 8 %. */
#include "models/list.h"

struct config {
	struct change by;
};

static const struct param params[] = {
	{"by", PARAM_SHARE_CHANGE, offsetof(struct config, by), NULL,
	 .about = "what is added to the share that was asked for, or what it is multiplied by"},
	{0},
};

static void hinder(const void *config, const struct fault_context *context,
		   struct hindrance *hindrance)
{
	const struct config *c = config;
	if (c->by.how == CHANGE_ADD)
		hindrance->skew_add += context->strength * c->by.amount;
	else
		hindrance->skew_factor *= 1 + context->strength * (c->by.amount - 1);
}

const struct fault fault_weight_skew = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "weight_skew",
		   .about = "the router sends more or less than it was asked to",
		   .example = "weight_skew: {by: +3%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.on = "both",
	.hinder = hinder,
};
