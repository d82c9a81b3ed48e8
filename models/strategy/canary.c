/* A canary: a growing share of the traffic, held at each stage while checks look on. A stage ends
 * when its time is up, its requests are seen, no check still waits for data, and whoever is asked
 * has said yes. */
#include "models/list.h"

#include "models/strategy/ladder.h"

#include <string.h>

struct config {
	struct stages steps;
	double start, increment, max; /* another way to write steps */
	sim_time every, patience;
	double promote_at, abort_below;
	int64_t pods;
	bool surge;
};

struct state {
	int stage; /* how many have begun */
	sim_time since;
	sim_time approved; /* when somebody says yes; 0: nobody has been asked */
};

static const struct param params[] = {
	{"steps", PARAM_STAGES, offsetof(struct config, steps), "",
	 .about = "share and hold time of each stage: [5% for 10m, 25% for 10m]; or maps: coalmine "
		  "list scenario stage"},
	{"start", PARAM_SHARE, offsetof(struct config, start), "", 1e-6, 1,
	 .about = "share of the first stage, instead of steps"},
	{"increment", PARAM_SHARE, offsetof(struct config, increment), "", 1e-6, 1,
	 .about = "what each further stage adds"},
	{"max", PARAM_SHARE, offsetof(struct config, max), "", 1e-6, 1,
	 .about = "the last stage before promotion; 100% where left out"},
	{"every", PARAM_DURATION, offsetof(struct config, every), "", 1, (double)MAX_HORIZON,
	 .about = "hold time of each such stage"},
	{"patience", PARAM_DURATION, offsetof(struct config, patience), "", 1, (double)MAX_HORIZON,
	 .about = "pause for a person when checks hold a stage up this long; left out: wait"},
	{"promote_at", PARAM_SHARE, offsetof(struct config, promote_at), "", 0.01, 1,
	 .about = "checks that pass, by weight, that let a stage end; left out: none may fail or "
		  "wait for data"},
	{"abort_below", PARAM_SHARE, offsetof(struct config, abort_below), "", 0, 1,
	 .about = "with promote_at: it is rolled back when fewer do not fail; 0 where left out"},
	{"pods", PARAM_COUNT, offsetof(struct config, pods), "", 1, 100000,
	 .about = "without a traffic router: shares are what whole pods of so many can give"},
	{"surge", PARAM_FLAG, offsetof(struct config, surge), "yes",
	 .about = "whether there may be one pod more than pods"},
	{0},
};

static const char *check_rules(struct config *c, char *why, size_t size)
{
	if (isnan(c->promote_at) && !isnan(c->abort_below)) {
		snprintf(why, size, "abort_below goes with promote_at");
		return "abort_below";
	}
	if (!isnan(c->promote_at) && isnan(c->abort_below))
		c->abort_below = 0;
	if (c->abort_below > c->promote_at) {
		snprintf(why, size, "abort_below lies above promote_at: nothing would lie between");
		return "abort_below";
	}
	return NULL;
}

static const char *check_steps(const struct config *c, char *why, size_t size)
{
	if (!isnan(c->start) || !isnan(c->increment) || !isnan(c->max) || c->every != PARAM_UNSET) {
		snprintf(why, size, "give either steps, or start, increment and every; not both");
		return "steps";
	}
	return ladder_check(&c->steps, why, size);
}

static const char *check_increments(struct config *c, char *why, size_t size)
{
	if (isnan(c->start) || isnan(c->increment) || c->every == PARAM_UNSET) {
		snprintf(why, size, "give steps, or start, increment and every");
		return "";
	}
	if (isnan(c->max))
		c->max = 1;
	if (c->max < c->start) {
		snprintf(why, size, "max lies below start: there would be no stage");
		return "max";
	}
	return NULL;
}

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	const char *key = check_rules(c, why, size);
	if (key)
		return key;
	return c->steps.count ? check_steps(c, why, size) : check_increments(c, why, size);
}

/* A group to compare with takes as much as the candidate. */
static const char *object(const void *config, const struct plan *plan,
			  const struct rollout_plan *rollout, char *why, size_t size)
{
	const struct config *c = config;
	(void)plan;
	for (int i = 0; i < c->steps.count && rollout->baseline != STABLE; i++)
		if (c->steps.step[i].share > 0.5) {
			snprintf(
				why, size,
				"with a baseline group as large as the candidate's, no step can be "
				"above 50%%; step %d is %g%%",
				i + 1, 100 * c->steps.step[i].share);
			return "steps";
		}
	if (rollout->baseline != STABLE && c->max > 0.5) {
		snprintf(why, size,
			 "with a baseline group as large as the candidate's, max can be 50%% at "
			 "most");
		return "max";
	}
	return NULL;
}

/* ---- stages */

/* Stage `number`, from 0; false after the last. */
static bool find_stage(const struct config *c, int number, struct step *stage)
{
	if (c->steps.count) {
		if (number < c->steps.count)
			*stage = c->steps.step[number];
		return number < c->steps.count;
	}
	/* 10% and three times 30% are 100%, whatever binary fractions add up to. */
	double before = c->start + (number - 1) * c->increment;
	if (number > 0 && before >= c->max - 1e-9)
		return false;
	*stage = (struct step){.share = fmin(c->start + number * c->increment, c->max),
			       .hold = c->every,
			       .requests = PARAM_UNSET};
	return true;
}

/* Of `pods`, or one more, the share of whole pods that is closest: of equally close ones the
 * larger, and neither none nor all unless that is what is asked for. */
static double in_pods(const struct config *c, double share)
{
	double best = NAN;
	if (c->pods == PARAM_UNSET || share <= 0 || share >= 1)
		return share;
	for (int64_t all = c->pods > 1 ? c->pods : 2; all <= c->pods + c->surge; all++)
		for (int up = 0; up < 2; up++) {
			double own = up ? ceil(share * (double)all) : floor(share * (double)all);
			double found = fmin(fmax(own, 1), (double)all - 1) / (double)all;
			double gain = fabs(best - share) - fabs(found - share);
			if (isnan(best) || gain > 1e-12 || (gain > -1e-12 && found > best))
				best = found;
		}
	return isnan(best) ? 1 : best; /* a single pod is all there is */
}

static void give(const struct config *c, const struct observation *o, double share,
		 struct routes *routes)
{
	share = in_pods(c, share);
	routes_give(routes, o->candidate, share);
	for (int k = 0; k < routes->cohorts && o->baseline != STABLE && share < 1; k++) {
		double beside = fmin(share, 1 - share);
		routes->share[k][o->baseline] = beside;
		routes->share[k][STABLE] = 1 - share - beside;
	}
}

/* ---- rules */

static bool is_lost(const struct config *c, const struct observation *o)
{
	if (isnan(c->promote_at))
		return o->tripped >= 0;
	return o->critical || 1 - o->failing < c->abort_below;
}

static bool is_held_up(const struct config *c, const struct observation *o)
{
	return isnan(c->promote_at) ? o->holding : o->passing < c->promote_at;
}

/* Checks are waited for; a person, only so long. */
static struct decision hold(const struct config *c, sim_time end, sim_time now)
{
	if (c->patience == PARAM_UNSET)
		return decision_hold(SIM_NEVER);
	return now < end + c->patience ? decision_hold(end + c->patience) : decision_pause();
}

static struct decision begin_stage(const struct config *c, struct state *s,
				   const struct observation *o, struct routes *routes)
{
	struct step stage = {.share = 1};
	bool more = find_stage(c, s->stage++, &stage);
	s->since = o->now;
	s->approved = 0;
	give(c, o, more ? stage.share : 1, routes);
	if (!more)
		return decision_promote();
	struct decision decision = decision_stage(stage.hold != PARAM_UNSET ? o->now + stage.hold
									    : ladder_look_again(o));
	decision.scopes = UINT64_C(1) << stage.scope;
	return decision;
}

static struct decision decide(const void *config, void *state,
			      const struct observation *observation, struct routes *routes)
{
	const struct config *c = config;
	const struct observation *o = observation;
	struct state *s = state;
	struct step stage;
	if (is_lost(c, o))
		return decision_roll_back();
	if (!s->stage)
		return begin_stage(c, s, o, routes);
	if (!find_stage(c, s->stage - 1, &stage))
		return decision_hold(SIM_NEVER); /* promoted */
	sim_time end = ladder_stage_end(&stage, s->since, o);
	if (o->now < end)
		return decision_hold(end);
	if (is_held_up(c, o))
		return hold(c, s->since + (stage.hold == PARAM_UNSET ? 0 : stage.hold), o->now);
	if (stage.approval.plugin && !s->approved)
		s->approved = o->now + ladder_delay(&stage.approval, o->rng);
	if (o->now < s->approved)
		return decision_hold(s->approved);
	return begin_stage(c, s, o, routes);
}

const struct strategy strategy_canary = {
	.plugin = {.kind = PLUGIN_STRATEGY,
		   .name = "canary",
		   .about = "a growing share of the traffic, stage by stage",
		   .example = "canary: {steps: [5% for 10m, 25% for 10m, 50% for 10m]}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state),
		   .prepare = prepare},
	.decide = decide,
	.sends_baseline = true,
	.object = object,
};
