/* Blue-green: the new version is looked at beside the old one, then everybody is switched, at once
 * or step by step; the old one is kept warm for a while, and as long as it is, the way back is a
 * switch, too. */
#include "models/list.h"

#include "models/strategy/ladder.h"

struct config {
	double mirror, probe_pass, probe_agreement, min_health;
	sim_time preview, soak, keep_warm, switch_back, probe_latency;
	int64_t probes;
	struct stages steps;
	int before, after; /* scopes of checks */
};

struct state {
	enum { FRESH, PREVIEW, CLIMB, SOAK, DONE } phase;
	int step; /* of the climb */
	sim_time since, switched;
};

static const struct param params[] = {
	{"preview", PARAM_DURATION, offsetof(struct config, preview), "5m", 0, (double)MAX_HORIZON,
	 .about = "how long green is looked at before anybody is switched to it"},
	{"mirror", PARAM_SHARE, offsetof(struct config, mirror), "0", 0, 1,
	 .about = "share of the requests copied to green during the preview"},
	{"before", PARAM_CHECKS, offsetof(struct config, before), "",
	 .about = "checks that look during the preview, beside those of the rollout"},
	{"probes", PARAM_COUNT, offsetof(struct config, probes), "0", 0, 1e6,
	 .about = "synthetic requests to green at the end of the preview"},
	{"probe_pass", PARAM_SHARE, offsetof(struct config, probe_pass), "95%", 0, 1,
	 .about = "share of them that must not fail, or it goes back"},
	{"probe_latency", PARAM_DURATION, offsetof(struct config, probe_latency), "", 1,
	 (double)MAX_HORIZON, .about = "a slower one has failed, too; left out: any time will do"},
	{"probe_agreement", PARAM_SHARE, offsetof(struct config, probe_agreement), "", 0, 1,
	 .about = "share of them that green must answer as blue does: well, or right, or not; left "
		  "out: answers are not compared"},
	{"steps", PARAM_STAGES, offsetof(struct config, steps), "",
	 .about = "shares on the way to all: [10% for 5m, 50% for 5m]; left out: all at once"},
	{"soak", PARAM_DURATION, offsetof(struct config, soak), "10m", 0, (double)MAX_HORIZON,
	 .about = "how long checks watch after the switch, before promotion; by then stable has no "
		  "traffic to compare with: use thresholds"},
	{"after", PARAM_CHECKS, offsetof(struct config, after), "",
	 .about = "checks that look from the switch on, beside those of the rollout"},
	{"min_health", PARAM_SHARE, offsetof(struct config, min_health), "", 0, 1,
	 .about = "it goes back as soon as a smaller share of green's requests succeeds over a "
		  "minute; left out: nobody looks"},
	{"keep_warm", PARAM_DURATION, offsetof(struct config, keep_warm), "30m", 0,
	 (double)MAX_HORIZON, .about = "how long blue is kept after the switch"},
	{"switch_back", PARAM_DURATION, offsetof(struct config, switch_back), "1s", 0,
	 (double)MAX_HORIZON, .about = "how long a rollback takes while blue is warm"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	if (!isnan(c->probe_agreement) && !c->probes) {
		snprintf(why, size, "there are no probes whose answers could agree");
		return "probe_agreement";
	}
	return ladder_check(&c->steps, why, size);
}

/* ---- what is seen of green */

/* Shares of the probes. */
struct validation {
	double passed, agreed;
};

/* Blue is asked the same: with the same luck, it differs only by what it is. */
static struct validation validate(const struct config *c, const struct observation *o)
{
	const struct lens *lens = o->lens;
	int64_t passed = 0, agreed = 0;
	if (!c->probes)
		return (struct validation){1, 1};
	for (int64_t i = 0; i < c->probes; i++) {
		struct rng same = *o->rng;
		struct probe green = lens->probe(lens->world, o->candidate, o->rng), blue = green;
		if (!isnan(c->probe_agreement))
			blue = lens->probe(lens->world, STABLE, &same);
		bool slow = c->probe_latency != PARAM_UNSET &&
			    green.latency_ns > (double)c->probe_latency;
		passed += !green.failed && !slow;
		agreed += green.failed == blue.failed && green.right == blue.right;
	}
	return (struct validation){(double)passed / (double)c->probes,
				   (double)agreed / (double)c->probes};
}

#define HEALTH_WINDOW (60 * SIM_SECOND)

static bool is_unhealthy(const struct config *c, const struct observation *o)
{
	static const struct metric success = {.kind = METRIC_SUCCESS_RATE};
	static const struct lookback minute = {.window = HEALTH_WINDOW};
	return !isnan(c->min_health) &&
	       observation_read(o, o->candidate, &success, &minute).value < c->min_health;
}

/* ---- phases */

static struct decision roll_back(const struct config *c, const struct state *s, sim_time now)
{
	struct decision decision = decision_roll_back();
	if (s->phase < CLIMB || now < s->switched + c->keep_warm)
		decision.takes = c->switch_back;
	return decision;
}

/* Where health is looked at, it is at every scrape. */
static sim_time wake(const struct config *c, const struct observation *o, sim_time at)
{
	sim_time next = ladder_look_again(o);
	return isnan(c->min_health) || at < next ? at : next;
}

static struct decision begin(const struct config *c, struct state *s, const struct observation *o,
			     struct routes *routes)
{
	s->phase = PREVIEW;
	routes->mirror_to = o->candidate;
	routes->mirror = c->mirror;
	routes->running[STABLE] = routes->running[o->candidate] = 1; /* both environments */
	struct decision decision = decision_stage(o->now + c->preview);
	decision.scopes = UINT64_C(1) << c->before;
	return decision;
}

/* The next step of the ladder, or everybody. */
static struct decision climb(const struct config *c, struct state *s, const struct observation *o,
			     struct routes *routes)
{
	bool more = s->step < c->steps.count;
	const struct step *step = &c->steps.step[s->step++];
	if (s->phase == PREVIEW)
		s->switched = o->now;
	s->phase = more ? CLIMB : SOAK;
	routes->mirror = 0;
	routes_give(routes, o->candidate, more ? step->share : 1);
	sim_time hold = !more ? c->soak : step->hold == PARAM_UNSET ? 0 : step->hold;
	struct decision decision = decision_stage(wake(c, o, o->now + hold));
	decision.scopes = UINT64_C(1) << c->after;
	if (more)
		decision.scopes |= UINT64_C(1) << step->scope;
	return decision;
}

static struct decision leave_preview(const struct config *c, struct state *s,
				     const struct observation *o, struct routes *routes)
{
	struct validation seen = validate(c, o);
	if (seen.passed < c->probe_pass)
		return decision_with(roll_back(c, s, o->now), REMARK_PROBES, OF_NUMBER,
				     (int)floor(100 * seen.passed));
	if (seen.agreed < c->probe_agreement)
		return decision_with(roll_back(c, s, o->now), REMARK_INCOMPATIBLE, OF_NUMBER,
				     (int)floor(100 * seen.agreed));
	return climb(c, s, o, routes);
}

/* Blue is let go some time after it was of use. */
static struct decision let_go(const struct config *c, const struct state *s,
			      const struct observation *o, struct routes *routes)
{
	sim_time until = s->switched + c->keep_warm;
	if (!o->plan->queued || routes->running[STABLE] == 0)
		return decision_hold(SIM_NEVER);
	if (o->now < until)
		return decision_hold(until);
	routes->running[STABLE] = routes->running[o->candidate] = 0;
	struct decision decision = decision_stage(SIM_NEVER);
	decision.stage_begins = false;
	return decision;
}

/* When the present phase is over at the earliest. */
static sim_time end_of_phase(const struct config *c, const struct state *s,
			     const struct observation *o)
{
	return s->phase == PREVIEW ? s->since + c->preview
	       : s->phase == SOAK  ? s->since + c->soak
				   : ladder_stage_end(&c->steps.step[s->step - 1], s->since, o);
}

static struct decision go_on(const struct config *c, struct state *s, const struct observation *o,
			     struct routes *routes)
{
	s->since = o->now;
	if (s->phase == FRESH)
		return begin(c, s, o, routes);
	if (s->phase == PREVIEW)
		return leave_preview(c, s, o, routes);
	if (s->phase == CLIMB)
		return climb(c, s, o, routes);
	s->phase = DONE;
	struct decision decision = decision_promote();
	decision.stage_begins = false;
	decision.wake = let_go(c, s, o, routes).wake;
	return decision;
}

static struct decision decide(const void *config, void *state,
			      const struct observation *observation, struct routes *routes)
{
	const struct config *c = config;
	const struct observation *o = observation;
	struct state *s = state;
	if (o->tripped >= 0)
		return roll_back(c, s, o->now);
	if (s->phase == FRESH)
		return go_on(c, s, o, routes);
	if (s->phase == DONE)
		return let_go(c, s, o, routes);
	if (s->phase > PREVIEW && is_unhealthy(c, o))
		return decision_with(roll_back(c, s, o->now), REMARK_UNHEALTHY, OF_VERSION,
				     o->candidate);
	/* Without copies nobody can see green before the switch: waiting for data would be forever.
	 */
	bool blind = s->phase == PREVIEW && c->mirror == 0;
	sim_time end = end_of_phase(c, s, o);
	if (o->holding && !blind)
		return decision_hold(wake(c, o, SIM_NEVER));
	return o->now < end ? decision_hold(wake(c, o, end)) : go_on(c, s, o, routes);
}

const struct strategy strategy_blue_green = {
	.plugin = {.kind = PLUGIN_STRATEGY,
		   .name = "blue_green",
		   .about = "everybody is switched, at once or by a ladder, and back while the old "
			    "version is warm",
		   .example = "blue_green: {preview: 5m, mirror: 10%, soak: 10m, keep_warm: 30m}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state),
		   .prepare = prepare},
	.decide = decide,
	.looks_back = HEALTH_WINDOW,
};
