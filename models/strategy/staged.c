/* One strategy after another, such as shadow, canary, A/B test: the next begins when the one before
 * would promote, and the last one's promotion is that of all. */
#include "models/list.h"

#include <stdio.h>
#include <string.h>

struct config {
	struct phases phases;
	enum { CARRIED, RESET } evidence;
};

/* The state of the present phase stands behind it. */
struct state {
	int phase;
	bool begun;
};

static const char *const evidence_names[] = {"carried", "reset", NULL};

static const struct param params[] = {
	{"phases", PARAM_PHASES, offsetof(struct config, phases), NULL,
	 .about = "strategies in order; each may have checks that look while it is on"},
	{"evidence", PARAM_CHOICE, offsetof(struct config, evidence), "carried",
	 .choices = evidence_names,
	 .about = "reset: at each phase checks forget failures and all they have seen, whatever "
		  "their `since`"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	for (int i = 0; i + 1 < c->phases.count; i++)
		if (!strcmp(c->phases.phase[i].strategy.plugin->name, "instant")) {
			snprintf(why, size,
				 "phase %d, instant, is over as it begins: it can only be the last",
				 i + 1);
			return "phases";
		}
	return NULL;
}

static size_t state_size_of(const void *config)
{
	const struct config *c = config;
	size_t most = 0;
	for (int i = 0; i < c->phases.count; i++) {
		size_t size = strategy_state_size(&c->phases.phase[i].strategy);
		most = size > most ? size : most;
	}
	return strategy_behind(sizeof(struct state)) + most;
}

static void begin(const struct config *c, struct state *s, void *inner)
{
	s->begun = true;
	memset(inner, 0, strategy_state_size(&c->phases.phase[s->phase].strategy));
}

/* What the present phase decides. */
static struct decision ask(const struct config *c, struct state *s,
			   const struct observation *observation, struct routes *routes)
{
	const struct phase *phase = &c->phases.phase[s->phase];
	void *inner = (char *)s + strategy_behind(sizeof *s);
	bool fresh = !s->begun;
	if (fresh)
		begin(c, s, inner);
	struct decision decision = strategy_decide(&phase->strategy, inner, observation, routes);
	decision.scopes |= UINT64_C(1) << phase->scope;
	if (fresh && !decision.remark)
		decision = decision_with(decision, REMARK_PHASE, OF_NUMBER, s->phase + 1);
	if (fresh && s->phase && c->evidence == RESET)
		decision.anew = true;
	return decision;
}

static struct decision decide(const void *config, void *state,
			      const struct observation *observation, struct routes *routes)
{
	const struct config *c = config;
	struct state *s = state;
	struct observation own = *observation;
	struct routes wish;
	routes_copy(&wish, routes);
	struct decision decision = ask(c, s, &own, &wish);
	while (decision.kind == DECISION_PROMOTE && s->phase + 1 < c->phases.count) {
		s->phase++;
		s->begun = false;
		routes_copy(&wish, routes);
		wish.mirror = 0;
		wish.on = 0;
		wish.chooser = NULL;
		own.holding = false; /* that was the phase before */
		decision = ask(c, s, &own, &wish);
	}
	routes_copy(routes, &wish);
	return decision;
}

const struct strategy strategy_staged = {
	.plugin = {.kind = PLUGIN_STRATEGY,
		   .name = "staged",
		   .about = "strategies one after another: the whole workflow of a careful team",
		   .example = "staged: {phases: [{canary: {steps: [5% for 5m, 25% for 5m]}}, "
			      "{blue_green: {preview: 1m, soak: 5m}}]}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.decide = decide,
	.state_size_of = state_size_of,
};
