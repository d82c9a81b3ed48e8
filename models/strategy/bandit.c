/* A bandit: the traffic goes where rewards come from. At every update the rewards that dashboards
 * have seen become shares; each segment may learn for itself. */
#include "models/list.h"

#include "models/strategy/learner.h"
#include "models/strategy/yardstick.h"

#include <math.h>
#include <string.h>

struct config {
	struct learner_rules rules;
	struct words arms;
	double stop_at;
	sim_time every;
	int64_t min_requests;
	bool per_segment;
};

struct state {
	enum { FRESH, RUNNING, DONE } phase;
	int arms, version[MAX_VERSIONS];
	int64_t updates;
	sim_time updates_at;
	struct learner learner[]; /* a group: a segment or a cohort where each learns for itself */
};

static const char *const policy_names[] = {
	"epsilon_greedy", "ucb1", "kl_ucb", "thompson", "thompson_gaussian",
	"top_two",	  "exp3", "linucb", NULL};

static const struct param params[] = {
	{"policy", PARAM_CHOICE, offsetof(struct config, rules.policy), "thompson",
	 .choices = policy_names, .about = "how shares follow from rewards"},
	{"metric", PARAM_CHOICE, offsetof(struct config, rules.metric), "success_rate",
	 .choices = yardstick_names,
	 .about = "what is a reward; where lower is better, its absence"},
	{"arms", PARAM_WORDS, offsetof(struct config, arms), "",
	 .about = "the versions it chooses between; left out: stable and the candidate"},
	{"every", PARAM_DURATION, offsetof(struct config, every), "1m", 1e9, (double)MAX_HORIZON,
	 .about = "how often shares are computed anew"},
	{"floor", PARAM_SHARE, offsetof(struct config, rules.floor), "1%", 0, 0.5,
	 .about = "what every arm gets at least"},
	{"ceiling", PARAM_SHARE, offsetof(struct config, rules.ceiling), "100%", 0.1, 1,
	 .about = "... at most"},
	{"epsilon", PARAM_SHARE, offsetof(struct config, rules.epsilon), "10%", 0, 1,
	 .about = "of epsilon_greedy: what is spread evenly"},
	{"decay", PARAM_SHARE, offsetof(struct config, rules.decay), "100%", 0, 1,
	 .about = "... and what becomes of it with every update"},
	{"gamma", PARAM_SHARE, offsetof(struct config, rules.gamma), "10%", 0.0001, 1,
	 .about = "of exp3: what is spread evenly"},
	{"alpha", PARAM_NUMBER, offsetof(struct config, rules.alpha), "1", 0, 1000,
	 .about = "of linucb: how many deviations above its mean an arm is looked at"},
	{"discount", PARAM_SHARE, offsetof(struct config, rules.discount), "100%", 0.01, 1,
	 .about = "what old rewards still count for after an update; 100%: as much as new ones"},
	{"window", PARAM_DURATION, offsetof(struct config, rules.window), "", 1e9,
	 (double)MAX_HORIZON, .about = "only rewards of so long are known, instead of a discount"},
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
	bool gaussian = c->rules.policy == THOMPSON_GAUSSIAN;
	if (c->rules.window != PARAM_UNSET && c->rules.discount < 1) {
		snprintf(why, size, "old rewards are either discounted or left out; not both");
		return "window";
	}
	if (yardstick_kinds[c->rules.metric] == METRIC_VALUE_PER_REQUEST && !gaussian) {
		snprintf(why, size, "%s is a mean: thompson_gaussian alone understands it",
			 yardstick_names[c->rules.metric]);
		return "policy";
	}
	if (c->rules.discount < 1 && gaussian) {
		snprintf(why, size, "thompson_gaussian forgets by a window, not by a discount");
		return "discount";
	}
	if (c->rules.window != PARAM_UNSET && c->rules.policy == EXP3) {
		snprintf(why, size, "exp3 adds rewards up; it knows no window");
		return "window";
	}
	if (c->rules.policy == LINUCB && c->per_segment) {
		snprintf(why, size,
			 "linucb learns of segments and regions what they have in "
			 "common; leave out per_segment");
		return "per_segment";
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
	int arms = c->arms.count ? c->arms.count : 2;
	const char *key = yardstick_check(c->rules.metric, plan, why, size);
	if (key)
		return key;
	if (c->rules.policy == LINUCB &&
	    plan->population.segments * plan->population.regions == 1) {
		snprintf(why, size, "traffic has neither segments nor regions for linucb to go by");
		return "policy";
	}
	if (arms * c->rules.floor > 1 || arms * c->rules.ceiling < 1) {
		bool low = arms * c->rules.floor > 1;
		snprintf(why, size, "%d arms cannot each have at %s %g%%", arms,
			 low ? "least" : "most", 100 * (low ? c->rules.floor : c->rules.ceiling));
		return low ? "floor" : "ceiling";
	}
	return check_arms(c, plan, rollout, why, size);
}

/* ---- groups that learn for themselves */

static int count_groups(const struct config *c, const struct plan *plan)
{
	const struct population *people = &plan->population;
	return c->rules.policy == LINUCB ? people->segments * people->regions
	       : c->per_segment		 ? people->segments
					 : 1;
}

static int group_of(const struct config *c, const struct plan *plan, int cohort)
{
	return c->rules.policy == LINUCB ? cohort
	       : c->per_segment		 ? cohort / plan->population.regions
					 : 0;
}

static size_t state_size_of(const void *config)
{
	const struct config *c = config;
	size_t most = c->rules.policy == LINUCB ? MAX_COHORTS : c->per_segment ? MAX_SEGMENTS : 1;
	return sizeof(struct state) + most * sizeof(struct learner);
}

/* ---- from rewards to routes */

static void find_shares(const struct config *c, struct state *s, const struct plan *plan)
{
	const struct population *people = &plan->population;
	for (int g = 0; g < count_groups(c, plan); g++)
		s->learner[g].arms = s->arms;
	if (c->rules.policy == LINUCB)
		learner_share_linearly(&c->rules, s->learner, people->segments, people->regions);
	else
		for (int g = 0; g < count_groups(c, plan); g++)
			learner_share(&c->rules, &s->learner[g], s->updates);
}

static void route(const struct config *c, struct state *s, const struct observation *o,
		  struct routes *routes)
{
	find_shares(c, s, o->plan);
	for (int k = 0; k < routes->cohorts; k++) {
		const struct learner *learner = &s->learner[group_of(c, o->plan, k)];
		double left = 1;
		memset(routes->share[k], 0, sizeof routes->share[k]);
		for (int a = 0; a < s->arms; a++) {
			double share = fmin(learner->share[a], left);
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
	for (int g = 0; g < count_groups(c, o->plan); g++) {
		struct observation of_group = *o;
		for (int k = 0; k < o->plan->cohorts; k++)
			if (group_of(c, o->plan, k) != g)
				of_group.cohorts &= ~(UINT32_C(1) << k);
		for (int a = 0; a < s->arms; a++)
			learner_look(&c->rules, &s->learner[g], a, &of_group, s->version[a]);
	}
	s->updates++;
}

/* The arm that is the best, in all groups, as surely as asked; or -1. */
static int find_winner(const struct config *c, const struct state *s, const struct plan *plan)
{
	double chance[MAX_VERSIONS];
	int winner = -2;
	for (int g = 0; g < count_groups(c, plan); g++) {
		const struct learner *learner = &s->learner[g];
		int best = -1;
		if (!learner_knows(&c->rules, learner))
			return -1;
		learner_chances(&c->rules, learner, chance);
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
	int winner = isnan(c->stop_at) ? -1 : find_winner(c, s, o->plan);
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
	return c->rules.window == PARAM_UNSET ? 0 : c->rules.window;
}

const struct strategy strategy_bandit = {
	.plugin = {.kind = PLUGIN_STRATEGY,
		   .name = "bandit",
		   .about = "the traffic goes where rewards come from, update by update",
		   .example = "bandit: {policy: thompson, metric: success_rate, every: 1m}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.decide = decide,
	.state_size_of = state_size_of,
	.compares = true,
	.looks_back_of = looks_back_of,
	.object = object,
};
