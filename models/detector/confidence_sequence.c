/* An asymptotic confidence sequence (Waudby-Smith et al. 2024) of how much worse the candidate is:
 * fails when all of it lies beyond the margin. Holds however often one looks, once there are enough
 * failures for a normal law. */
#include "models/list.h"

#include "sim/stats/always_valid.h"

struct config {
	double alpha, tuned_for, least;
	struct level margin;
};

struct state {
	struct contrast contrast;
};

static const struct param params[] = {
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "1%", 1e-12, 0.5,
	 .about = "the false alarm rate of all looks together"},
	{"margin", PARAM_LEVEL, offsetof(struct config, margin), "", 0, 1e18,
	 .about = "so much worse is acceptable; left out: nothing"},
	{"tuned_for", PARAM_NUMBER, offsetof(struct config, tuned_for), "5000", 1, 1e12,
	 .about = "requests of both versions at which it is tightest"},
	{"min_failures", PARAM_NUMBER, offsetof(struct config, least), "10", 0, 1e9,
	 .about = "of a share: says nothing before so many failures are to be expected of the "
		  "candidate"},
	{0},
};

static bool is_early(const struct config *c, const struct state *s, const struct evidence *e)
{
	if (isnan(e->baseline.hits))
		return false;
	double rate = evidence_bad(e, &e->baseline) / e->baseline.requests;
	return s->contrast.n1 * rate < c->least;
}

/* The lower bound at alpha is that of a two-sided sequence at twice as much. */
static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	struct state *s = state;
	evidence_add(evidence, &s->contrast);
	double margin = isnan(c->margin.amount) ? 0 : c->margin.amount;
	double harm = contrast_estimate(&s->contrast), error = contrast_error(&s->contrast);
	if (is_early(c, s, evidence) || !(error > 0))
		return verdict_of_limit(false, harm, margin);
	double rho = always_valid_rho(2 * c->alpha, c->tuned_for);
	double n = s->contrast.n1 + s->contrast.n2, excess = fmax(harm - margin, 0);
	double log_e = always_valid_log_e(excess, error * error, n, rho);
	struct verdict verdict = verdict_of_e(log_e, 2 * c->alpha, harm);
	verdict.p /= 2;
	verdict.level = c->alpha;
	return verdict;
}

static double level(const void *config)
{
	return ((const struct config *)config)->alpha;
}

const struct detector detector_confidence_sequence = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "confidence_sequence",
		   .about = "an interval of the harm that holds at all looks",
		   .example = "confidence_sequence: {alpha: 1%}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state)},
	.evidence = EVIDENCE_INCREMENTS,
	.compares = true,
	.takes = OFFERS_HITS | OFFERS_VARIANCE,
	.anytime = true,
	.from_start = true,
	.look = look,
	.level = level,
};
