/* Rewards are read, forgotten as the rules say, and made into shares between their bounds. */
#include "models/strategy/learner.h"

#include "models/strategy/yardstick.h"
#include "sim/stats/best_arm.h"
#include "sim/stats/exp3.h"
#include "sim/stats/linucb.h"

#include <math.h>
#include <string.h>

static struct bandit_arm rewards_in(const struct learner_rules *rules,
				    const struct reading *reading)
{
	bool good = metric_rows[yardstick_kinds[rules->metric]].higher_is_better;
	double hits = isnan(reading->hits) ? 0 : reading->hits;
	return (struct bandit_arm){reading->requests, good ? hits : reading->requests - hits};
}

/* What is new since the last update, or all that is in the window. */
void learner_look(const struct learner_rules *rules, struct learner *learner, int arm,
		  const struct observation *o, int version)
{
	const struct lookback back = {.window = rules->window, .mark = MARK_STAGE};
	const struct metric metric = {.kind = yardstick_kinds[rules->metric]};
	struct learner_arm *record = &learner->arm[arm];
	struct reading reading = observation_read(o, version, &metric, &back);
	if (!(reading.requests > 0))
		reading = (struct reading){.value = NAN, .variance = NAN};
	struct bandit_arm all = rewards_in(rules, &reading), before = record->total;
	record->reading = reading;
	record->total = all;
	if (rules->window != PARAM_UNSET) {
		record->seen = all;
		return;
	}
	double pulls = fmax(all.pulls - before.pulls, 0);
	double rewards = fmax(all.rewards - before.rewards, 0);
	record->seen.pulls = rules->discount * record->seen.pulls + pulls;
	record->seen.rewards = rules->discount * record->seen.rewards + rewards;
	if (rules->policy == EXP3 && learner->share[arm] > 0)
		learner->log_weight[arm] *= rules->discount;
	if (rules->policy == EXP3 && learner->share[arm] > 0 && pulls > 0)
		exp3_learn(learner->log_weight, learner->arms, rules->gamma, arm,
			   learner->share[arm], rewards);
}

/* ---- from rewards to shares */

static double most_varied(const struct learner *learner)
{
	double most = 0;
	for (int a = 0; a < learner->arms; a++)
		most = fmax(most, learner->arm[a].reading.variance); /* of numbers, if there are */
	return most;
}

double learner_error(const struct learner *learner, int arm)
{
	const struct reading *r = &learner->arm[arm].reading;
	return sqrt((r->variance > 0 ? r->variance : most_varied(learner)) / r->requests);
}

static void find_laws(const struct learner_rules *rules, const struct learner *learner,
		      struct best_arm_law law[MAX_VERSIONS])
{
	bool gaussian = rules->policy == THOMPSON_GAUSSIAN;
	for (int a = 0; a < learner->arms; a++) {
		const struct learner_arm *r = &learner->arm[a];
		law[a] = (struct best_arm_law){1 + r->seen.rewards,
					       1 + r->seen.pulls - r->seen.rewards};
		if (gaussian)
			law[a] = (struct best_arm_law){r->reading.value, learner_error(learner, a)};
	}
}

void learner_chances(const struct learner_rules *rules, const struct learner *learner,
		     double *chance)
{
	struct best_arm_law law[MAX_VERSIONS];
	bool gaussian = rules->policy == THOMPSON_GAUSSIAN;
	find_laws(rules, learner, law);
	best_arm_chances(gaussian ? BEST_ARM_GAUSSIAN : BEST_ARM_BETA, law, learner->arms, chance);
}

/* When an arm is surely the best, the other half goes to the best without it. */
static void share_top_two(const struct learner_rules *rules, const struct learner *learner,
			  const double *chance, double *share)
{
	enum { SURE = 1000000 }; /* one in so many: of less, 1 - chance keeps too few digits */
	struct best_arm_law law[MAX_VERSIONS];
	double second[MAX_VERSIONS];
	int arms = learner->arms, best = 0, others = 0;
	for (int a = 0; a < arms; a++)
		best = chance[a] > chance[best] ? a : best;
	best_arm_top_two(chance, arms, 0.5, share);
	if ((1 - chance[best]) * SURE >= 1)
		return;
	find_laws(rules, learner, law);
	memmove(law + best, law + best + 1, (size_t)(arms - 1 - best) * sizeof *law);
	best_arm_chances(BEST_ARM_BETA, law, arms - 1, second);
	for (int a = 0; a < arms; a++)
		share[a] = a == best ? 0.5 : 0.5 * second[others++];
}

bool learner_knows(const struct learner_rules *rules, const struct learner *learner)
{
	bool gaussian = rules->policy == THOMPSON_GAUSSIAN;
	bool known = !gaussian || most_varied(learner) > 0;
	for (int a = 0; a < learner->arms; a++) {
		const struct learner_arm *r = &learner->arm[a];
		known &= gaussian ? r->reading.requests > 1 : r->seen.pulls > 0;
	}
	return known;
}

static void give_to_highest(const struct learner_rules *rules, const struct learner *learner,
			    double spread, double *share)
{
	int arms = learner->arms;
	static const enum bandit_policy policies[] = {[EPSILON_GREEDY] = BANDIT_EPSILON_GREEDY,
						      [UCB1] = BANDIT_UCB1,
						      [KL_UCB] = BANDIT_KL_UCB};
	struct bandit_arm arm[MAX_VERSIONS] = {{0, 0}};
	double pulls = 0;
	for (int a = 0; a < arms; a++) {
		arm[a] = learner->arm[a].seen;
		pulls += arm[a].pulls;
	}
	int best = bandit_highest(policies[rules->policy], arm, arms, pulls);
	for (int a = 0; a < arms; a++)
		share[a] = spread / arms + (a == best ? 1 - spread : 0);
}

void learner_wish(const struct learner_rules *rules, const struct learner *learner, int64_t updates,
		  double *share)
{
	int arms = learner->arms;
	for (int a = 0; a < arms; a++)
		share[a] = 1.0 / arms;
	if (rules->policy == EXP3) {
		exp3_chances(learner->log_weight, arms, rules->gamma, share);
		return;
	}
	if (!learner_knows(rules, learner))
		return;
	if (rules->policy <= KL_UCB) {
		bool greedy = rules->policy == EPSILON_GREEDY;
		double spread = greedy ? rules->epsilon * pow(rules->decay, (double)updates) : 0;
		give_to_highest(rules, learner, spread, share);
		return;
	}
	double chance[MAX_VERSIONS];
	learner_chances(rules, learner, chance);
	if (rules->policy == TOP_TWO)
		share_top_two(rules, learner, chance, share);
	else
		memcpy(share, chance, (size_t)arms * sizeof *share);
}

static double bounded(const struct learner_rules *rules, double share)
{
	return fmin(fmax(share, rules->floor), rules->ceiling);
}

static double bounded_sum(const struct learner_rules *rules, int arms, const double *share,
			  double factor)
{
	double sum = 0;
	for (int a = 0; a < arms; a++)
		sum += bounded(rules, factor * share[a]);
	return sum;
}

/* The factor with which they sum to 1. The sum rises with it in straight lines, from one factor to
 * the next at which some share meets a bound. */
static double find_factor(const struct learner_rules *rules, int arms, const double *share)
{
	double low = 0, high = INFINITY;
	for (int i = 0; i < 2 * arms; i++) {
		double corner = (i % 2 ? rules->ceiling : rules->floor) / share[i / 2];
		bool enough = bounded_sum(rules, arms, share, corner) >= 1;
		high = enough ? fmin(high, corner) : high;
		low = enough ? low : fmax(low, corner);
	}
	double at_low = bounded_sum(rules, arms, share, low);
	double at_high = bounded_sum(rules, arms, share, high);
	return at_high > at_low ? low + (1 - at_low) * (high - low) / (at_high - at_low) : high;
}

/* All times one factor, then cut to the bounds. */
void learner_bound(const struct learner_rules *rules, int arms, double *share)
{
	double factor = 1;
	for (int a = 0; a < arms; a++)
		share[a] = fmax(share[a], 1e-20); /* given to all who have none, it can be 1 */
	if (fabs(bounded_sum(rules, arms, share, 1) - 1) >= 1e-12)
		factor = find_factor(rules, arms, share);
	for (int a = 0; a < arms; a++)
		share[a] = bounded(rules, factor * share[a]);
}

static void take_shares(const struct learner_rules *rules, struct learner *learner, double *share)
{
	learner_bound(rules, learner->arms, share);
	memcpy(learner->share, share, (size_t)learner->arms * sizeof *share);
}

void learner_share(const struct learner_rules *rules, struct learner *learner, int64_t updates)
{
	double share[MAX_VERSIONS];
	learner_wish(rules, learner, updates, share);
	take_shares(rules, learner, share);
}

/* ---- LinUCB: a segment and a region each add their part to what an arm is worth */

_Static_assert(MAX_SEGMENTS + MAX_REGIONS <= LINUCB_MOST, "a context has a place for each");

static void find_context(int cohort, int segments, int regions, double x[LINUCB_MOST])
{
	memset(x, 0, LINUCB_MOST * sizeof *x);
	x[cohort / regions] = 1;
	x[segments + cohort % regions] = 1;
}

static struct linucb fit_arm(const struct learner *learners, int arm, int segments, int regions)
{
	struct linucb model;
	double x[LINUCB_MOST];
	linucb_begin(&model, segments + regions, 1);
	for (int k = 0; k < segments * regions; k++) {
		const struct bandit_arm *seen = &learners[k].arm[arm].seen;
		find_context(k, segments, regions, x);
		linucb_learn_many(&model, x, seen->pulls, seen->rewards);
	}
	return model;
}

static void fit_arms(const struct learner *learners, int segments, int regions,
		     struct linucb model[MAX_VERSIONS])
{
	for (int a = 0; a < learners[0].arms; a++)
		model[a] = fit_arm(learners, a, segments, regions);
}

/* All to the arm with the highest index for this cohort; equal ones share. */
static void give_to_best(const struct linucb *model, int arms, double alpha, const double *x,
			 double *share)
{
	double index[MAX_VERSIONS], best = -INFINITY;
	int equal = 0;
	for (int a = 0; a < arms; a++) {
		index[a] = linucb_index(&model[a], x, alpha);
		best = fmax(best, index[a]);
	}
	for (int a = 0; a < arms; a++)
		equal += index[a] == best;
	for (int a = 0; a < arms; a++)
		share[a] = index[a] == best ? 1.0 / equal : 0;
}

void learner_wish_linearly(const struct learner_rules *rules, const struct learner *learners,
			   int segments, int regions, int cohort, double *share)
{
	struct linucb model[MAX_VERSIONS];
	double x[LINUCB_MOST];
	fit_arms(learners, segments, regions, model);
	find_context(cohort, segments, regions, x);
	give_to_best(model, learners[0].arms, rules->alpha, x, share);
}

void learner_share_linearly(const struct learner_rules *rules, struct learner *learners,
			    int segments, int regions)
{
	struct linucb model[MAX_VERSIONS];
	double x[LINUCB_MOST], share[MAX_VERSIONS] = {0};
	fit_arms(learners, segments, regions, model);
	for (int k = 0; k < segments * regions; k++) {
		find_context(k, segments, regions, x);
		give_to_best(model, learners[0].arms, rules->alpha, x, share);
		take_shares(rules, &learners[k], share);
	}
}
