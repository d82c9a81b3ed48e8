/* A bandit: the traffic goes where rewards come from. At every update the rewards that dashboards
 * have seen become shares, or each request is chosen for by itself; segments may learn apart. */
#include "models/list.h"

#include "models/strategy/bandit.h"
#include "models/strategy/yardstick.h"

#include <math.h>
#include <string.h>

static const char *const policy_names[] = {
	"epsilon_greedy", "ucb1", "kl_ucb", "thompson", "thompson_gaussian",
	"top_two",	  "exp3", "linucb", NULL};

static const char *const choice_names[] = {"by_update", "by_request", NULL};

static const struct param params[] = {
	{"policy", PARAM_CHOICE, offsetof(struct bandit_config, rules.policy), "thompson",
	 .choices = policy_names, .about = "how shares follow from rewards"},
	{"metric", PARAM_CHOICE, offsetof(struct bandit_config, rules.metric), "success_rate",
	 .choices = yardstick_names,
	 .about = "what is a reward; where lower is better, its absence"},
	{"arms", PARAM_WORDS, offsetof(struct bandit_config, arms), "",
	 .about = "the versions it chooses between; left out: stable and the candidate"},
	{"choice", PARAM_CHOICE, offsetof(struct bandit_config, choice), "by_update",
	 .choices = choice_names,
	 .about = "by_update: shares, computed anew from what dashboards show; by_request: a "
		  "version for each, from all rewards known when it comes"},
	{"delay", PARAM_LAW, offsetof(struct bandit_config, delay), "",
	 .about = "by request: how long after its answer, label or conversion a reward is known; "
		  "left out: at once"},
	{"every", PARAM_DURATION, offsetof(struct bandit_config, every), "1m", 1e9,
	 (double)MAX_HORIZON,
	 .about = "how often shares are computed anew; by request: reported, "
		  "and whether it ends is asked"},
	{"floor", PARAM_SHARE, offsetof(struct bandit_config, rules.floor), "1%", 0, 0.5,
	 .about = "what every arm gets at least"},
	{"ceiling", PARAM_SHARE, offsetof(struct bandit_config, rules.ceiling), "100%", 0.1, 1,
	 .about = "... at most"},
	{"epsilon", PARAM_SHARE, offsetof(struct bandit_config, rules.epsilon), "10%", 0, 1,
	 .about = "of epsilon_greedy: what is spread evenly"},
	{"decay", PARAM_SHARE, offsetof(struct bandit_config, rules.decay), "100%", 0, 1,
	 .about = "... and what becomes of it with every update, or request"},
	{"gamma", PARAM_SHARE, offsetof(struct bandit_config, rules.gamma), "10%", 0.0001, 1,
	 .about = "of exp3: what is spread evenly"},
	{"alpha", PARAM_NUMBER, offsetof(struct bandit_config, rules.alpha), "1", 0, 1000,
	 .about = "of linucb: how many deviations above its mean an arm is looked at"},
	{"discount", PARAM_SHARE, offsetof(struct bandit_config, rules.discount), "100%", 0.01, 1,
	 .about = "what old rewards still count for after an update, or another reward; 100%: as "
		  "much as new ones"},
	{"window", PARAM_DURATION, offsetof(struct bandit_config, rules.window), "", 1e9,
	 (double)MAX_HORIZON, .about = "only rewards of so long are known, instead of a discount"},
	{"per_segment", PARAM_FLAG, offsetof(struct bandit_config, per_segment), "no",
	 .about = "whether each segment learns for itself"},
	{"stop_at", PARAM_SHARE, offsetof(struct bandit_config, stop_at), "", 0.5, 1,
	 .about = "it ends when an arm is the best with this chance: if that is stable, it goes "
		  "back; left out: it goes on for ever"},
	{"min_requests", PARAM_COUNT, offsetof(struct bandit_config, min_requests), "100", 1, 1e12,
	 .about = "... and every arm has been asked so often"},
	{0},
};

/* ---- groups that learn for themselves */

static size_t state_size_of(const void *config)
{
	const struct bandit_config *c = config;
	size_t most = c->rules.policy == LINUCB ? MAX_COHORTS : c->per_segment ? MAX_SEGMENTS : 1;
	return sizeof(struct bandit_state) + most * sizeof(struct learner);
}

/* ---- from rewards to routes */

static void find_shares(const struct bandit_config *c, struct bandit_state *s,
			const struct plan *plan)
{
	const struct population *people = &plan->population;
	for (int g = 0; g < bandit_groups(c, plan); g++)
		s->learner[g].arms = s->arms;
	if (c->choice == BY_REQUEST)
		bandit_each_count(c, s);
	else if (c->rules.policy == LINUCB)
		learner_share_linearly(&c->rules, s->learner, people->segments, people->regions);
	else
		for (int g = 0; g < bandit_groups(c, plan); g++)
			learner_share(&c->rules, &s->learner[g], s->updates);
}

static void route(const struct bandit_config *c, struct bandit_state *s,
		  const struct observation *o, struct routes *routes)
{
	find_shares(c, s, o->plan);
	for (int k = 0; k < routes->cohorts; k++) {
		const struct learner *learner = &s->learner[bandit_group(c, o->plan, k)];
		double left = 1;
		memset(routes->share[k], 0, sizeof routes->share[k]);
		for (int a = 0; a < s->arms; a++) {
			double share = fmin(learner->share[a], left);
			share = a == s->arms - 1 ? left : share;
			routes->share[k][s->version[a]] += share;
			left -= share;
		}
	}
	routes->chooser = c->choice == BY_REQUEST ? &s->chooser : NULL;
}

/* ---- beginning, updates, end */

static struct decision begin(const struct bandit_config *c, struct bandit_state *s,
			     const struct observation *o, struct routes *routes)
{
	s->arms = c->arms.count ? c->arms.count : 2;
	s->version[0] = STABLE;
	s->version[1] = o->candidate;
	for (int a = 0; a < c->arms.count; a++)
		s->version[a] = bandit_find_version(o->plan, c->arms.word[a]);
	s->phase = RUNNING;
	s->updates_at = o->now + c->every;
	if (c->choice == BY_REQUEST)
		bandit_each_begin(c, s, o);
	route(c, s, o, routes);
	return decision_stage(s->updates_at);
}

static void learn(const struct bandit_config *c, struct bandit_state *s,
		  const struct observation *o)
{
	for (int g = 0; g < bandit_groups(c, o->plan); g++) {
		struct observation of_group = *o;
		for (int k = 0; k < o->plan->cohorts; k++)
			if (bandit_group(c, o->plan, k) != g)
				of_group.cohorts &= ~(UINT32_C(1) << k);
		for (int a = 0; a < s->arms; a++)
			learner_look(&c->rules, &s->learner[g], a, &of_group, s->version[a]);
	}
	s->updates++;
}

/* The arm that is the best, in all groups, as surely as asked; or -1. */
static int find_winner(const struct bandit_config *c, const struct bandit_state *s,
		       const struct plan *plan)
{
	double chance[MAX_VERSIONS];
	int winner = -2;
	for (int g = 0; g < bandit_groups(c, plan); g++) {
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
	const struct bandit_config *c = config;
	const struct observation *o = observation;
	struct bandit_state *s = state;
	if (o->tripped >= 0)
		return decision_roll_back();
	if (s->phase == DONE)
		return decision_hold(SIM_NEVER);
	if (s->phase == FRESH)
		return begin(c, s, o, routes);
	if (o->now < s->updates_at)
		return decision_hold(s->updates_at);
	s->updates_at = o->now + c->every;
	if (c->choice == BY_UPDATE)
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

static bool chooses(const void *config)
{
	return ((const struct bandit_config *)config)->choice == BY_REQUEST;
}

static sim_time looks_back_of(const void *config)
{
	const struct bandit_config *c = config;
	return c->rules.window == PARAM_UNSET ? 0 : c->rules.window;
}

const struct strategy strategy_bandit = {
	.plugin = {.kind = PLUGIN_STRATEGY,
		   .name = "bandit",
		   .about = "the traffic goes where rewards come from, update by update or request "
			    "by request",
		   .example = "bandit: {policy: thompson, metric: success_rate, every: 1m}",
		   .params = params,
		   .config_size = sizeof(struct bandit_config),
		   .prepare = bandit_prepare},
	.decide = decide,
	.state_size_of = state_size_of,
	.compares = true,
	.sends_baseline = true,
	.chooses = chooses,
	.looks_back_of = looks_back_of,
	.object = bandit_object,
};
