/* Uniform times: between two bounds each is as likely as any other. */
#include "models/list.h"

#include "sim/stats/lanes.h"

#include <math.h>
#include <stdio.h>

struct config {
	sim_time from, to;
};

static const struct param params[] = {
	{"from", PARAM_DURATION, offsetof(struct config, from), NULL, 0, (double)MAX_HORIZON,
	 .about = "nothing is faster"},
	{"to", PARAM_DURATION, offsetof(struct config, to), NULL, 1, (double)MAX_HORIZON,
	 .about = "nothing is slower"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	if (c->to > c->from)
		return NULL;
	snprintf(why, size, "to must be longer than from");
	return "to";
}

static double width(const struct config *c)
{
	return (double)(c->to - c->from);
}

static void fill(const void *config, const uint32_t *bits, double *ns, int count)
{
	const struct config *c = config;
	double from = (double)c->from, range = width(c);
	lanes_uniform(bits, ns, count);
	for (int i = 0; i < count; i++)
		ns[i] = from + range * ns[i];
}

static double quantile(const void *config, double p)
{
	const struct config *c = config;
	return (double)c->from + width(c) * p;
}

static double cdf(const void *config, double ns)
{
	const struct config *c = config;
	return fmin(fmax((ns - (double)c->from) / width(c), 0), 1);
}

static double mean(const void *config)
{
	const struct config *c = config;
	return 0.5 * ((double)c->from + (double)c->to);
}

const struct latency latency_uniform = {
	.plugin = {.kind = PLUGIN_LATENCY,
		   .name = "uniform",
		   .about = "any time between two bounds, each as likely",
		   .example = "uniform: {from: 20ms, to: 120ms}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.fill = fill,
	.quantile = quantile,
	.cdf = cdf,
	.mean = mean,
};
