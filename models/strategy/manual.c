/* A person who looks every so often, takes a while to act, and sleeps: do we need automation? */
#include "models/list.h"

#include "models/strategy/ladder.h"

struct config {
	struct stages steps;
	sim_time every;
	struct use reacts;
	struct spans asleep;
	bool pager;
};

struct state {
	int stage; /* how many have begun */
	sim_time since, looks_at;
	enum { NOTHING, GO_ON, GO_BACK } intends;
	sim_time acts_at;
	bool paged;
};

static const struct param params[] = {
	{"steps", PARAM_STAGES, offsetof(struct config, steps), NULL,
	 .about = "share and hold time of each stage: [10% for 2h, 50% for 2h]"},
	{"every", PARAM_DURATION, offsetof(struct config, every), "1h", 1e9, (double)MAX_HORIZON,
	 .about = "how often somebody looks at the dashboards"},
	{"reacts", PARAM_LAW, offsetof(struct config, reacts), "5m",
	 .about = "how long it takes from seeing to doing"},
	{"asleep", PARAM_SPANS, offsetof(struct config, asleep), "",
	 .about = "when nobody looks, by the rollout's clock: 22:00 to 7:00"},
	{"pager", PARAM_FLAG, offsetof(struct config, pager), "no",
	 .about = "whether a check that has failed calls somebody at once, even at night"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	if (span_end_of_all(c->asleep.span, c->asleep.count, 0) == SIM_NEVER) {
		snprintf(why, size, "somebody who sleeps the whole week rolls nothing out");
		return "asleep";
	}
	return ladder_check(&c->steps, why, size);
}

/* Somebody looks at this time, or when they wake. */
static sim_time awake(const struct config *c, const struct observation *o, sim_time at)
{
	sim_time clock = o->clock - o->now;
	return span_end_of_all(c->asleep.span, c->asleep.count, clock + at) - clock;
}

static void intend(const struct config *c, struct state *s, const struct observation *o, int what)
{
	s->intends = what;
	s->acts_at = o->now + ladder_delay(&c->reacts, o->rng);
}

/* What is seen on the dashboards at a look. */
static void look(const struct config *c, struct state *s, const struct observation *o)
{
	const struct step *stage = &c->steps.step[s->stage - 1];
	s->looks_at = awake(c, o, o->now + c->every);
	if (o->tripped >= 0)
		intend(c, s, o, GO_BACK);
	else if (!o->holding && ladder_stage_end(stage, s->since, o) <= o->now)
		intend(c, s, o, GO_ON);
}

static struct decision go_on(const struct config *c, struct state *s, const struct observation *o,
			     struct routes *routes)
{
	bool more = s->stage < c->steps.count;
	const struct step *stage = &c->steps.step[s->stage++];
	s->since = o->now;
	routes_give(routes, o->candidate, more ? stage->share : 1);
	if (!more)
		return decision_promote();
	if (s->looks_at < o->now) /* it took longer than looks are apart: who acts looks, too */
		s->looks_at = o->now;
	struct decision decision = decision_stage(s->looks_at);
	decision.scopes = UINT64_C(1) << stage->scope;
	return decision;
}

static struct decision decide(const void *config, void *state,
			      const struct observation *observation, struct routes *routes)
{
	const struct config *c = config;
	const struct observation *o = observation;
	struct state *s = state;
	bool called = c->pager && o->tripped >= 0 && !s->paged;
	if (s->stage > c->steps.count && o->tripped < 0)
		return decision_hold(SIM_NEVER); /* promoted */
	if (!s->stage) {
		s->looks_at = awake(c, o, o->now + c->every);
		return go_on(c, s, o, routes);
	}
	if (s->intends && o->now >= s->acts_at) {
		int what = s->intends;
		s->intends = NOTHING;
		return what == GO_BACK ? decision_roll_back() : go_on(c, s, o, routes);
	}
	s->paged |= called;
	if (called && s->intends != GO_BACK)
		intend(c, s, o, GO_BACK);
	else if (!s->intends && o->now >= s->looks_at)
		look(c, s, o);
	return decision_hold(s->intends ? s->acts_at : s->looks_at);
}

const struct strategy strategy_manual = {
	.plugin = {.kind = PLUGIN_STRATEGY,
		   .name = "manual",
		   .about = "a person who looks every so often, and sleeps: what automation is "
			    "compared with",
		   .example = "manual: {steps: [10% for 10m], every: 5m, reacts: 2m}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state),
		   .prepare = prepare},
	.decide = decide,
};
