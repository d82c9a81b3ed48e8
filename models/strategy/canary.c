/* A canary: a growing share of the traffic, held at each stage while checks look on. A stage ends
 * when its time is up and no check still waits for data. */
#include "models/list.h"

#include <math.h>
#include <stdio.h>

struct config {
	struct stages steps;
	double start, increment, max; /* another way to write steps */
	sim_time every, patience;
};

struct state {
	int stage; /* how many have begun */
	sim_time until;
};

static const struct param params[] = {
	{"steps", PARAM_STAGES, offsetof(struct config, steps), "",
	 .about = "share and hold time of each stage: [5% for 10m, 25% for 10m]"},
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
	{0},
};

static const char *check_steps(const struct config *c, char *why, size_t size)
{
	if (!isnan(c->start) || !isnan(c->increment) || !isnan(c->max) || c->every != PARAM_UNSET) {
		snprintf(why, size, "give either steps, or start, increment and every; not both");
		return "steps";
	}
	double last = 0;
	for (int i = 0; i < c->steps.count; i++) {
		double share = c->steps.step[i].share;
		if (share > 1 || share <= last) {
			snprintf(why, size,
				 "shares must rise and end at 100%% at most; step %d is %g%% after "
				 "%g%%",
				 i + 1, 100 * share, 100 * last);
			return "steps";
		}
		last = share;
	}
	return NULL;
}

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	if (c->steps.count)
		return check_steps(c, why, size);
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

static struct decision decide(const void *config, void *state,
			      const struct observation *observation, struct routes *routes)
{
	const struct config *c = config;
	struct state *s = state;
	struct step stage;
	if (observation->tripped >= 0)
		return decision_roll_back();
	if (s->stage && !find_stage(c, s->stage - 1, &stage))
		return decision_hold(SIM_NEVER); /* promoted */
	if (s->stage && observation->now < s->until)
		return decision_hold(s->until);
	if (s->stage && observation->holding) {
		if (c->patience == PARAM_UNSET)
			return decision_hold(SIM_NEVER);
		if (observation->now < s->until + c->patience)
			return decision_hold(s->until + c->patience);
		return decision_pause();
	}
	bool more = find_stage(c, s->stage++, &stage);
	s->until = more ? observation->now + stage.hold : SIM_NEVER;
	routes_give(routes, observation->candidate, more ? stage.share : 1);
	return more ? decision_stage(s->until) : decision_promote();
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
};
