/* Region by region, segment by segment, or ring by ring: each wave is run by an inner strategy that
 * sees nothing but its part of the world, and is left to bake before the next begins. */
#include "models/list.h"

#include "sim/plan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum wave_of { BY_REGION, BY_SEGMENT, BY_RING };

struct config {
	int by; /* enum wave_of */
	struct words order;
	struct shares rings;
	struct use each;
	sim_time bake;
	enum { STOP, CONTINUE } on_failure;
	double out;
};

/* The state of the inner strategy stands behind it. */
struct state {
	int waves, left, succeeded, promoted;
	uint8_t queue[MAX_STAGES]; /* of the waves that are left; the first is the present one */
	bool begun, baking, waiting;
	sim_time until;
	double below; /* share of the rings that have the candidate for good */
};

static const sim_time look_again = 60 * SIM_SECOND; /* at what is out */
#define OUT_WINDOW (120 * SIM_SECOND)		    /* what is out for so long is no blink */

static const char *const by_names[] = {"region", "segment", "ring", NULL};
static const char *const failure_names[] = {"stop", "continue", NULL};

static const struct param params[] = {
	{"each", PARAM_STRATEGY, offsetof(struct config, each), NULL,
	 .about = "the strategy that runs a wave, such as {canary: {...}}"},
	{"by", PARAM_CHOICE, offsetof(struct config, by), "region", .choices = by_names,
	 .about = "what a wave is"},
	{"order", PARAM_WORDS, offsetof(struct config, order), "",
	 .about = "the regions or segments, first to last; left out: as traffic lists them"},
	{"rings", PARAM_SHARES, offsetof(struct config, rings), "",
	 .about = "of rings: the share of the users within each, such as [1%, 10%, 100%]"},
	{"bake", PARAM_DURATION, offsetof(struct config, bake), "30m", 0, (double)MAX_HORIZON,
	 .about = "how long a wave is watched before the next begins, or all is promoted; where "
		  "stable serves nobody any more, checks that compare with it have no data"},
	{"on_failure", PARAM_CHOICE, offsetof(struct config, on_failure), "stop",
	 .choices = failure_names,
	 .about = "stop: all goes back; continue: the wave does, and the next begins"},
	{"out", PARAM_SHARE, offsetof(struct config, out), "", 0.01, 1,
	 .about = "a region or segment in which this share of stable's requests fails, over two "
		  "minutes, is out: its wave waits; left out: nobody looks"},
	{0},
};

/* ---- what can be wrong */

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	double last = 0;
	if ((c->by == BY_RING) != (c->rings.count > 0)) {
		snprintf(why, size, "give rings with \"by: ring\", and only then");
		return "rings";
	}
	for (int i = 0; i < c->rings.count; i++, last = c->rings.share[i - 1])
		if (c->rings.share[i] <= last) {
			snprintf(why, size, "each ring holds those before it: shares must rise");
			return "rings";
		}
	if (c->rings.count && last < 1) {
		snprintf(why, size, "the last ring must be 100%%");
		return "rings";
	}
	if (c->by == BY_RING && c->order.count) {
		snprintf(why, size, "rings go from the inside out; they take no order");
		return "order";
	}
	return NULL;
}

static int parts_of(const struct config *c, const struct plan *plan)
{
	const struct population *people = &plan->population;
	return c->by == BY_RING	    ? c->rings.count
	       : c->by == BY_REGION ? people->regions
				    : people->segments;
}

static const char *name_of(const struct config *c, const struct plan *plan, int part)
{
	const struct population *people = &plan->population;
	return c->by == BY_REGION ? people->region_names[part] : people->segment_names[part];
}

/* -1: there is none of the name. */
static int find_part(const struct config *c, const struct plan *plan, const char *name)
{
	for (int p = 0; p < parts_of(c, plan); p++)
		if (!strcmp(name_of(c, plan, p), name))
			return p;
	return -1;
}

static const char *object(const void *config, const struct plan *plan,
			  const struct rollout_plan *rollout, char *why, size_t size)
{
	const struct config *c = config;
	uint32_t seen = 0;
	int parts = parts_of(c, plan);
	(void)rollout;
	if (c->by != BY_RING && parts < 2) {
		snprintf(why, size, "traffic has no %ss to go through", by_names[c->by]);
		return "by";
	}
	for (int i = 0; i < c->order.count; i++) {
		int part = find_part(c, plan, c->order.word[i]);
		if (part < 0 || seen >> part & 1) {
			snprintf(why, size,
				 part < 0 ? "there is no %s \"%.40s\""
					  : "%s \"%.40s\" stands there twice",
				 by_names[c->by], c->order.word[i]);
			return "order";
		}
		seen |= UINT32_C(1) << part;
	}
	if (c->order.count && c->order.count < parts) {
		snprintf(why, size, "the order must name each of the %d %ss", parts,
			 by_names[c->by]);
		return "order";
	}
	return NULL;
}

/* ---- whom a wave is about */

static uint32_t cohorts_of(const struct config *c, const struct plan *plan, int part)
{
	int regions = plan->population.regions;
	uint32_t cohorts = 0;
	for (int k = 0; k < plan->cohorts; k++) {
		int own = c->by == BY_REGION ? k % regions : k / regions;
		if (c->by == BY_RING || own == part)
			cohorts |= UINT32_C(1) << k;
	}
	return cohorts;
}

static struct portion portion_of(const struct config *c, const struct state *s,
				 const struct observation *o)
{
	struct portion portion = {cohorts_of(c, o->plan, s->queue[0]), o->candidate, 0, 1};
	if (c->by == BY_RING) {
		portion.below = s->below;
		portion.within = c->rings.share[s->queue[0]] - s->below;
	}
	return portion;
}

static bool is_out(const struct config *c, const struct observation *o)
{
	static const struct metric failing = {.kind = METRIC_ERROR_RATE};
	static const struct lookback recent = {.window = OUT_WINDOW};
	return !isnan(c->out) && observation_read(o, STABLE, &failing, &recent).value >= c->out;
}

/* ---- the queue of waves */

static size_t state_size_of(const void *config)
{
	const struct config *c = config;
	return strategy_behind(sizeof(struct state)) + strategy_state_size(&c->each);
}

static void line_up(const struct config *c, struct state *s, const struct plan *plan)
{
	s->waves = s->left = parts_of(c, plan);
	for (int i = 0; i < s->waves; i++)
		s->queue[i] = (uint8_t)(c->order.count ? find_part(c, plan, c->order.word[i]) : i);
}

/* The present wave is over, or goes to the end of the queue. */
static void leave(struct state *s, bool over)
{
	uint8_t first = s->queue[0];
	memmove(s->queue, s->queue + 1, (size_t)s->left - 1);
	if (over)
		s->left--;
	else
		s->queue[s->left - 1] = first;
	s->begun = s->baking = false;
}

/* Nobody of the wave is sent to the candidate any more, and what was seen of it is forgotten. */
static struct decision withdraw(const struct portion *portion, struct routes *routes, sim_time wake)
{
	struct routes inside;
	routes_inside(portion, routes, &inside);
	routes_give(&inside, STABLE, 1);
	inside.mirror = 0;
	routes_place(portion, &inside, routes);
	struct decision decision = decision_stage(wake);
	decision.anew = true;
	return decision;
}

static struct decision remark(const struct config *c, struct decision decision, enum remark remark,
			      int wave)
{
	return c->by == BY_REGION    ? decision_with(decision, remark, OF_REGION, wave)
	       : c->by == BY_SEGMENT ? decision_with(decision, remark, OF_SEGMENT, wave)
				     : decision_with(decision, remark, OF_RING, wave + 1);
}

static struct decision fail(const struct config *c, struct state *s, const struct portion *portion,
			    struct routes *routes, sim_time now)
{
	int wave = s->queue[0];
	s->succeeded -= s->baking;
	if (c->on_failure == STOP || (s->left == 1 && !s->succeeded))
		return decision_roll_back();
	leave(s, true);
	return remark(c, withdraw(portion, routes, now), REMARK_WAVE_FAILED, wave);
}

/* Waits for a part of the world that is out; others may go first. */
static struct decision wait(const struct config *c, struct state *s, const struct portion *portion,
			    struct routes *routes, sim_time now)
{
	int wave = s->queue[0];
	bool told = s->waiting && !s->begun;
	leave(s, false);
	s->waiting = true;
	if (told)
		return decision_hold(now + look_again);
	return remark(c, withdraw(portion, routes, now + look_again), REMARK_WAVE_OUT, wave);
}

/* ---- a wave */

static struct decision run(const struct config *c, struct state *s, const struct observation *o,
			   const struct portion *portion, struct routes *routes)
{
	void *inner = (char *)s + strategy_behind(sizeof *s);
	struct routes inside;
	bool fresh = !s->begun;
	if (fresh)
		memset(inner, 0, strategy_state_size(&c->each));
	s->begun = true;
	s->waiting = false;
	routes_inside(portion, routes, &inside);
	struct decision decision = strategy_decide(&c->each, inner, o, &inside);
	if (decision.kind == DECISION_ROLL_BACK)
		return fail(c, s, portion, routes, o->now);
	routes_place(portion, &inside, routes);
	if (decision.kind == DECISION_PROMOTE) {
		s->baking = true;
		s->succeeded++;
		s->until = o->now + c->bake;
		decision.kind = DECISION_SHIFT;
		decision.wake = s->until;
	}
	return fresh && !decision.remark ? remark(c, decision, REMARK_WAVE, s->queue[0]) : decision;
}

static struct decision decide(const void *config, void *state,
			      const struct observation *observation, struct routes *routes)
{
	const struct config *c = config;
	struct state *s = state;
	struct observation own = *observation;
	if (!s->waves)
		line_up(c, s, own.plan);
	if (s->left && s->baking && own.tripped < 0 && !own.holding && own.now >= s->until) {
		s->below = c->by == BY_RING ? c->rings.share[s->queue[0]] : 0;
		leave(s, true);
	}
	if (!s->left)
		return s->promoted++ ? decision_hold(SIM_NEVER) : decision_promote();
	struct portion portion = portion_of(c, s, &own);
	own.cohorts = portion.cohorts;
	if (is_out(c, &own))
		return wait(c, s, &portion, routes, own.now);
	if (s->baking)
		return own.tripped >= 0 ? fail(c, s, &portion, routes, own.now)
					: decision_hold(s->until > own.now ? s->until : SIM_NEVER);
	return run(c, s, &own, &portion, routes);
}

const struct strategy strategy_waves = {
	.plugin = {.kind = PLUGIN_STRATEGY,
		   .name = "waves",
		   .about = "region by region, segment by segment or ring by ring, each wave by a "
			    "strategy",
		   .example = "waves: {each: {canary: {steps: [50% for 5m]}}, bake: 5m}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.decide = decide,
	.state_size_of = state_size_of,
	.divides = true,
	.looks_back = OUT_WINDOW,
	.object = object,
};
