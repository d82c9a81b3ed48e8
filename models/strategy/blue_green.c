/* Blue-green: the new version is looked at beside the old one, then everybody is switched at once;
 * the old one is kept warm for a while, and as long as it is, the way back is a switch, too. */
#include "models/list.h"

struct config {
	double mirror;
	sim_time preview, soak, keep_warm, switch_back;
};

struct state {
	enum { FRESH, PREVIEW, SOAK, DONE } phase;
	sim_time until, switched;
};

static const struct param params[] = {
	{"preview", PARAM_DURATION, offsetof(struct config, preview), "5m", 0, (double)MAX_HORIZON,
	 .about = "how long green is looked at before anybody is switched to it"},
	{"mirror", PARAM_SHARE, offsetof(struct config, mirror), "0", 0, 1,
	 .about = "share of the requests copied to green during the preview"},
	{"soak", PARAM_DURATION, offsetof(struct config, soak), "10m", 0, (double)MAX_HORIZON,
	 .about = "how long checks watch after the switch, before promotion; by then stable has no "
		  "traffic to compare with: use thresholds"},
	{"keep_warm", PARAM_DURATION, offsetof(struct config, keep_warm), "30m", 0,
	 (double)MAX_HORIZON, .about = "how long blue is kept after the switch"},
	{"switch_back", PARAM_DURATION, offsetof(struct config, switch_back), "1s", 0,
	 (double)MAX_HORIZON, .about = "how long a rollback takes while blue is warm"},
	{0},
};

static struct decision roll_back(const struct config *c, const struct state *s, sim_time now)
{
	struct decision decision = decision_roll_back();
	if (s->phase < SOAK || now < s->switched + c->keep_warm)
		decision.takes = c->switch_back;
	return decision;
}

static struct decision decide(const void *config, void *state,
			      const struct observation *observation, struct routes *routes)
{
	const struct config *c = config;
	struct state *s = state;
	sim_time now = observation->now;
	if (observation->tripped >= 0)
		return roll_back(c, s, now);
	if (s->phase == FRESH) {
		s->phase = PREVIEW;
		s->until = now + c->preview;
		routes->mirror_to = observation->candidate;
		routes->mirror = c->mirror;
		return decision_stage(s->until);
	}
	/* Without copies nobody can see green before the switch: waiting for data would be forever.
	 */
	bool blind = s->phase == PREVIEW && c->mirror == 0;
	if (s->phase == DONE || (observation->holding && !blind))
		return decision_hold(SIM_NEVER);
	if (now < s->until)
		return decision_hold(s->until);
	if (s->phase == PREVIEW) {
		s->phase = SOAK;
		s->switched = now;
		s->until = now + c->soak;
		routes->mirror = 0;
		routes_give(routes, observation->candidate, 1);
		return decision_stage(s->until);
	}
	s->phase = DONE;
	struct decision decision = decision_promote();
	decision.stage_begins = false;
	return decision;
}

const struct strategy strategy_blue_green = {
	.plugin = {.kind = PLUGIN_STRATEGY,
		   .name = "blue_green",
		   .about = "everybody is switched at once, and back while the old version is warm",
		   .example = "blue_green: {preview: 5m, mirror: 10%, soak: 10m, keep_warm: 30m}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state)},
	.decide = decide,
};
