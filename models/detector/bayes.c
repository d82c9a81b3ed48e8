/* Two beta posteriors: with what chance does the candidate fail more often than stable, and what
 * would be lost by keeping it? */
#include "models/list.h"

#include "sim/stats/posterior.h"

#define ENOUGH 1e-6 /* relative error of the chance; limits have fewer digits */

struct config {
	double chance, loss, prior_bad, prior_good;
};

static const struct param params[] = {
	{"chance", PARAM_SHARE, offsetof(struct config, chance), "99%", 0.5, 1,
	 .about = "fails when the candidate is worse with this chance"},
	{"loss", PARAM_SHARE, offsetof(struct config, loss), "0", 0, 1,
	 .about = "and keeping it would cost more failures than this, on average"},
	{"prior_bad", PARAM_NUMBER, offsetof(struct config, prior_bad), "0.5", 1e-3, 1e9,
	 .about = "failures that either version is taken to have had before"},
	{"prior_good", PARAM_NUMBER, offsetof(struct config, prior_good), "0.5", 1e-3, 1e9,
	 .about = "good answers likewise"},
	{0},
};

static struct beta_law posterior(const struct config *c, const struct evidence *evidence,
				 const struct reading *reading)
{
	double bad = evidence_bad(evidence, reading);
	return (struct beta_law){c->prior_bad + bad, c->prior_good + reading->requests - bad};
}

/* The loss takes longer to compute than the chance: only where that is not enough to pass. */
static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	struct beta_law candidate = posterior(c, evidence, &evidence->candidate);
	struct beta_law stable = posterior(c, evidence, &evidence->baseline);
	(void)state;
	double worse = posterior_above(stable, candidate, ENOUGH);
	bool fails = worse >= c->chance &&
		     (c->loss <= 0 || posterior_loss(candidate, stable, ENOUGH) > c->loss);
	return verdict_of_limit(fails, worse, c->chance);
}

const struct detector detector_bayes = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "bayes",
		   .about = "fails when the candidate is worse with a high posterior chance",
		   .example = "bayes: {chance: 99%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.compares = true,
	.takes = OFFERS_HITS,
	.look = look,
};
