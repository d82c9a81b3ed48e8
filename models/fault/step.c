/* A step: errors or latency jump to another level, at once or over a ramp, and stay there. */
#include "models/list.h"

#include <math.h>
#include <stdio.h>

struct config {
	struct change errors, latency;
};

static const struct param params[] = {
	{"errors", PARAM_SHARE_CHANGE, offsetof(struct config, errors), "",
	 .about = "what is added to the error rate, or what it is multiplied by"},
	{"latency", PARAM_DURATION_CHANGE, offsetof(struct config, latency), "",
	 .about = "what is added to every latency, or what it is multiplied by"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	if (!isnan(c->errors.amount) || !isnan(c->latency.amount))
		return NULL;
	snprintf(why, size, "give errors, latency or both");
	return "";
}

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	double strength = context->strength;
	if (!isnan(c->errors.amount)) {
		if (c->errors.how == CHANGE_ADD)
			behaviour->errors += strength * c->errors.amount;
		else
			behaviour->errors *= 1 + strength * (c->errors.amount - 1);
	}
	if (!isnan(c->latency.amount)) {
		double factor = 1 + strength * (c->latency.amount - 1);
		if (c->latency.how == CHANGE_ADD) {
			behaviour->latency_add_ns += strength * c->latency.amount;
		} else {
			behaviour->latency_factor *= factor;
			behaviour->latency_add_ns *= factor;
		}
	}
}

const struct fault fault_step = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "step",
		   .about = "errors or latency jump to another level and stay there",
		   .example = "step: {on: candidate, at: 10m, errors: +5%}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.bend = bend,
};
