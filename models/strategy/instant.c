/* Everybody at once: the baseline every other strategy should be compared with. */
#include "models/list.h"

struct state {
	bool done;
};

static const struct param params[] = {{0}};

static struct decision decide(const void *config, void *state,
			      const struct observation *observation, struct routes *routes)
{
	struct state *s = state;
	(void)config;
	if (observation->tripped >= 0)
		return decision_roll_back();
	if (s->done)
		return decision_hold(SIM_NEVER);
	s->done = true;
	routes_give(routes, observation->candidate, 1);
	return decision_promote();
}

const struct strategy strategy_instant = {
	.plugin = {.kind = PLUGIN_STRATEGY,
		   .name = "instant",
		   .about = "everybody at once; only checks with `watch: always` can undo it",
		   .example = "instant: {}",
		   .params = params,
		   .state_size = sizeof(struct state)},
	.decide = decide,
};
