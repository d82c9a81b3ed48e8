/* Lognormal times: a bulk and a long tail, the usual shape of a healthy service. Whatever two
 * numbers a dashboard shows say which one. */
#include "models/list.h"

#include "sim/known.h"
#include "sim/stats/lanes.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>

struct config {
	struct known_times known;
	double mu, sigma; /* of the logarithm of ns; derived */
};

static const struct param params[] = {KNOWN_ROWS(struct config, known), {0}};

/* Of a median of 1. */
static double unit_quantile(double sigma, double p)
{
	return exp(sigma * gsl_cdf_ugaussian_Pinv(p));
}

static double unit_mean(double sigma)
{
	return exp(0.5 * sigma * sigma);
}

static double unit_sd(double sigma)
{
	return unit_mean(sigma) * sqrt(expm1(sigma * sigma));
}

static const struct family family = {1e-3, 10, unit_quantile, unit_mean, unit_sd};

/* Two quantiles: mu + z sigma = log value for both. */
static const char *solve_quantiles(struct config *c, const struct given given[2], char *why,
				   size_t size)
{
	double z[2], value[2];
	for (int i = 0; i < 2; i++) {
		z[i] = gsl_cdf_ugaussian_Pinv(given[i].known.p);
		value[i] = log(given[i].known.value);
	}
	c->sigma = (value[1] - value[0]) / (z[1] - z[0]);
	c->mu = value[0] - z[0] * c->sigma;
	if (c->sigma > 0)
		return NULL;
	snprintf(why, size, "%s must be longer than %s", given[1].key, given[0].key);
	return given[1].key;
}

/* mu + sigma^2 / 2 = log mean and mu + z sigma = value give sigma^2 - 2 z sigma = 2 (log mean -
 * value). Of two positive solutions the smaller is meant: the other has sigma above z, a tail so
 * long that the mean lies beyond that quantile's reach. */
static const char *solve_with_mean(struct config *c, const struct given *given, double mean,
				   char *why, size_t size)
{
	double z = gsl_cdf_ugaussian_Pinv(given->known.p), value = log(given->known.value);
	double excess = 2 * (log(mean) - value), root = z * z + excess;
	c->sigma = excess < 0 ? z - sqrt(root) : z + sqrt(root);
	c->mu = value - z * c->sigma;
	if (root >= 0 && c->sigma > 0)
		return NULL;
	snprintf(why, size, "no lognormal law has this mean and this %s", given->key);
	return "mean";
}

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	struct given given[KNOWN_MOST];
	struct member member;
	int count = known_given(params, c, given);
	if (count == 2 && given[1].known.kind == KNOWN_QUANTILE)
		return solve_quantiles(c, given, why, size);
	if (count == 2 && given[1].known.kind == KNOWN_MEAN)
		return solve_with_mean(c, &given[0], given[1].known.value, why, size);
	const char *key = known_find(params, c, &family, &member, why, size);
	if (!key) {
		c->mu = log(member.scale);
		c->sigma = member.spread;
	}
	return key;
}

static void fill(const void *config, const uint32_t *bits, double *ns, int count)
{
	const struct config *c = config;
	lanes_uniform(bits, ns, count);
	lanes_normal_quantile(ns, count);
	for (int i = 0; i < count; i++)
		ns[i] = c->mu + c->sigma * ns[i];
	lanes_exp(ns, count);
}

static double quantile(const void *config, double p)
{
	const struct config *c = config;
	return exp(c->mu + c->sigma * gsl_cdf_ugaussian_Pinv(p));
}

static double cdf(const void *config, double ns)
{
	const struct config *c = config;
	return ns > 0 ? gsl_cdf_ugaussian_P((log(ns) - c->mu) / c->sigma) : 0;
}

static double mean(const void *config)
{
	const struct config *c = config;
	return exp(c->mu + 0.5 * c->sigma * c->sigma);
}

const struct latency latency_lognormal = {
	.plugin = {.kind = PLUGIN_LATENCY,
		   .name = "lognormal",
		   .about = "a bulk and a long tail, from two numbers of a dashboard",
		   .example = "lognormal: {p50: 80ms, p99: 400ms}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.fill = fill,
	.quantile = quantile,
	.cdf = cdf,
	.mean = mean,
};
