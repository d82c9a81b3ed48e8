/* Lognormal times: a bulk and a long tail, the usual shape of a healthy service. Whatever two
 * numbers a dashboard shows say which one. */
#include "models/list.h"

#include "sim/stats/lanes.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>

struct config {
	sim_time mean, p50, p90, p95, p99, p999;
	double mu, sigma; /* of the logarithm of ns; derived */
};

#define TIME(field, text)                                                                          \
	{                                                                                          \
#field, PARAM_DURATION, offsetof(struct config, field), "", 1, 3600e9,             \
			.about = text ", one of the two numbers that fix the law"                  \
	}

static const struct param params[] = {
	TIME(p50, "the median"),
	TIME(p90, "90 of 100 are faster"),
	TIME(p95, "95 of 100 are faster"),
	TIME(p99, "99 of 100 are faster"),
	TIME(p999, "999 of 1000 are faster"),
	TIME(mean, "the average"),
	{0},
};

/* One known quantile: mu + z sigma = value. */
struct known {
	const char *key;
	double z, value;
};

static int known_quantiles(const struct config *c, struct known known[5])
{
	const struct {
		const char *key;
		sim_time time;
		double p;
	} all[] = {{"p50", c->p50, 0.5},
		   {"p90", c->p90, 0.9},
		   {"p95", c->p95, 0.95},
		   {"p99", c->p99, 0.99},
		   {"p999", c->p999, 0.999}};
	int count = 0;
	for (int i = 0; i < 5; i++)
		if (all[i].time != PARAM_UNSET)
			known[count++] =
				(struct known){all[i].key, gsl_cdf_ugaussian_Pinv(all[i].p),
					       log((double)all[i].time)};
	return count;
}

/* mu + sigma^2 / 2 = log mean and mu + z sigma = value give sigma^2 - 2 z sigma = 2 (log mean -
 * value). Of two positive solutions the smaller is meant: the other has sigma above z, a tail so
 * long that the mean lies beyond that quantile's reach. */
static bool solve_with_mean(struct config *c, const struct known *known)
{
	double excess = 2 * (log((double)c->mean) - known->value);
	double root = known->z * known->z + excess;
	if (root < 0)
		return false;
	c->sigma = excess < 0 ? known->z - sqrt(root) : known->z + sqrt(root);
	c->mu = known->value - known->z * c->sigma;
	return c->sigma > 0;
}

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	struct known known[5];
	int quantiles = known_quantiles(c, known), given = quantiles + (c->mean != PARAM_UNSET);
	if (given != 2) {
		snprintf(why, size,
			 "give exactly two of p50, p90, p95, p99, p999 and mean; found %d", given);
		return "";
	}
	if (quantiles == 1) {
		if (solve_with_mean(c, &known[0]))
			return NULL;
		snprintf(why, size, "no lognormal law has this mean and this %s", known[0].key);
		return "mean";
	}
	c->sigma = (known[1].value - known[0].value) / (known[1].z - known[0].z);
	c->mu = known[0].value - known[0].z * c->sigma;
	if (c->sigma > 0)
		return NULL;
	snprintf(why, size, "%s must be longer than %s", known[1].key, known[0].key);
	return known[1].key;
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
