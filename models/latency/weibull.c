/* Weibull times: an exponential raised to a power, which stretches or shortens its tail. */
#include "models/list.h"

#include "sim/known.h"
#include "sim/stats/lanes.h"

#include <math.h>

struct config {
	struct known_times known;
	sim_time scale;
	double shape;
	struct member member; /* derived; the spread is 1 / shape */
};

static const struct param params[] = {
	KNOWN_ROWS(struct config, known),
	KNOWN_ROW(struct config, scale, "scale", "63.2 of 100 are faster"),
	{"shape", PARAM_NUMBER, offsetof(struct config, shape), "", 0.1, 100,
	 .about = "1 is exponential, less has a longer tail, one of the two numbers that fix the "
		  "law"},
	{0},
};

static double unit_quantile(double spread, double p)
{
	return pow(-log1p(-p), spread);
}

static double unit_mean(double spread)
{
	return tgamma(1 + spread);
}

/* As a ratio to the mean, whose logarithm keeps the digits that a difference of moments loses. */
static double unit_sd(double spread)
{
	return unit_mean(spread) * sqrt(expm1(lgamma(1 + 2 * spread) - 2 * lgamma(1 + spread)));
}

static const struct family family = {0.01, 10, unit_quantile, unit_mean, unit_sd};

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	return known_find(params, c, &family, &c->member, why, size);
}

static void fill(const void *config, const uint32_t *bits, double *ns, int count)
{
	const struct config *c = config;
	double log_scale = log(c->member.scale), spread = c->member.spread;
	lanes_complement(bits, ns, count);
	lanes_log(ns, count);
	for (int i = 0; i < count; i++)
		ns[i] = -ns[i];
	lanes_log(ns, count);
	for (int i = 0; i < count; i++)
		ns[i] = log_scale + spread * ns[i];
	lanes_exp(ns, count);
}

static double quantile(const void *config, double p)
{
	const struct config *c = config;
	return c->member.scale * unit_quantile(c->member.spread, p);
}

static double cdf(const void *config, double ns)
{
	const struct config *c = config;
	return ns > 0 ? -expm1(-pow(ns / c->member.scale, 1 / c->member.spread)) : 0;
}

static double mean(const void *config)
{
	const struct config *c = config;
	return c->member.scale * unit_mean(c->member.spread);
}

const struct latency latency_weibull = {
	.plugin = {.kind = PLUGIN_LATENCY,
		   .name = "weibull",
		   .about = "an exponential with a stretched or a shortened tail",
		   .example = "weibull: {p50: 80ms, p99: 600ms}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.fill = fill,
	.quantile = quantile,
	.cdf = cdf,
	.mean = mean,
};
