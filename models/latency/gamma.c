/* Gamma times: the sum of exponential stages, from nearly constant to more ragged than exponential,
 * with a tail that falls off as an exponential's does. */
#include "models/list.h"

#include "sim/known.h"
#include "sim/stats/gamma.h"
#include "sim/stats/inverse.h"

#include <math.h>

struct config {
	struct known_times known;
	double shape;
	struct member member; /* derived, as is all below; the spread is 1 / shape */
	struct inverse_cell cells[INVERSE_CELLS];
};

static const struct param params[] = {
	KNOWN_ROWS(struct config, known),
	{"shape", PARAM_NUMBER, offsetof(struct config, shape), "", 0.1, 1000,
	 .about = "1 is exponential, less is more ragged, one of the two numbers that fix the law"},
	{0},
};

static double unit_quantile(double spread, double p)
{
	return gamma_quantile(1 / spread, p);
}

static double unit_mean(double spread)
{
	return 1 / spread;
}

static double unit_sd(double spread)
{
	return sqrt(1 / spread);
}

/* Shapes from 1000, all but normal, to 0.1: a deviation of 3 % of the mean to three times it. */
static const struct family family = {1e-3, 10, unit_quantile, unit_mean, unit_sd};

static double quantile(const void *config, double p)
{
	const struct config *c = config;
	return c->member.scale * gamma_quantile(1 / c->member.spread, p);
}

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	const char *key = known_find(params, c, &family, &c->member, why, size);
	if (!key)
		inverse_tabulate(c->cells, INVERSE_CELLS, quantile, c);
	return key;
}

static void fill(const void *config, const uint32_t *bits, double *ns, int count)
{
	const struct config *c = config;
	inverse_fill(c->cells, quantile, c, bits, ns, count);
}

static double cdf(const void *config, double ns)
{
	const struct config *c = config;
	return gamma_below(1 / c->member.spread, ns / c->member.scale);
}

static double mean(const void *config)
{
	const struct config *c = config;
	return c->member.scale / c->member.spread;
}

const struct latency latency_gamma = {
	.plugin = {.kind = PLUGIN_LATENCY,
		   .name = "gamma",
		   .about = "stages one after the other: a bulk and a tail like an exponential's",
		   .example = "gamma: {mean: 100ms, sd: 60ms}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.fill = fill,
	.quantile = quantile,
	.cdf = cdf,
	.mean = mean,
};
