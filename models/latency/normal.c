/* Normal times, cut off at 0 because nothing takes less. What is asked for is what is delivered:
 * the mean, the deviation and the quantiles are those of the times after the cut, and the bell
 * before it is solved for. */
#include "models/list.h"

#include "sim/known.h"
#include "sim/stats/inverse.h"
#include "sim/stats/positive_normal.h"

#include <math.h>

struct config {
	struct known_times known;
	struct member member; /* derived, as is all below; the scale is the bell's deviation */
	double peak;	      /* the bell's mean, in deviations */
	struct inverse_cell cells[INVERSE_CELLS];
};

static const struct param params[] = {KNOWN_ROWS(struct config, known), {0}};

/* Small spreads are one over the peak, large ones lead below zero, where only the bell's right end
 * is left: the more so, the more it is an exponential law. */
static double peak_of(double spread)
{
	return 1 / spread - spread;
}

static double unit_quantile(double spread, double p)
{
	return positive_normal_quantile(peak_of(spread), p);
}

static double unit_mean(double spread)
{
	return positive_normal_mean(peak_of(spread));
}

static double unit_sd(double spread)
{
	return positive_normal_sd(peak_of(spread));
}

static const struct family family = {1e-3, 30, unit_quantile, unit_mean, unit_sd};

static double quantile(const void *config, double p)
{
	const struct config *c = config;
	return c->member.scale * positive_normal_quantile(c->peak, p);
}

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	const char *key = known_find(params, c, &family, &c->member, why, size);
	if (key)
		return key;
	c->peak = peak_of(c->member.spread);
	inverse_tabulate(c->cells, INVERSE_CELLS, quantile, c);
	return NULL;
}

static void fill(const void *config, const uint32_t *bits, double *ns, int count)
{
	const struct config *c = config;
	inverse_fill(c->cells, quantile, c, bits, ns, count);
}

static double cdf(const void *config, double ns)
{
	const struct config *c = config;
	return positive_normal_cdf(c->peak, ns / c->member.scale);
}

static double mean(const void *config)
{
	const struct config *c = config;
	return c->member.scale * positive_normal_mean(c->peak);
}

const struct latency latency_normal = {
	.plugin = {.kind = PLUGIN_LATENCY,
		   .name = "normal",
		   .about = "a bell, cut off at 0; its numbers are those after the cut",
		   .example = "normal: {mean: 100ms, sd: 40ms}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.fill = fill,
	.quantile = quantile,
	.cdf = cdf,
	.mean = mean,
};
