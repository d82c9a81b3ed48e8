/* Where batches need the chance that an arm is the best, a single pull needs but one draw from what
 * is believed of each. */
#include "models/strategy/pull.h"

#include "sim/draw.h"
#include "sim/stats/exp3.h"

#include <math.h>

/* ---- what is wished for */

/* Evenly among those of which nothing is known yet: how many these are. */
static int share_unknown(const struct learner *learner, double *share)
{
	int unknown = 0;
	for (int a = 0; a < learner->arms; a++)
		unknown += learner->arm[a].seen.pulls == 0;
	for (int a = 0; a < learner->arms; a++)
		share[a] = learner->arm[a].seen.pulls == 0 ? 1.0 / unknown : 0;
	return unknown;
}

static int draw_best(const struct learner_rules *rules, const struct learner *learner,
		     struct rng *rng)
{
	double highest = -INFINITY;
	int best = 0;
	for (int a = 0; a < learner->arms; a++) {
		const struct learner_arm *r = &learner->arm[a];
		bool gaussian = rules->policy == THOMPSON_GAUSSIAN;
		double draw =
			gaussian ? r->reading.value + learner_error(learner, a) * draw_normal(rng)
				 : draw_beta(rng, 1 + r->seen.rewards,
					     1 + r->seen.pulls - r->seen.rewards);
		best = draw > highest ? a : best;
		highest = fmax(draw, highest);
	}
	return best;
}

/* Half of the pulls are for the best of another draw, in which another arm is (Russo 2016). */
static int draw_challenger(const struct learner_rules *rules, const struct learner *learner,
			   int best, struct rng *rng)
{
	enum { TRIES = 1000 }; /* when the best is surer than that, any other will do */
	int other = best;
	for (int i = 0; i < TRIES && other == best; i++)
		other = draw_best(rules, learner, rng);
	if (other == best)
		other = (best + 1 + (int)(rng_uniform(rng) * (learner->arms - 1))) % learner->arms;
	return other;
}

static void share_by_draw(const struct learner_rules *rules, const struct learner *learner,
			  struct rng *rng, double *share)
{
	int best = draw_best(rules, learner, rng);
	if (rules->policy == TOP_TWO && rng_uniform(rng) < 0.5)
		best = draw_challenger(rules, learner, best, rng);
	for (int a = 0; a < learner->arms; a++)
		share[a] = a == best;
}

static int draw_arm(const double *share, int arms, struct rng *rng, double *chance)
{
	double u = rng_uniform(rng);
	int arm = 0;
	while (arm < arms - 1 && u >= share[arm])
		u -= share[arm++];
	*chance = share[arm];
	return arm;
}

int pull_choose(const struct learner_rules *rules, const struct learner *learner, int64_t pulls,
		struct rng *rng, double *chance)
{
	double share[MAX_VERSIONS] = {0};
	bool beta = rules->policy == THOMPSON || rules->policy == TOP_TWO;
	bool gaussian = rules->policy == THOMPSON_GAUSSIAN && learner_knows(rules, learner);
	bool index = rules->policy <= KL_UCB;
	if (beta || gaussian)
		share_by_draw(rules, learner, rng, share);
	else if (!index || !share_unknown(learner, share))
		learner_wish(rules, learner, pulls, share);
	learner_bound(rules, learner->arms, share);
	return draw_arm(share, learner->arms, rng, chance);
}

int pull_choose_linearly(const struct learner_rules *rules, const struct learner *learners,
			 int segments, int regions, int cohort, struct rng *rng, double *chance)
{
	double share[MAX_VERSIONS] = {0};
	learner_wish_linearly(rules, learners, segments, regions, cohort, share);
	learner_bound(rules, learners[0].arms, share);
	return draw_arm(share, learners[0].arms, rng, chance);
}

/* ---- what is learnt */

void pull_learn(const struct learner_rules *rules, struct learner *learner, int arm, double reward,
		double chance)
{
	struct learner_arm *pulled = &learner->arm[arm];
	for (int a = 0; a < learner->arms && rules->discount < 1; a++) {
		learner->arm[a].seen.pulls *= rules->discount;
		learner->arm[a].seen.rewards *= rules->discount;
		learner->log_weight[a] *= rules->discount;
	}
	pulled->seen.pulls++;
	pulled->seen.rewards += reward;
	pulled->total.pulls++;
	moments_add(&pulled->given, reward);
	pulled->reading = (struct reading){.value = pulled->given.mean,
					   .requests = pulled->given.n,
					   .variance = pulled->given.m2 / pulled->given.n};
	if (rules->policy == EXP3)
		exp3_learn(learner->log_weight, learner->arms, rules->gamma, arm, chance, reward);
}
