/* Every request takes the same time: for theory, and for pools whose wait is the whole story. */
#include "models/list.h"

struct config {
	sim_time time;
};

static const struct param params[] = {
	{"time", PARAM_DURATION, offsetof(struct config, time), NULL, 0, (double)MAX_HORIZON,
	 .about = "how long every request takes"},
	{0},
};

static void fill(const void *config, const uint32_t *bits, double *ns, int count)
{
	double time = (double)((const struct config *)config)->time;
	(void)bits;
	for (int i = 0; i < count; i++)
		ns[i] = time;
}

static double quantile(const void *config, double p)
{
	(void)p;
	return (double)((const struct config *)config)->time;
}

static double cdf(const void *config, double ns)
{
	return ns >= (double)((const struct config *)config)->time;
}

static double mean(const void *config)
{
	return (double)((const struct config *)config)->time;
}

const struct latency latency_constant = {
	.plugin = {.kind = PLUGIN_LATENCY,
		   .name = "constant",
		   .about = "always the same time",
		   .example = "constant: {time: 80ms}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.fill = fill,
	.quantile = quantile,
	.cdf = cdf,
	.mean = mean,
};
