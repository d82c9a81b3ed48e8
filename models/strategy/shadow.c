/* A shadow: the candidate gets copies of requests, and nobody ever sees its answers. In the end
 * they are compared with stable's, and it is said what is to be done. */
#include "models/list.h"

#include "models/strategy/ladder.h"

struct config {
	double mirror, agreement, quantile, slower;
	sim_time hold, patience;
	int64_t min_samples;
	enum { ROLL_BACK, PAUSE } disagreement;
	struct change errors, latency;
};

struct state {
	enum { FRESH, WATCHING, DONE } phase;
	sim_time since;
};

static const char *const ending_names[] = {"roll_back", "pause", NULL};

static const struct param params[] = {
	{"mirror", PARAM_SHARE, offsetof(struct config, mirror), "10%", 1e-6, 1,
	 .about = "share of the requests that are copied"},
	{"for", PARAM_DURATION, offsetof(struct config, hold), "30m", 1, (double)MAX_HORIZON,
	 .about = "how long at least"},
	{"min_samples", PARAM_COUNT, offsetof(struct config, min_samples), "1000", 1, 1e12,
	 .about = "copies that must have been answered"},
	{"errors", PARAM_SHARE_CHANGE, offsetof(struct config, errors), "+1%", 0, 1000,
	 .about = "how often it may fail, by the error rate of the originals"},
	{"agreement", PARAM_SHARE, offsetof(struct config, agreement), "", 0, 1,
	 .about = "share of the copies that must be answered as their originals were; left out: "
		  "answers are not compared"},
	{"on_disagreement", PARAM_CHOICE, offsetof(struct config, disagreement), "roll_back",
	 .choices = ending_names,
	 .about = "what follows when fewer are: it ends, or a person is asked to investigate while "
		  "copies go on"},
	{"latency", PARAM_DURATION_CHANGE, offsetof(struct config, latency), "x1.2", 0, 1e18,
	 .about = "how slow it may be, by stable's latency"},
	{"quantile", PARAM_SHARE, offsetof(struct config, quantile), "95%", 0.01, 0.9999,
	 .about = "... at this quantile"},
	{"slower", PARAM_SHARE, offsetof(struct config, slower), "", 0, 1,
	 .about = "share of the copies that may take longer than their originals, of those that "
		  "fare alike; left out: only the quantile counts"},
	{"patience", PARAM_DURATION, offsetof(struct config, patience), "", 0, (double)MAX_HORIZON,
	 .about =
		 "how long copies are waited for after that; then it gives up; left out: for ever"},
	{0},
};

static const char *object(const void *config, const struct plan *plan,
			  const struct rollout_plan *rollout, char *why, size_t size)
{
	const struct config *c = config;
	(void)rollout;
	if (isnan(c->agreement) || plan->version[STABLE].quality)
		return NULL;
	snprintf(why, size, "there are no answers to compare: stable has no quality");
	return "agreement";
}

static struct reading read_since(const struct observation *o, int version, enum metric_kind kind,
				 double quantile)
{
	static const struct lookback stage = {.window = PARAM_UNSET, .mark = MARK_STAGE};
	const struct metric metric = {.kind = kind, .quantile = quantile};
	return observation_read(o, version, &metric, &stage);
}

static double changed(double value, const struct change *change)
{
	return change->how == CHANGE_ADD ? value + change->amount : value * change->amount;
}

/* Pair by pair, what is wrong with the requests themselves cancels out. Where copies are not held
 * against their originals, all of stable's requests must do. */
static bool fails_more(const struct config *c, const struct observation *o)
{
	double own = read_since(o, o->candidate, METRIC_ERROR_RATE, NAN).value;
	double other = read_since(o, STABLE, METRIC_ERROR_RATE, NAN).value;
	if (!o->plan->coupled)
		other = own - read_since(o, o->candidate, METRIC_NEW_ERRORS, NAN).value +
			read_since(o, o->candidate, METRIC_GONE_ERRORS, NAN).value;
	return own > changed(other, &c->errors);
}

static bool is_slower(const struct config *c, const struct observation *o)
{
	double own = read_since(o, o->candidate, METRIC_LATENCY_QUANTILE, c->quantile).value;
	double stable = read_since(o, STABLE, METRIC_LATENCY_QUANTILE, c->quantile).value;
	bool mostly = !isnan(c->slower) &&
		      read_since(o, o->candidate, METRIC_SLOWER, NAN).value > c->slower;
	return mostly || own > changed(stable, &c->latency);
}

/* The first thing to be done before it can go on; REMARK_NONE: nothing. */
static enum remark advise(const struct config *c, const struct observation *o)
{
	if (fails_more(c, o))
		return REMARK_FIX_ERRORS;
	if (!isnan(c->agreement) &&
	    read_since(o, o->candidate, METRIC_AGREEMENT, NAN).value < c->agreement)
		return REMARK_DISAGREEMENT;
	if (is_slower(c, o))
		return REMARK_OPTIMISE;
	return REMARK_NONE;
}

/* There is nothing to switch: copies end at once. */
static struct decision stop(enum remark remark, enum remark_of of, int number)
{
	struct decision decision = decision_roll_back();
	decision.takes = 0;
	return decision_with(decision, remark, of, number);
}

static struct decision begin(const struct config *c, struct state *s, const struct observation *o,
			     struct routes *routes)
{
	s->phase = WATCHING;
	s->since = o->now;
	routes_give(routes, STABLE, 1);
	routes->mirror_to = o->candidate;
	routes->mirror = c->mirror;
	return decision_stage(o->now + c->hold);
}

/* Answers that differ need not be wrong: a person may have to find out which are, and needs
 * more of them. */
static struct decision refuse(const struct config *c, struct state *s, enum remark advice,
			      int candidate)
{
	if (advice != REMARK_DISAGREEMENT || c->disagreement != PAUSE)
		return stop(advice, OF_VERSION, candidate);
	s->phase = DONE;
	return decision_with(decision_pause(), advice, OF_VERSION, candidate);
}

/* Too few copies yet: they are waited for, but not for ever. */
static struct decision wait(const struct config *c, const struct state *s,
			    const struct observation *o, double samples)
{
	if (c->patience != PARAM_UNSET && o->now >= s->since + c->hold + c->patience)
		return stop(REMARK_TOO_FEW, OF_NUMBER, (int)fmin(samples, INT16_MAX));
	return decision_hold(ladder_look_again(o));
}

static struct decision decide(const void *config, void *state,
			      const struct observation *observation, struct routes *routes)
{
	const struct config *c = config;
	const struct observation *o = observation;
	struct state *s = state;
	if (s->phase == FRESH)
		return begin(c, s, o, routes);
	if (o->tripped >= 0)
		return decision_roll_back();
	if (s->phase == DONE)
		return decision_hold(SIM_NEVER);
	if (o->now < s->since + c->hold)
		return decision_hold(s->since + c->hold);
	double samples = read_since(o, o->candidate, METRIC_REQUEST_RATE, NAN).requests;
	if (samples < (double)c->min_samples)
		return wait(c, s, o, samples);
	enum remark advice = advise(c, o);
	if (advice)
		return refuse(c, s, advice, o->candidate);
	if (o->holding)
		return decision_hold(SIM_NEVER);
	s->phase = DONE;
	routes->mirror = 0;
	routes_give(routes, o->candidate, 1);
	return decision_promote();
}

static uint32_t watches(const void *config)
{
	const struct config *c = config;
	return UINT32_C(1) << METRIC_LATENCY_QUANTILE |
	       (isnan(c->slower) ? 0 : UINT32_C(1) << METRIC_SLOWER);
}

const struct strategy strategy_shadow = {
	.plugin = {.kind = PLUGIN_STRATEGY,
		   .name = "shadow",
		   .about = "copies of requests, whose answers nobody sees, are compared with "
			    "stable's",
		   .example = "shadow: {mirror: 50%, for: 10m, errors: +10%, min_samples: 500}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state)},
	.decide = decide,
	.watches = watches,
	.object = object,
};
