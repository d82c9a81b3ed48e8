/* Betting that the candidate is worse: requests of both versions are paired, and on each pair a
 * part of the capital is set on the candidate's failing where stable's does not. If both are alike,
 * no way of betting multiplies the capital by 1 / alpha with more than that chance (Shekhar and
 * Ramdas 2023). Which requests are paired is not known, but over all pairings the capital is at
 * least (1 + bet)^x1 (1 - bet)^x2, x being the failures among as many requests of each (by Jensen).
 */
#include "models/list.h"

struct config {
	double alpha, most;
};

struct state {
	double log_capital;
	double won, lost; /* failures of the candidate, of stable, among the pairs so far */
};

static const struct param params[] = {
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "1%", 1e-12, 0.5,
	 .about = "the false alarm rate of all looks together"},
	{"most", PARAM_SHARE, offsetof(struct config, most), "50%", 0.001, 0.99,
	 .about = "the part of the capital that is set on a pair at most"},
	{0},
};

/* What would have won the most so far (Kelly 1956), shrunk while little is known. */
static double next_bet(const struct config *c, const struct state *s)
{
	double bet = (s->won - s->lost) / (s->won + s->lost + 2);
	return fmin(fmax(bet, 0), c->most);
}

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	struct state *s = state;
	const struct reading *a = &evidence->candidate, *b = &evidence->baseline;
	double pairs = fmin(a->requests, b->requests), bet = next_bet(c, s);
	double won = evidence_bad(evidence, a) * pairs / a->requests;
	double lost = evidence_bad(evidence, b) * pairs / b->requests;
	s->log_capital += won * log1p(bet) + lost * log1p(-bet);
	s->won += won;
	s->lost += lost;
	return verdict_of_e(s->log_capital, c->alpha, exp(s->log_capital));
}

static double level(const void *config)
{
	return ((const struct config *)config)->alpha;
}

const struct detector detector_betting = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "betting",
		   .about = "bets on the candidate's failures; fails when the capital has grown",
		   .example = "betting: {alpha: 1%}",
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
