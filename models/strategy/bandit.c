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
	struct learner learner[MAX_SEGMENTS];
};

static const char *const policy_names[] = {"epsilon_greedy",	"ucb1",	   "kl_ucb", "thompson",
					   "thompson_gaussian", "top_two", "exp3",   NULL};

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
	if (arms * c->rules.floor > 1 || arms * c->rules.ceiling < 1) {
		bool low = arms * c->rules.floor > 1;
		snprintf(why, size, "%d arms cannot each have at %s %g%%", arms,
			 low ? "least" : "most", 100 * (low ? c->rules.floor : c->rules.ceiling));
		return low ? "floor" : "ceiling";
	}
	return check_arms(c, plan, rollout, why, size);
}

/* ---- from rewards to routes */

static void route(const struct config *c, struct state *s, const struct observation *o,
		  struct routes *routes)
{
	int regions = o->plan->population.regions;
	for (int l = 0; l < (c->per_segment ? o->plan->population.segments : 1); l++) {
		struct learner *learner = &s->learner[l];
		learner->arms = s->arms;
		learner_share(&c->rules, learner, s->updates);
	}
	for (int k = 0; k < routes->cohorts; k++) {
		const struct learner *learner = &s->learner[c->per_segment ? k / regions : 0];
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
	int regions = o->plan->population.regions;
	for (int l = 0; l < (c->per_segment ? o->plan->population.segments : 1); l++) {
		struct observation of_segment = *o;
		for (int k = 0; k < o->plan->cohorts && c->per_segment; k++)
			if (k / regions != l)
				of_segment.cohorts &= ~(UINT32_C(1) << k);
		for (int a = 0; a < s->arms; a++)
			learner_look(&c->rules, &s->learner[l], a, &of_segment, s->version[a]);
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
		if (!learner->arms)
			break; /* there are no more segments */
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
	return c->rules.window == PARAM_UNSET ? 0 : c->rules.window;
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
	.compares = true,
	.looks_back_of = looks_back_of,
	.object = object,
};
