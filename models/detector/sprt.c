/* Wald's sequential probability ratio test (1945) of "the candidate fails `harm` times as often as
 * stable" against "as often". Stable's rate need not be known: of all failures, the candidate has
 * its share, or more. */
#include "models/list.h"

#include "sim/stats/rate_ratio.h"

struct config {
	double harm, alpha, beta;
};

struct state {
	double log_ratio; /* of the likelihoods */
};

static const struct param params[] = {
	{"harm", PARAM_FACTOR, offsetof(struct config, harm), "x2", 1.001, 1000,
	 .about = "how many times stable's failures are too many"},
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "1%", 1e-12, 0.5,
	 .about = "the chance to fail a candidate that is as good as stable"},
	{"beta", PARAM_SHARE, offsetof(struct config, beta), "5%", 1e-12, 0.5,
	 .about = "the chance to pass one that fails so many times as often"},
	{0},
};

/* Once passed, it goes on from that bound, so that what goes wrong later is found, too. */
static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	struct state *s = state;
	double upper = log((1 - c->beta) / c->alpha), lower = log(c->beta / (1 - c->alpha));
	s->log_ratio += rate_ratio_log(c->harm, evidence_bad(evidence, &evidence->candidate),
				       evidence_bad(evidence, &evidence->baseline),
				       evidence_share(evidence));
	struct verdict verdict = {.statistic = s->log_ratio,
				  .threshold = upper,
				  .p = fmin(exp(-s->log_ratio), 1),
				  .log_e = s->log_ratio,
				  .level = c->alpha};
	verdict.kind = s->log_ratio >= upper   ? VERDICT_FAIL
		       : s->log_ratio <= lower ? VERDICT_PASS
					       : VERDICT_UNSURE;
	s->log_ratio = fmax(s->log_ratio, lower);
	return verdict;
}

static double level(const void *config)
{
	return ((const struct config *)config)->alpha;
}

const struct detector detector_sprt = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "sprt",
		   .about = "Wald's sequential test: so many times worse, or as good?",
		   .example = "sprt: {harm: x2, alpha: 1%, beta: 5%}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state)},
	.evidence = EVIDENCE_INCREMENTS,
	.compares = true,
	.takes = OFFERS_HITS,
	.anytime = true,
	.from_start = true,
	.look = look,
	.level = level,
};
