/* A mixture: most answers come from the cache, a few do not, and some hit the timeout of whoever is
 * asked in turn. Each part is a law with its share. */
#include "models/list.h"

#include "sim/stats/inverse.h"

#include <math.h>

enum {
	REFINING = 512,	  /* cells for the bends of eight parts, each at most three levels deep */
	MOST_STEPS = 300, /* of the search below; a hundred are many */
};

struct config {
	struct parts parts;
	struct inverse_cell cells[INVERSE_CELLS + REFINING]; /* derived */
};

static const struct param params[] = {
	{"parts", PARAM_PARTS, offsetof(struct config, parts), NULL,
	 .about = "the laws, each with the share of the requests that follow it"},
	{0},
};

static const struct latency *law_of(const struct part *part)
{
	return (const struct latency *)part->law.plugin;
}

static double cdf(const void *config, double ns)
{
	const struct config *c = config;
	double sum = 0, shares = 0;
	for (int i = 0; i < c->parts.count; i++) {
		const struct part *part = &c->parts.part[i];
		double p = law_of(part)->cdf(part->law.config, ns);
		/* What rounding left of the last share must not keep the sum from 1. */
		bool last = i == c->parts.count - 1;
		sum += p * (last ? 1 - shares : part->share);
		shares += part->share;
	}
	return fmin(sum, 1);
}

/* The quantile lies between the least and the largest of the parts'. */
static void enclose(const struct config *c, double p, double *low, double *high)
{
	*low = INFINITY;
	*high = 0;
	for (int i = 0; i < c->parts.count; i++) {
		const struct part *part = &c->parts.part[i];
		double ns = law_of(part)->quantile(part->law.config, p);
		*low = fmin(*low, ns);
		*high = fmax(*high, ns);
	}
}

/* The least time by which the cdf has reached p, to the last bit: the Illinois rule (Dowell and
 * Jarratt 1971), with halvings in between because cdfs may jump. */
static double quantile(const void *config, double p)
{
	double low, high;
	enclose(config, p, &low, &high);
	double below = cdf(config, low) - p, above = cdf(config, high) - p;
	if (below >= 0)
		return low;
	for (int i = 0; i < MOST_STEPS; i++) {
		double middle = low + 0.5 * (high - low);
		double at = i % 3 == 2 ? middle : low - below * (high - low) / (above - below);
		if (!(middle > low && middle < high))
			break;
		if (!(at > low && at < high))
			at = middle;
		double found = cdf(config, at) - p;
		if (found < 0) {
			low = at;
			below = found;
			above *= 0.5;
		} else {
			high = at;
			above = found;
			below *= 0.5;
		}
	}
	return high;
}

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	(void)why, (void)size;
	inverse_tabulate(c->cells, INVERSE_CELLS + REFINING, quantile, c);
	return NULL;
}

static void fill(const void *config, const uint32_t *bits, double *ns, int count)
{
	const struct config *c = config;
	inverse_fill(c->cells, quantile, c, bits, ns, count);
}

static double mean(const void *config)
{
	const struct config *c = config;
	double sum = 0;
	for (int i = 0; i < c->parts.count; i++) {
		const struct part *part = &c->parts.part[i];
		sum += part->share * law_of(part)->mean(part->law.config);
	}
	return sum;
}

const struct latency latency_mixture = {
	.plugin = {.kind = PLUGIN_LATENCY,
		   .name = "mixture",
		   .about = "several laws, each for its share of the requests",
		   .example = "mixture: {parts: [{share: 95%, lognormal: {p50: 80ms, p99: 400ms}},"
			      " {share: 5%, constant: {time: 2s}}]}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.fill = fill,
	.quantile = quantile,
	.cdf = cdf,
	.mean = mean,
};
