/* Pareto times: at least so long, and then a power law, whose few worst weigh more than all the
 * others. With a shape of 1 or less they have no mean. */
#include "models/list.h"

#include "sim/known.h"
#include "sim/stats/lanes.h"

#include <math.h>

struct config {
	struct known_times known;
	sim_time min;
	double shape;
	struct member member; /* derived; the spread is 1 / shape */
};

static const struct param params[] = {
	KNOWN_ROW(struct config, min, "min", "nothing is faster"),
	KNOWN_ROWS(struct config, known),
	{"shape", PARAM_NUMBER, offsetof(struct config, shape), "", 0.1, 1000,
	 .about = "the tail's power; at most 1 has no mean, one of the two numbers that fix the "
		  "law"},
	{0},
};

static double unit_quantile(double spread, double p)
{
	return exp(-spread * log1p(-p));
}

static double unit_mean(double spread)
{
	return spread < 1 ? 1 / (1 - spread) : INFINITY;
}

static double unit_sd(double spread)
{
	return spread < 0.5 ? spread / ((1 - spread) * sqrt(1 - 2 * spread)) : INFINITY;
}

static const struct family family = {1e-3, 10, unit_quantile, unit_mean, unit_sd};

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
		ns[i] = log_scale - spread * ns[i];
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
	return ns > c->member.scale ? -expm1(log(c->member.scale / ns) / c->member.spread) : 0;
}

static double mean(const void *config)
{
	const struct config *c = config;
	return c->member.scale * unit_mean(c->member.spread);
}

const struct latency latency_pareto = {
	.plugin = {.kind = PLUGIN_LATENCY,
		   .name = "pareto",
		   .about = "a least time, and a tail so long that it may have no mean",
		   .example = "pareto: {min: 40ms, p99: 400ms}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.fill = fill,
	.quantile = quantile,
	.cdf = cdf,
	.mean = mean,
};
