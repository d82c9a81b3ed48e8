/* A bandit: the traffic goes where rewards come from. At every update the rewards that dashboards
 * have seen become shares; each segment may learn for itself. */
#include "models/list.h"

#include "models/strategy/ladder.h"
#include "sim/stats/bandit.h"
#include "sim/stats/best_arm.h"
#include "sim/stats/exp3.h"

#include <string.h>

enum policy { EPSILON_GREEDY, UCB1, KL_UCB, THOMPSON, THOMPSON_GAUSSIAN, TOP_TWO, EXP3 };

struct config {
	int policy, metric;
	struct words arms;
	double epsilon, decay, gamma, floor, ceiling, discount, stop_at;
	sim_time every, window;
	int64_t min_requests;
	bool per_segment;
};

/* What is known of an arm. */
struct record {
	struct bandit_arm seen;	 /* with what was long ago counting less */
	struct bandit_arm total; /* as last read, where reading adds up from the beginning */
	struct reading reading;	 /* the newest */
};

struct learner {
	struct record arm[MAX_VERSIONS];
	double log_weight[MAX_VERSIONS], chance[MAX_VERSIONS];
};

struct state {
	enum { FRESH, RUNNING, DONE } phase;
	int arms, version[MAX_VERSIONS];
	int64_t updates;
	sim_time updates_at;
	struct learner learner[MAX_SEGMENTS];
};

static const char *const policy_names[] = {"epsilon_greedy",	"ucb1",	   "kl_ucb", "thompson",
					   "thompson_gaussian", "top_two", "exp3",   NULL};
static const char *const metric_names[] = {"conversion_rate", "error_rate",	   "success_rate",
					   "accuracy",	      "value_per_request", NULL};
static const enum metric_kind kinds[] = {METRIC_CONVERSION_RATE, METRIC_ERROR_RATE,
					 METRIC_SUCCESS_RATE, METRIC_ACCURACY,
					 METRIC_VALUE_PER_REQUEST};

static const struct param params[] = {
	{"policy", PARAM_CHOICE, offsetof(struct config, policy), "thompson",
	 .choices = policy_names, .about = "how shares follow from rewards"},
	{"metric", PARAM_CHOICE, offsetof(struct config, metric), "success_rate",
	 .choices = metric_names, .about = "what is a reward; where lower is better, its absence"},
	{"arms", PARAM_WORDS, offsetof(struct config, arms), "",
	 .about = "the versions it chooses between; left out: stable and the candidate"},
	{"every", PARAM_DURATION, offsetof(struct config, every), "1m", 1e9, (double)MAX_HORIZON,
	 .about = "how often shares are computed anew"},
	{"floor", PARAM_SHARE, offsetof(struct config, floor), "1%", 0, 0.5,
	 .about = "what every arm gets at least"},
	{"ceiling", PARAM_SHARE, offsetof(struct config, ceiling), "100%", 0.1, 1,
	 .about = "... at most"},
	{"epsilon", PARAM_SHARE, offsetof(struct config, epsilon), "10%", 0, 1,
	 .about = "of epsilon_greedy: what is spread evenly"},
	{"decay", PARAM_SHARE, offsetof(struct config, decay), "100%", 0, 1,
	 .about = "... and what becomes of it with every update"},
	{"gamma", PARAM_SHARE, offsetof(struct config, gamma), "10%", 0.0001, 1,
	 .about = "of exp3: what is spread evenly"},
	{"discount", PARAM_SHARE, offsetof(struct config, discount), "100%", 0.01, 1,
	 .about = "what old rewards still count for after an update; 100%: as much as new ones"},
	{"window", PARAM_DURATION, offsetof(struct config, window), "", 1e9, (double)MAX_HORIZON,
	 .about = "only rewards of so long are known, instead of a discount"},
	{"per_segment", PARAM_FLAG, offsetof(struct config, per_segment), "no",
	 .about = "whether each segment learns for itself"},
	{"stop_at", PARAM_SHARE, offsetof(struct config, stop_at), "", 0.5, 1,
	 .about = "it ends when an arm is the best with this chance: if that is stable, it goes "
		  "back; left out: it goes on for ever"},
	{"min_requests", PARAM_COUNT, offsetof(struct config, min_requests), "100", 1, 1e12,
	 .about = "... and every arm has been asked so often"},
	{0},
};

/* ---- what can be wrong */

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	bool gaussian = c->policy == THOMPSON_GAUSSIAN;
	if (c->window != PARAM_UNSET && c->discount < 1) {
		snprintf(why, size, "old rewards are either discounted or left out; not both");
		return "window";
	}
	if (kinds[c->metric] == METRIC_VALUE_PER_REQUEST && !gaussian) {
		snprintf(why, size, "%s is a mean: thompson_gaussian alone understands it",
			 metric_names[c->metric]);
		return "policy";
	}
	if (c->discount < 1 && gaussian) {
		snprintf(why, size, "thompson_gaussian forgets by a window, not by a discount");
		return "discount";
	}
	if (c->window != PARAM_UNSET && c->policy == EXP3) {
		snprintf(why, size, "exp3 adds rewards up; it knows no window");
		return "window";
	}
	return NULL;
}

static int find_version(const struct plan *plan, const char *name)
{
	for (int v = 0; v < plan->versions; v++)
		if (!strcmp(plan->version[v].name, name))
			return v;
	return -1;
}

static const char *check_arms(const struct config *c, const struct plan *plan,
			      const struct rollout_plan *rollout, char *why, size_t size)
{
	uint32_t seen = 0;
	for (int i = 0; i < c->arms.count; i++) {
		int version = find_version(plan, c->arms.word[i]);
		if (version < 0 || seen >> version & 1) {
			snprintf(why, size,
				 version < 0 ? "there is no version \"%.40s\""
					     : "\"%.40s\" stands there twice",
				 c->arms.word[i]);
			return "arms";
		}
		seen |= UINT32_C(1) << version;
	}
	if (c->arms.count == 1 || (c->arms.count && !(seen >> rollout->candidate & 1))) {
		snprintf(why, size,
			 c->arms.count == 1 ? "with one arm there is nothing to choose"
					    : "the candidate is not among the arms");
		return "arms";
	}
	return NULL;
}

static const char *object(const void *config, const struct plan *plan,
			  const struct rollout_plan *rollout, char *why, size_t size)
{
	const struct config *c = config;
	const struct quality *quality = plan->version[STABLE].quality;
	enum metric_kind kind = kinds[c->metric];
	bool brings = kind == METRIC_CONVERSION_RATE || kind == METRIC_VALUE_PER_REQUEST;
	int arms = c->arms.count ? c->arms.count : 2;
	if (metric_is_of_quality(kind) && (!quality || (brings && !quality->converts))) {
		snprintf(why, size, "there is no %s to learn from: stable has no %s",
			 metric_names[c->metric], brings ? "conversion in its quality" : "quality");
		return "metric";
	}
	if (arms * c->floor > 1 || arms * c->ceiling < 1) {
		bool low = arms * c->floor > 1;
		snprintf(why, size, "%d arms cannot each have at %s %g%%", arms,
			 low ? "least" : "most", 100 * (low ? c->floor : c->ceiling));
		return low ? "floor" : "ceiling";
	}
	return check_arms(c, plan, rollout, why, size);
}

/* ---- what is seen */

static struct bandit_arm rewards_in(const struct config *c, const struct reading *reading)
{
	bool good = metric_rows[kinds[c->metric]].higher_is_better;
	double hits = isnan(reading->hits) ? 0 : reading->hits;
	return (struct bandit_arm){reading->requests, good ? hits : reading->requests - hits};
}

/* What is new since the last update, or all that is in the window. */
static void look(const struct config *c, struct learner *learner, int arm,
		 const struct observation *o, int version)
{
	const struct lookback back = {.window = c->window, .mark = MARK_STAGE};
	const struct metric metric = {.kind = kinds[c->metric]};
	struct record *record = &learner->arm[arm];
	struct reading reading = observation_read(o, version, &metric, &back);
	if (!(reading.requests > 0))
		reading = (struct reading){.value = NAN, .variance = NAN};
	struct bandit_arm all = rewards_in(c, &reading), before = record->total;
	record->reading = reading;
	record->total = all;
	if (c->window != PARAM_UNSET) {
		record->seen = all;
		return;
	}
	double pulls = fmax(all.pulls - before.pulls, 0);
	double rewards = fmax(all.rewards - before.rewards, 0);
	record->seen.pulls = c->discount * record->seen.pulls + pulls;
	record->seen.rewards = c->discount * record->seen.rewards + rewards;
	if (c->policy == EXP3 && learner->chance[arm] > 0)
		learner->log_weight[arm] *= c->discount;
	if (c->policy == EXP3 && learner->chance[arm] > 0 && pulls > 0)
		exp3_learn(learner->log_weight, MAX_VERSIONS, c->gamma, arm, learner->chance[arm],
			   rewards);
}

/* ---- from rewards to shares */

static void find_chances(const struct config *c, const struct learner *learner, int arms,
			 double *chance)
{
	struct best_arm_law law[MAX_VERSIONS];
	bool gaussian = c->policy == THOMPSON_GAUSSIAN;
	for (int a = 0; a < arms; a++) {
		const struct record *r = &learner->arm[a];
		law[a] = (struct best_arm_law){1 + r->seen.rewards,
					       1 + r->seen.pulls - r->seen.rewards};
		if (gaussian)
			law[a] = (struct best_arm_law){
				r->reading.value, sqrt(r->reading.variance / r->reading.requests)};
	}
	best_arm_chances(gaussian ? BEST_ARM_GAUSSIAN : BEST_ARM_BETA, law, arms, chance);
}

static bool is_known(const struct config *c, const struct learner *learner, int arms)
{
	bool known = true;
	for (int a = 0; a < arms; a++) {
		const struct record *r = &learner->arm[a];
		known &= c->policy == THOMPSON_GAUSSIAN ? r->reading.variance > 0
							: r->seen.pulls > 0;
	}
	return known;
}

static void give_to_highest(const struct config *c, const struct learner *learner, int arms,
			    double spread, double *share)
{
	static const enum bandit_policy policies[] = {[EPSILON_GREEDY] = BANDIT_EPSILON_GREEDY,
						      [UCB1] = BANDIT_UCB1,
						      [KL_UCB] = BANDIT_KL_UCB};
	struct bandit_arm arm[MAX_VERSIONS];
	double pulls = 0;
	for (int a = 0; a < arms; a++) {
		arm[a] = learner->arm[a].seen;
		pulls += arm[a].pulls;
	}
	int best = bandit_highest(policies[c->policy], arm, arms, pulls);
	for (int a = 0; a < arms; a++)
		share[a] = spread / arms + (a == best ? 1 - spread : 0);
}

static void choose(const struct config *c, const struct state *s, const struct learner *learner,
		   double *share)
{
	int arms = s->arms;
	for (int a = 0; a < arms; a++)
		share[a] = 1.0 / arms;
	if (c->policy == EXP3) {
		exp3_chances(learner->log_weight, arms, c->gamma, share);
		return;
	}
	if (!is_known(c, learner, arms))
		return;
	if (c->policy <= KL_UCB) {
		bool greedy = c->policy == EPSILON_GREEDY;
		double spread = greedy ? c->epsilon * pow(c->decay, (double)s->updates) : 0;
		give_to_highest(c, learner, arms, spread, share);
		return;
	}
	double chance[MAX_VERSIONS];
	find_chances(c, learner, arms, chance);
	if (c->policy == TOP_TWO)
		best_arm_top_two(chance, arms, 0.5, share);
	else
		memcpy(share, chance, (size_t)arms * sizeof *share);
}

static double bounded_sum(const struct config *c, int arms, const double *share, double factor)
{
	double sum = 0;
	for (int a = 0; a < arms; a++)
		sum += fmin(fmax(factor * share[a], c->floor), c->ceiling);
	return sum;
}

/* All shares times the one factor with which they sum to 1 once they are cut to the bounds. */
static void keep_bounds(const struct config *c, int arms, double *share)
{
	enum { HALVINGS = 200 };     /* of the logarithm of the factor: to the last digit */
	double low = -60, high = 60; /* shares of 1e-20, given to all who have none, can be 1 */
	for (int a = 0; a < arms; a++)
		share[a] = fmax(share[a], 1e-20);
	if (fabs(bounded_sum(c, arms, share, 1) - 1) < 1e-12)
		low = high = 0;
	for (int i = 0; i < HALVINGS && low < high; i++) {
		double middle = 0.5 * (low + high);
		if (bounded_sum(c, arms, share, exp(middle)) < 1)
			low = middle;
		else
			high = middle;
	}
	for (int a = 0; a < arms; a++)
		share[a] = fmin(fmax(exp(high) * share[a], c->floor), c->ceiling);
}

static void route(const struct config *c, struct state *s, const struct observation *o,
		  struct routes *routes)
{
	int regions = o->plan->population.regions;
	for (int l = 0; l < (c->per_segment ? o->plan->population.segments : 1); l++) {
		struct learner *learner = &s->learner[l];
		choose(c, s, learner, learner->chance);
		keep_bounds(c, s->arms, learner->chance);
	}
	for (int k = 0; k < routes->cohorts; k++) {
		const struct learner *learner = &s->learner[c->per_segment ? k / regions : 0];
		double left = 1;
		memset(routes->share[k], 0, sizeof routes->share[k]);
		for (int a = 0; a < s->arms; a++) {
			double share = fmin(learner->chance[a], left);
			share = a == s->arms - 1 ? left : share;
			routes->share[k][s->version[a]] += share;
			left -= share;
		}
	}
}

/* ---- beginning, updates, end */

static struct decision begin(const struct config *c, struct state *s, const struct observation *o,
			     struct routes *routes)
{
	s->arms = c->arms.count ? c->arms.count : 2;
	s->version[0] = STABLE;
	s->version[1] = o->candidate;
	for (int a = 0; a < c->arms.count; a++)
		s->version[a] = find_version(o->plan, c->arms.word[a]);
	s->phase = RUNNING;
	s->updates_at = o->now + c->every;
	route(c, s, o, routes);
	return decision_stage(s->updates_at);
}

static void learn(const struct config *c, struct state *s, const struct observation *o)
{
	int regions = o->plan->population.regions;
	for (int l = 0; l < (c->per_segment ? o->plan->population.segments : 1); l++) {
		struct observation of_segment = *o;
		for (int k = 0; k < o->plan->cohorts && c->per_segment; k++)
			if (k / regions != l)
				of_segment.cohorts &= ~(UINT32_C(1) << k);
		for (int a = 0; a < s->arms; a++)
			look(c, &s->learner[l], a, &of_segment, s->version[a]);
	}
	s->updates++;
}

/* The arm that is the best, of all segments, as surely as asked; or -1. */
static int find_winner(const struct config *c, const struct state *s)
{
	double chance[MAX_VERSIONS];
	int winner = -2;
	for (int l = 0; l < (c->per_segment ? MAX_SEGMENTS : 1); l++) {
		const struct learner *learner = &s->learner[l];
		int best = -1;
		if (c->per_segment && learner->chance[0] == 0 && learner->chance[1] == 0)
			break; /* there are no more segments */
		if (!is_known(c, learner, s->arms))
			return -1;
		find_chances(c, learner, s->arms, chance);
		for (int a = 0; a < s->arms; a++) {
			if (learner->arm[a].total.pulls < (double)c->min_requests)
				return -1;
			best = chance[a] >= c->stop_at ? a : best;
		}
		if (best < 0 || (winner >= 0 && best != winner))
			return -1;
		winner = best;
	}
	return winner;
}

static struct decision decide(const void *config, void *state,
			      const struct observation *observation, struct routes *routes)
{
	const struct config *c = config;
	const struct observation *o = observation;
	struct state *s = state;
	if (o->tripped >= 0)
		return decision_roll_back();
	if (s->phase == DONE)
		return decision_hold(SIM_NEVER);
	if (s->phase == FRESH)
		return begin(c, s, o, routes);
	if (o->now < s->updates_at)
		return decision_hold(s->updates_at);
	s->updates_at = o->now + c->every;
	learn(c, s, o);
	int winner = isnan(c->stop_at) ? -1 : find_winner(c, s);
	if (winner < 0) {
		route(c, s, o, routes);
		struct decision decision = decision_stage(s->updates_at);
		decision.stage_begins = false;
		return decision;
	}
	s->phase = DONE;
	int version = s->version[winner];
	if (version == STABLE)
		return decision_with(decision_roll_back(), REMARK_LOSER, OF_VERSION, o->candidate);
	routes_give(routes, version, 1);
	return decision_with(decision_promote(), REMARK_WINNER, OF_VERSION, version);
}

static sim_time looks_back_of(const void *config)
{
	const struct config *c = config;
	return c->window == PARAM_UNSET ? 0 : c->window;
}

const struct strategy strategy_bandit = {
	.plugin = {.kind = PLUGIN_STRATEGY,
		   .name = "bandit",
		   .about = "the traffic goes where rewards come from, update by update",
		   .example = "bandit: {policy: thompson, metric: success_rate, every: 1m}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state),
		   .prepare = prepare},
	.decide = decide,
	.looks_back_of = looks_back_of,
	.object = object,
};
