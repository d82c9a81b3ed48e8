/* A feature flag: who gets the candidate is decided user by user. Those on the lists and those whom
 * rules catch get what these say; all others a share by the hash of the user, fixed or driven by
 * another strategy. Turned off, it is off for everybody. */
#include "models/list.h"

#include "sim/plan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct config {
	int deny, allow; /* rules of the rollout */
	struct flag_rules rules;
	double share;
	sim_time hold;
	struct use driver;
	sim_time kill_switch;
};

/* The state of the driver stands behind it. */
struct state {
	bool begun, promoted;
	sim_time until; /* of a fixed share */
};

static const struct param params[] = {
	{"deny", PARAM_USERS, offsetof(struct config, deny), "",
	 .about = "users who never get it, whatever else is true of them"},
	{"allow", PARAM_USERS, offsetof(struct config, allow), "",
	 .about = "users who get it from the beginning: [17, 100 to 199]; 0 comes most often"},
	{"rules", PARAM_RULES, offsetof(struct config, rules), "",
	 .about = "what those get of whom something is true: coalmine list scenario rule"},
	{"share", PARAM_SHARE, offsetof(struct config, share), "", 0, 1,
	 .about = "of all others, by the hash of the user; left out: none"},
	{"for", PARAM_DURATION, offsetof(struct config, hold), "", 1, (double)MAX_HORIZON,
	 .about = "how long, before everybody gets it but those denied; 1h where left out"},
	{"driver", PARAM_STRATEGY, offsetof(struct config, driver), "",
	 .about =
		 "instead: a strategy that moves the share of all others, such as {canary: {...}}"},
	{"kill_switch", PARAM_DURATION, offsetof(struct config, kill_switch), "1s", 0,
	 (double)MAX_HORIZON,
	 .about = "how long it takes until the flag is off for everybody, instead of the `method` "
		  "or `takes` of rollback"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	if (c->driver.plugin && (!isnan(c->share) || c->hold != PARAM_UNSET)) {
		snprintf(why, size, "give either a share for some time, or a driver; not both");
		return "driver";
	}
	if (!c->driver.plugin && isnan(c->share) && c->allow == PARAM_UNSET && !c->rules.count) {
		snprintf(why, size,
			 "it would be on for nobody: give share, driver, allow or rules");
		return "";
	}
	c->share = isnan(c->share) ? 0 : c->share;
	c->hold = c->hold == PARAM_UNSET ? 3600 * SIM_SECOND : c->hold;
	return NULL;
}

/* Nobody can be on both. */
static const char *check_lists(const struct config *c, const struct rules *rules, char *why,
			       size_t size)
{
	if (c->deny == PARAM_UNSET || c->allow == PARAM_UNSET)
		return NULL;
	const struct rule *deny = &rules->rule[c->deny], *allow = &rules->rule[c->allow];
	for (int d = 0; d < deny->ranges; d++)
		for (int a = 0; a < allow->ranges; a++) {
			struct user_range x = deny->user[d], y = allow->user[a];
			if (x.first > y.last || y.first > x.last)
				continue;
			snprintf(why, size, "user %u is on both lists",
				 x.first > y.first ? x.first : y.first);
			return "allow";
		}
	return NULL;
}

static const char *object(const void *config, const struct plan *plan,
			  const struct rollout_plan *rollout, char *why, size_t size)
{
	const struct config *c = config;
	bool ruled = c->deny != PARAM_UNSET || c->allow != PARAM_UNSET || c->rules.count;
	const struct strategy *driver = (const struct strategy *)c->driver.plugin;
	(void)plan;
	if (driver && driver->compares && ruled) {
		snprintf(why, size,
			 "%s compares users who were sent to a version at random, and those whom "
			 "lists and rules send would be among them",
			 driver->plugin.name);
		return "driver";
	}
	return check_lists(c, &rollout->rules, why, size);
}
static size_t state_size_of(const void *config)
{
	const struct config *c = config;
	return strategy_behind(sizeof(struct state)) +
	       (c->driver.plugin ? strategy_state_size(&c->driver) : 0);
}

/* ---- whom rules catch */

static bool is_on(const struct flag_rule *rule, sim_time clock)
{
	bool on = !rule->during.count;
	for (int i = 0; i < rule->during.count; i++)
		on |= span_holds(rule->during.span[i], clock);
	return on;
}

/* Those of whom some get it all get it in the end; those of whom nobody does are left out. */
static void apply_rules(const struct config *c, const struct state *s, const struct observation *o,
			struct routes *routes)
{
	if (c->deny != PARAM_UNSET)
		routes_rule(routes, c->deny, STABLE, 1);
	if (c->allow != PARAM_UNSET)
		routes_rule(routes, c->allow, o->candidate, 1);
	for (int i = 0; i < c->rules.count; i++) {
		const struct flag_rule *rule = &c->rules.rule[i];
		bool all = s->promoted && rule->share > 0;
		if (is_on(rule, o->clock))
			routes_rule(routes, rule->rule, o->candidate, all ? 1 : rule->share);
		else
			routes_unrule(routes, rule->rule);
	}
}

/* When a rule next comes on, or goes off. */
static sim_time next_edge(const struct config *c, const struct observation *o)
{
	sim_time next = SIM_NEVER;
	for (int i = 0; i < c->rules.count; i++)
		for (int k = 0; k < c->rules.rule[i].during.count; k++) {
			struct span span = c->rules.rule[i].during.span[k];
			sim_time edge = o->now + span_next_edge(span, o->clock) - o->clock;
			next = edge < next ? edge : next;
		}
	return next;
}

/* ---- all others */

static struct decision hold(const struct config *c, struct state *s, const struct observation *o,
			    struct routes *routes)
{
	if (o->tripped >= 0)
		return decision_roll_back();
	if (!s->begun) {
		s->until = o->now + c->hold;
		routes_give(routes, o->candidate, c->share);
		return decision_stage(s->until);
	}
	if (s->promoted || o->now < s->until)
		return decision_hold(s->promoted ? SIM_NEVER : s->until);
	if (o->holding)
		return decision_hold(SIM_NEVER);
	routes_give(routes, o->candidate, 1);
	return decision_promote();
}

static struct decision ask(const struct config *c, struct state *s, const struct observation *o,
			   struct routes *routes)
{
	void *inner = (char *)s + strategy_behind(sizeof *s);
	return c->driver.plugin ? strategy_decide(&c->driver, inner, o, routes)
				: hold(c, s, o, routes);
}

static struct decision decide(const void *config, void *state,
			      const struct observation *observation, struct routes *routes)
{
	const struct config *c = config;
	struct state *s = state;
	struct routes before;
	routes_copy(&before, routes);
	struct decision decision = ask(c, s, observation, routes);
	if (decision.kind == DECISION_ROLL_BACK) {
		decision.takes = c->kill_switch;
		decision.itself = false;
	}
	if (decision.kind != DECISION_HOLD && decision.kind != DECISION_SHIFT &&
	    decision.kind != DECISION_PROMOTE)
		return decision;
	s->begun = true;
	s->promoted |= decision.kind == DECISION_PROMOTE;
	apply_rules(c, s, observation, routes);
	if (decision.kind == DECISION_HOLD && !routes_equal(&before, routes))
		decision.kind = DECISION_SHIFT;
	sim_time edge = next_edge(c, observation);
	decision.wake = edge < decision.wake ? edge : decision.wake;
	return decision;
}

const struct strategy strategy_feature_flag = {
	.plugin = {.kind = PLUGIN_STRATEGY,
		   .name = "feature_flag",
		   .about = "user by user: lists, rules on who they are, and a share of all others",
		   .example = "feature_flag: {rules: [{segment: premium, share: 0%}], driver: "
			      "{canary: {steps: [10% for 5m, 50% for 5m]}}}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.decide = decide,
	.state_size_of = state_size_of,
	.has_rules = true,
	.object = object,
};
