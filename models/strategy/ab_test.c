/* An A/B test: a fixed split until a sample is there that was planned before, or until evidence
 * that may be looked at any time is enough; then a winner, a tie, or nothing that could be said. */
#include "models/list.h"

#include "models/strategy/ladder.h"
#include "models/strategy/yardstick.h"
#include "sim/expected.h"
#include "sim/stats/always_valid.h"
#include "sim/stats/goodness.h"
#include "sim/stats/multiplicity.h"
#include "sim/stats/power.h"
#include "sim/stats/proportion.h"

#include <gsl/gsl_cdf.h>

enum conclusion { PROMOTE, ROLL_BACK, PAUSE };

struct config {
	int metric; /* of yardsticks */
	double split, holdout, baseline, alpha, power, srm;
	struct change effect;
	int64_t sample;
	sim_time every;
	enum { FIXED, SEQUENTIAL, AHEAD } method;
	bool peek, veto;
	int tie, inconclusive; /* enum conclusion */
};

struct state {
	enum { FRESH, RUNNING, DONE } phase;
	sim_time looks_at;
};

static const char *const method_names[] = {"fixed", "sequential", "ahead", NULL};
static const char *const conclusion_names[] = {"promote", "roll_back", "pause", NULL};

static const struct param params[] = {
	{"metric", PARAM_CHOICE, offsetof(struct config, metric), "error_rate",
	 .choices = yardstick_names, .about = "what decides"},
	{"effect", PARAM_SHARE_CHANGE, offsetof(struct config, effect), NULL, -1, 1000,
	 .about = "the smallest difference that matters, by stable's share: +1% or x1.2"},
	{"split", PARAM_SHARE, offsetof(struct config, split), "50%", 0.001, 0.999,
	 .about = "share of the candidate, of those who take part"},
	{"holdout", PARAM_SHARE, offsetof(struct config, holdout), "0", 0, 0.9,
	 .about = "share of all that stays with stable, even when the candidate has won"},
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "5%", 1e-6, 0.5,
	 .about = "how often equal versions are told apart, either way"},
	{"power", PARAM_SHARE, offsetof(struct config, power), "80%", 0.01, 0.999,
	 .about = "how often the effect is found if it is there"},
	{"baseline", PARAM_SHARE, offsetof(struct config, baseline), "", 1e-9, 1,
	 .about = "stable's share for the plan; left out: as the scenario has it"},
	{"sample", PARAM_COUNT, offsetof(struct config, sample), "", 1, 1e12,
	 .about = "requests of the candidate, instead of those that power asks for"},
	{"every", PARAM_DURATION, offsetof(struct config, every), "1m", 1e9, (double)MAX_HORIZON,
	 .about = "how often it looks whether the sample is there"},
	{"method", PARAM_CHOICE, offsetof(struct config, method), "fixed", .choices = method_names,
	 .about = "sequential: by the mixture SPRT it may end at any look, and keeps alpha; ahead: "
		  "whoever is ahead wins, by however little"},
	{"peek", PARAM_FLAG, offsetof(struct config, peek), "no",
	 .about = "of fixed: end as soon as a look is significant, as is often done; alpha is not "
		  "kept then"},
	{"srm", PARAM_SHARE, offsetof(struct config, srm), "0.1%", 0, 0.5,
	 .about = "sample ratio mismatch: split counts less likely than this cannot be judged"},
	{"segments_veto", PARAM_FLAG, offsetof(struct config, veto), "no",
	 .about = "pause instead of promoting what is worse for some segment"},
	{"on_tie", PARAM_CHOICE, offsetof(struct config, tie), "promote",
	 .choices = conclusion_names, .about = "what follows when no difference matters"},
	{"on_inconclusive", PARAM_CHOICE, offsetof(struct config, inconclusive), "pause",
	 .choices = conclusion_names, .about = "what follows when nothing can be said"},
	{0},
};

/* ---- the plan */

static double changed(const struct change *change, double share)
{
	return change->how == CHANGE_ADD ? share + change->amount : share * change->amount;
}

static double baseline_of(const struct config *c, const struct plan *plan)
{
	return isnan(c->baseline)
		       ? expected_share(plan, STABLE, UINT32_MAX, yardstick_kinds[c->metric])
		       : c->baseline;
}

/* How many requests of the candidate are needed; NaN where that cannot be planned. */
static double sample_of(const struct config *c, const struct plan *plan)
{
	double stable = baseline_of(c, plan), other = changed(&c->effect, stable);
	const struct design design = {c->alpha, c->power, (1 - c->split) / c->split, true};
	if (c->sample != PARAM_UNSET)
		return (double)c->sample;
	return other >= 0 && other <= 1 && other != stable
		       ? ceil(power_size_pooled(other, stable, &design))
		       : NAN;
}

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	if (c->peek && c->method != FIXED) {
		snprintf(why, size,
			 c->method == SEQUENTIAL
				 ? "sequential looks at every time anyway, and keeps its promise"
				 : "whoever is ahead at the first look would win");
		return "peek";
	}
	return NULL;
}

/* A sample that does not come before the horizon. */
static const char *find_too_long(const struct config *c, const struct plan *plan, sim_time start,
				 char *why, size_t size)
{
	const struct traffic *traffic = (const struct traffic *)plan->traffic.plugin;
	char needed[UNITS_TEXT], left[UNITS_TEXT];
	double rate = traffic && traffic->rate ? traffic->rate(plan->traffic.config, start) : NAN;
	double seconds = sample_of(c, plan) / (rate * (1 - c->holdout) * c->split);
	if (!(seconds > (double)(plan->horizon - start) / SIM_SECOND))
		return NULL;
	double unit = seconds < 86400 ? 60 : 3600;
	sim_time takes = (sim_time)(ceil(fmin(seconds / unit, 1e6)) * unit) * SIM_SECOND;
	snprintf(why, size,
		 "%.0f requests of the candidate are needed, which take %s at %g/s; the horizon "
		 "leaves %s",
		 sample_of(c, plan), units_print_duration(needed, takes), rate,
		 units_print_duration(left, plan->horizon - start));
	return c->sample == PARAM_UNSET ? "effect" : "sample";
}

static const char *object(const void *config, const struct plan *plan,
			  const struct rollout_plan *rollout, char *why, size_t size)
{
	const struct config *c = config;
	bool mean = yardstick_kinds[c->metric] == METRIC_VALUE_PER_REQUEST;
	const char *key = yardstick_check(c->metric, plan, why, size);
	if (key)
		return key;
	if (isnan(sample_of(c, plan))) {
		snprintf(why, size,
			 mean ? "a plan for a mean needs to know how it varies: give sample"
			      : "from stable's %.4g%% the effect leads nowhere between 0%% and "
				"100%%: nothing can be planned",
			 100 * baseline_of(c, plan));
		return mean ? "sample" : "effect";
	}
	return find_too_long(c, plan, rollout->start, why, size);
}

/* ---- what is seen */

/* The difference, candidate minus stable, above 0 if it is better. */
struct comparison {
	double n1, n2, difference, variance;
};

static struct comparison compare(const struct config *c, const struct observation *o)
{
	static const struct lookback stage = {.window = PARAM_UNSET, .mark = MARK_STAGE};
	const struct metric metric = {.kind = yardstick_kinds[c->metric]};
	struct reading a = observation_read(o, o->candidate, &metric, &stage);
	struct reading b = observation_read(o, STABLE, &metric, &stage);
	double pooled = (a.hits + b.hits) / (a.requests + b.requests);
	double v1 = isnan(pooled) ? a.variance : pooled * (1 - pooled);
	double v2 = isnan(pooled) ? b.variance : pooled * (1 - pooled);
	double sign = metric_rows[metric.kind].higher_is_better ? 1 : -1;
	return (struct comparison){a.requests, b.requests, sign * (a.value - b.value),
				   v1 / a.requests + v2 / b.requests};
}

static double z_of(const struct comparison *seen)
{
	return seen->difference == 0 ? 0 : seen->difference / sqrt(seen->variance);
}

static double effect_of(const struct config *c, const struct plan *plan)
{
	double stable = baseline_of(c, plan);
	return fabs(changed(&c->effect, stable) - stable);
}

/* Whether the versions can be told apart. */
static bool is_told_apart(const struct config *c, const struct observation *o,
			  const struct comparison *seen)
{
	enum { FEWEST = 100 }; /* requests of either, before a normal law is near */
	if (c->method == AHEAD)
		return seen->difference != 0;
	if (c->method == FIXED)
		return 2 * gsl_cdf_ugaussian_Q(fabs(z_of(seen))) < c->alpha;
	double effect = effect_of(c, o->plan);
	return fmin(seen->n1, seen->n2) >= FEWEST && seen->variance > 0 &&
	       always_valid_msprt(seen->difference, seen->variance, effect * effect) >=
		       -log(c->alpha);
}

/* Whether the interval, of the level the test has, holds nothing that matters. */
static bool is_tie(const struct config *c, const struct observation *o,
		   const struct comparison *seen)
{
	double effect = effect_of(c, o->plan);
	double half = gsl_cdf_ugaussian_Qinv(c->alpha / 2) * sqrt(seen->variance);
	if (c->method == SEQUENTIAL)
		half = always_valid_msprt_half(seen->variance, effect * effect, c->alpha);
	return fabs(seen->difference) + half < effect;
}

static bool is_uneven(const struct config *c, const struct comparison *seen)
{
	double share = (1 - c->holdout) * c->split;
	const double counts[] = {seen->n1, seen->n2}, weights[] = {share, 1 - share};
	return c->srm > 0 && goodness_chi_square(counts, weights, 2).p < c->srm;
}

/* The segment for which it is most surely worse, if it is for any; else -1 (Holm 1979). */
static int worse_segment(const struct config *c, const struct observation *o)
{
	const struct population *people = &o->plan->population;
	double p[MAX_SEGMENTS], adjusted[MAX_SEGMENTS];
	int order[MAX_SEGMENTS], worst = 0;
	for (int s = 0; s < people->segments; s++) {
		struct observation of_segment = *o;
		of_segment.cohorts = 0;
		for (int k = 0; k < o->plan->cohorts; k++)
			if (k / people->regions == s)
				of_segment.cohorts |= o->cohorts & UINT32_C(1) << k;
		struct comparison seen = compare(c, &of_segment);
		double z = z_of(&seen);
		p[s] = isnan(z) ? 1 : gsl_cdf_ugaussian_P(z);
	}
	multiplicity_adjust(MULTIPLICITY_HOLM, p, adjusted, order, people->segments);
	for (int s = 1; s < people->segments; s++)
		worst = adjusted[s] < adjusted[worst] ? s : worst;
	return people->segments > 1 && adjusted[worst] < c->alpha ? worst : -1;
}

/* ---- what follows */

static struct decision conclude(const struct config *c, struct state *s,
				const struct observation *o, struct routes *routes,
				enum conclusion conclusion, enum remark remark)
{
	int worse = conclusion == PROMOTE ? worse_segment(c, o) : -1;
	if (worse >= 0 && c->veto)
		conclusion = PAUSE;
	s->phase = DONE;
	if (conclusion == PROMOTE)
		routes_give(routes, o->candidate, 1 - c->holdout);
	struct decision decision = conclusion == PROMOTE     ? decision_promote()
				   : conclusion == ROLL_BACK ? decision_roll_back()
							     : decision_pause();
	return worse >= 0 ? decision_with(decision, REMARK_SEGMENT_WORSE, OF_SEGMENT, worse)
			  : decision_with(decision, remark, OF_VERSION, o->candidate);
}

static struct decision judge(const struct config *c, struct state *s, const struct observation *o,
			     struct routes *routes)
{
	double sample = sample_of(c, o->plan), ratio = (1 - c->split) / c->split;
	struct comparison seen = compare(c, o);
	bool complete = seen.n1 >= sample && seen.n2 >= floor(ratio * sample);
	bool apart = is_told_apart(c, o, &seen);
	if (!complete && !(apart && (c->peek || c->method == SEQUENTIAL)))
		return decision_hold(o->now + c->every);
	if (is_uneven(c, &seen))
		return conclude(c, s, o, routes, PAUSE, REMARK_UNEVEN);
	if (apart)
		return seen.difference > 0 ? conclude(c, s, o, routes, PROMOTE, REMARK_WINNER)
					   : conclude(c, s, o, routes, ROLL_BACK, REMARK_LOSER);
	return is_tie(c, o, &seen) ? conclude(c, s, o, routes, (enum conclusion)c->tie, REMARK_TIE)
				   : conclude(c, s, o, routes, (enum conclusion)c->inconclusive,
					      REMARK_INCONCLUSIVE);
}

/* Checks are guardrails: one that fails ends the test. Others don't look at what is not due. */
static struct decision decide(const void *config, void *state,
			      const struct observation *observation, struct routes *routes)
{
	const struct config *c = config;
	const struct observation *o = observation;
	struct state *s = state;
	if (o->tripped >= 0)
		return decision_roll_back();
	if (s->phase == DONE)
		return decision_hold(SIM_NEVER);
	if (s->phase == RUNNING && o->now < s->looks_at)
		return decision_hold(s->looks_at);
	s->looks_at = o->now + c->every;
	if (s->phase == RUNNING)
		return judge(c, s, o, routes);
	s->phase = RUNNING;
	routes_give(routes, o->candidate, (1 - c->holdout) * c->split);
	return decision_stage(s->looks_at);
}

const struct strategy strategy_ab_test = {
	.plugin = {.kind = PLUGIN_STRATEGY,
		   .name = "ab_test",
		   .about = "a fixed split and a planned sample: a winner, a tie, or nothing that "
			    "can be said",
		   .example = "ab_test: {metric: error_rate, effect: x3, split: 50%}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state),
		   .prepare = prepare},
	.decide = decide,
	.compares = true,
	.object = object,
};
