/* Bayesian online changepoint detection (Adams and MacKay 2007) of how much worse the candidate is
 * at each look, in standard errors: fails when it is worse by more than a limit with a high chance,
 * however long it has been so. */
#include "models/list.h"

#include "sim/stats/bocpd.h"

struct config {
	double chance, limit, spread;
	int64_t change_every;
};

static const struct param params[] = {
	{"chance", PARAM_SHARE, offsetof(struct config, chance), "99.9%", 0.5, 1,
	 .about = "fails when the harm is above the limit with this chance"},
	{"limit", PARAM_NUMBER, offsetof(struct config, limit), "0.5", 0, 100,
	 .about = "harm up to this is tolerated, in standard errors of one look"},
	{"spread", PARAM_NUMBER, offsetof(struct config, spread), "2", 0.01, 100,
	 .about = "deviation of the changes it expects, likewise"},
	{"change_every", PARAM_COUNT, offsetof(struct config, change_every), "500", 2, 1000000000,
	 .about = "looks between changes, on average"},
	{0},
};

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	struct bocpd *s = state;
	double z = evidence_score(evidence);
	if (isfinite(z))
		bocpd_add(s, z, 1 / (double)c->change_every, c->spread);
	double worse = bocpd_above(s, c->limit, c->spread);
	return verdict_of_limit(worse >= c->chance, worse, c->chance);
}

const struct detector detector_bocpd = {
	.plugin =
		{.kind = PLUGIN_DETECTOR,
		 .name = "bocpd",
		 .about =
			 "fails when, since some change, the candidate is worse with a high chance",
		 .example = "bocpd: {chance: 99.9%}",
		 .params = params,
		 .config_size = sizeof(struct config),
		 .state_size = sizeof(struct bocpd)},
	.evidence = EVIDENCE_INCREMENTS,
	.compares = true,
	.takes = OFFERS_HITS | OFFERS_VARIANCE,
	.from_start = true,
	.look = look,
};
