/* Exponential service times: no memory, so half of queueing theory is there to check us. */
#include "models/list.h"

#include "sim/stats/lanes.h"

#include <math.h>

struct config {
	sim_time mean;
};

static const struct param params[] = {
	{"mean", PARAM_DURATION, offsetof(struct config, mean), NULL, 1, (double)MAX_HORIZON,
	 .about = "the average; the median is 0.69 of it"},
	{0},
};

static void fill(const void *config, const uint32_t *bits, double *ns, int count)
{
	double mean_ns = (double)((const struct config *)config)->mean;
	lanes_complement(bits, ns, count);
	lanes_log(ns, count);
	for (int i = 0; i < count; i++)
		ns[i] *= -mean_ns;
}

static double quantile(const void *config, double p)
{
	return -(double)((const struct config *)config)->mean * log1p(-p);
}

static double cdf(const void *config, double ns)
{
	return ns > 0 ? -expm1(-ns / (double)((const struct config *)config)->mean) : 0;
}

static double mean(const void *config)
{
	return (double)((const struct config *)config)->mean;
}

const struct latency latency_exponential = {
	.plugin = {.kind = PLUGIN_LATENCY,
		   .name = "exponential",
		   .about = "memoryless times with a given mean",
		   .example = "exponential: {mean: 50ms}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.fill = fill,
	.quantile = quantile,
	.cdf = cdf,
	.mean = mean,
};
