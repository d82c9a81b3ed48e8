/* Mann and Whitney's test (1947): are the candidate's values larger than stable's, by rank? And by
 * how much, as the chance that one of its requests does worse than one of stable's. */
#include "models/list.h"

#include "sim/stats/mann_whitney.h"

#include <gsl/gsl_cdf.h>

struct config {
	double alpha, effect;
};

static const struct param params[] = {
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "1%", 1e-12, 0.5,
	 .about = "the false alarm rate of one look"},
	{"effect", PARAM_SHARE, offsetof(struct config, effect), "50%", 0, 1,
	 .about =
		 "fails only if a request of the candidate does worse than one of stable with more "
		 "than this chance"},
	{0},
};

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	const struct reading *a = &evidence->candidate, *b = &evidence->baseline;
	const struct reading *worse = evidence->higher_is_better ? b : a;
	const struct reading *better = evidence->higher_is_better ? a : b;
	(void)state;
	struct mann_whitney w = mann_whitney_of_counts(worse->counts, better->counts, worse->bins);
	double chance = mann_whitney_effect(&w);
	struct verdict verdict =
		verdict_of_p(mann_whitney_greater(&w, 0.5), c->alpha, mann_whitney_z(&w, 0.5),
			     gsl_cdf_ugaussian_Qinv(c->alpha));
	if (verdict.kind == VERDICT_FAIL && !(chance > c->effect))
		verdict.kind = VERDICT_PASS;
	return verdict;
}

static double level(const void *config)
{
	return ((const struct config *)config)->alpha;
}

const struct detector detector_mann_whitney = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "mann_whitney",
		   .about = "compares whole distributions by rank",
		   .example = "mann_whitney: {alpha: 1%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.compares = true,
	.takes = OFFERS_DISTRIBUTION,
	.look = look,
	.level = level,
};
