/* The candidate's metric over stable's at the same time: what hits both cancels out. */
#include "models/list.h"

#include <math.h>
#include <stdio.h>

struct config {
	double max, min;
};

static const struct param params[] = {
	{"max", PARAM_NUMBER, offsetof(struct config, max), "", 1e-9, 1e9,
	 .about = "the highest ratio that passes"},
	{"min", PARAM_NUMBER, offsetof(struct config, min), "", 1e-9, 1e9,
	 .about = "the lowest ratio that passes"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	if (isnan(c->max) && isnan(c->min)) {
		snprintf(why, size, "give max, min or both");
		return "";
	}
	if (c->min > c->max) {
		snprintf(why, size, "min lies above max: nothing could pass");
		return "min";
	}
	return NULL;
}

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	(void)state;
	/* Both zero are alike; something against nothing is infinitely more. */
	double ratio = evidence->candidate.value == evidence->baseline.value
			       ? 1
			       : evidence->candidate.value / evidence->baseline.value;
	bool outside = ratio > c->max || ratio < c->min;
	return verdict_of_limit(outside, ratio, ratio < c->min ? c->min : c->max);
}

const struct detector detector_ratio = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "ratio",
		   .about = "fails when the candidate's metric is too many times stable's",
		   .example = "ratio: {max: 1.5}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.compares = true,
	.look = look,
};
