/* Kolmogorov and Smirnov's test: do the distributions of both versions differ anywhere, in whatever
 * way? It does not know which is worse. */
#include "models/list.h"

#include "sim/stats/kolmogorov.h"

struct config {
	double alpha, distance;
};

static const struct param params[] = {
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "1%", 1e-12, 0.5,
	 .about = "the false alarm rate of one look"},
	{"distance", PARAM_SHARE, offsetof(struct config, distance), "0", 0, 1,
	 .about = "fails only if the distribution functions are farther apart than this"},
	{0},
};

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	const struct reading *a = &evidence->candidate, *b = &evidence->baseline;
	(void)state;
	double d = kolmogorov_distance_of_counts(a->counts, b->counts, a->bins);
	struct verdict verdict = verdict_of_p(kolmogorov_stephens(d, a->requests, b->requests),
					      c->alpha, d, c->distance);
	if (verdict.kind == VERDICT_FAIL && !(d > c->distance))
		verdict.kind = VERDICT_PASS;
	return verdict;
}

static double level(const void *config)
{
	return ((const struct config *)config)->alpha;
}

const struct detector detector_ks = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "ks",
		   .about = "fails when distributions differ anywhere",
		   .example = "ks: {alpha: 1%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.compares = true,
	.takes = OFFERS_DISTRIBUTION,
	.look = look,
	.level = level,
};
