/* Verdicts lead to decisions, decisions to wishes: what comes of them is not decided here. */
#include "sim/control.h"

#include "sim/answers.h"
#include "sim/correction.h"
#include "sim/effect.h"
#include "sim/retreat.h"

#include <math.h>
#include <string.h>

/* ---- what can be seen */

static struct reading read_metric(const struct trial *trial, int version, uint32_t cohorts,
				  const struct metric *metric, const struct lookback *lookback,
				  struct counts *counts)
{
	const struct requests *r = &trial->requests;
	sim_time now = trial->queue.now;
	if (metric_is_of_quality(metric->kind))
		return labels_read(&r->answers->labels, &r->telemetry, now, version, cohorts,
				   metric, lookback, counts);
	return telemetry_read(&r->telemetry, now, version, cohorts, metric, lookback, counts);
}

/* For strategies; what a reading is made of does not outlive this. */
static struct reading read_through(const void *world, int version, uint32_t cohorts,
				   const struct metric *metric, const struct lookback *lookback)
{
	struct counts counts;
	struct reading reading = read_metric(world, version, cohorts, metric, lookback, &counts);
	reading.counts = NULL;
	return reading;
}

/* A request of somebody who could be anybody, if no fault asks who it is. */
static struct probe probe(const void *world, int version, struct rng *rng)
{
	const struct trial *trial = world;
	struct viewpoint from = {.version = version};
	double who = rng_uniform(rng), luck = rng_uniform(rng), u = rng_open_uniform(rng);
	from.cohort = population_cohort(&trial->plan->population, trial->plan->cohorts,
					(uint32_t)(who * 0x1p32));
	struct behaviour b = course_behaviour(&trial->course, &from, trial->queue.now);
	const struct use *law = &trial->plan->version[version].service[from.cohort].latency;
	double ns = ((const struct latency *)law->plugin)->quantile(law->config, u);
	ns = fmax(ns * (u > b.tail_from ? b.tail_factor : 1) * b.latency_factor + b.latency_add_ns,
		  0);
	bool failed = luck < b.errors + b.hangs || ns >= (double)trial->plan->timeout, right = true;
	if (trial->plan->has_quality)
		right = answers_right(&trial->course, &from, trial->queue.now,
				      (uint32_t)(rng_next(rng) >> 32));
	return (struct probe){failed, right, ns};
}

/* ---- decisions */

/* A check that goes on from look to look goes on from here. */
static void begin_evidence(struct trial *trial, int index)
{
	const struct check_plan *check = &trial->rollout->check[index];
	if (!check_goes_on(check))
		return;
	telemetry_mark(&trial->requests.telemetry, MARKS + index);
	memset(trial->check[index].detector, 0, check->detector.plugin->state_size);
}

static bool is_looking(const struct trial *trial, int index)
{
	return trial->scopes >> trial->rollout->check[index].scope & 1;
}

/* What has been seen is nothing to this check any more. */
static void forget_check(struct trial *trial, int index)
{
	struct check_state *state = &trial->check[index];
	state->failures = 0;
	state->holding = state->tripped = false;
	state->verdict = verdict_without_data();
	state->says = VERDICT_NO_DATA;
	begin_evidence(trial, index);
}

/* Evidence that counts from the stage on counts from now on; checks of stages come and go. */
static void begin_stage(struct trial *trial, const struct decision *decision)
{
	uint64_t before = trial->scopes;
	trial->scopes = decision->scopes | 1;
	telemetry_mark(&trial->requests.telemetry, MARK_STAGE);
	if (decision->anew)
		telemetry_mark(&trial->requests.telemetry, MARK_START);
	for (int c = 0; c < trial->rollout->checks; c++) {
		int scope = trial->rollout->check[c].scope;
		if (decision->anew || ((before ^ trial->scopes) >> scope & 1))
			forget_check(trial, c);
		else if (trial->rollout->check[c].by_stage)
			begin_evidence(trial, c);
	}
}

static void carry_out(struct trial *trial, const struct decision *decision, int check,
		      const struct routes *routes)
{
	sim_time now = trial->queue.now;
	if (decision->remark)
		trial_tell(trial, HAPPENING_REMARK, decision->number, (double)decision->of,
			   (int)decision->remark);
	switch (decision->kind) {
	case DECISION_HOLD:
		break;
	case DECISION_SHIFT:
		effect_ask(trial, routes);
		break;
	case DECISION_PROMOTE:
		trial->promoted = true;
		trial->promoted_at = now;
		trial->row.outcome = OUTCOME_PROMOTED;
		trial_tell(trial, HAPPENING_PROMOTE, trial->rollout->candidate, NAN, 0);
		effect_ask(trial, routes);
		break;
	case DECISION_ROLL_BACK:
		retreat_begin(trial, decision, check);
		break;
	case DECISION_UNDONE:
		retreat_finish(trial, routes);
		break;
	case DECISION_PAUSE:
		trial->over = true;
		trial->row.outcome = OUTCOME_PAUSED;
		trial_tell(trial, HAPPENING_PAUSE, -1, NAN, 0);
		break;
	}
	if (decision->stage_begins)
		begin_stage(trial, decision);
}

/* A strategy has one wish at a time: the latest. */
static void schedule_wake(struct trial *trial, sim_time wake)
{
	if (wake == trial->woken_at)
		return;
	if (trial->woken_at != SIM_NEVER)
		event_cancel(&trial->queue, EVENT_WAKE);
	trial->woken_at = SIM_NEVER;
	if (wake >= trial->plan->horizon)
		return;
	event_schedule(&trial->queue, wake, EVENT_WAKE, 0);
	trial->woken_at = wake;
}

/* ---- the strategy is asked */

static void observe(const struct trial *trial, const struct lens *lens, struct rng *rng,
		    struct observation *o)
{
	const struct rollout_plan *rollout = trial->rollout;
	double looking = 0;
	*o = (struct observation){
		.now = trial->queue.now,
		.clock = rollout->clock + trial->queue.now,
		.candidate = rollout->candidate,
		.baseline = rollout->baseline,
		.cohorts = (uint32_t)((UINT64_C(1) << trial->plan->cohorts) - 1),
		.tripped = -1,
		.lens = lens,
		.rng = rng,
		.plan = trial->plan,
	};
	for (int c = rollout->checks - 1; c >= 0; c--) {
		const struct check_state *state = &trial->check[c];
		double weight = is_looking(trial, c) ? rollout->check[c].weight : 0;
		if (state->tripped)
			o->tripped = c;
		o->critical |= state->tripped && rollout->check[c].critical;
		o->holding |= state->holding;
		o->passing += state->says == VERDICT_PASS ? weight : 0;
		o->failing += state->says == VERDICT_FAIL ? weight : 0;
		looking += weight;
	}
	o->passing /= looking > 0 ? looking : 1;
	o->failing /= looking > 0 ? looking : 1;
}

/* When nobody forbids changes any more; SIM_NEVER: they are forbidden for good. */
static sim_time thaw(const struct rollout_plan *rollout, sim_time now)
{
	sim_time end =
		units_end_of_all(rollout->freeze.span, rollout->freeze.count, rollout->clock + now);
	return end == SIM_NEVER ? SIM_NEVER : end - rollout->clock;
}

/* While changes are frozen, what would give the candidate more is not decided yet: the strategy is
 * as if it had not been asked, and is asked again later. Less is possible at any time. */
static struct decision decide(struct trial *trial, const struct observation *o,
			      struct routes *routes)
{
	const struct use *strategy = &trial->rollout->strategy;
	sim_time thawed = thaw(trial->rollout, o->now);
	if (thawed == o->now || trial->promoted)
		return strategy_decide(strategy, trial->strategy_state, o, routes);
	struct routes before;
	struct rng stream = *o->rng;
	size_t size = strategy_state_size(strategy);
	routes_copy(&before, routes);
	memcpy(trial->spare_state, trial->strategy_state, size);
	struct decision decision = strategy_decide(strategy, trial->strategy_state, o, routes);
	bool less = decision.kind == DECISION_SHIFT &&
		    plan_share(trial->plan, routes, o->candidate) <
			    plan_share(trial->plan, &before, o->candidate);
	if ((decision.kind != DECISION_SHIFT && decision.kind != DECISION_PROMOTE) || less)
		return decision;
	memcpy(trial->strategy_state, trial->spare_state, size);
	*o->rng = stream;
	return decision_hold(thawed);
}

/* A rollout that is not promoted by then has taken too long. */
static sim_time deadline(const struct trial *trial)
{
	sim_time longest = trial->rollout->longest;
	return longest == PARAM_UNSET || trial->promoted ? SIM_NEVER
							 : trial->rollout->start + longest;
}

/* Nobody asks while it goes back, unless the strategy itself does that. */
static bool is_busy(const struct trial *trial)
{
	return trial->rolling_back || trial->retreat.step == RETREAT_OBSERVING;
}

static bool asks_a_person(const struct trial *trial, int check)
{
	return check >= 0 && trial->rollout->check[check].action == ACTION_PAUSE;
}

static struct decision give_up(const struct rollout_plan *rollout)
{
	return decision_with(rollout->backs_off ? decision_roll_back() : decision_pause(),
			     REMARK_LATE, OF_NUMBER, 0);
}

void control_ask(struct trial *trial)
{
	if (is_busy(trial) || trial->over)
		return;
	const struct lens lens = {trial, read_through, probe};
	struct observation observation;
	struct routes routes;
	observe(trial, &lens, &trial->strategy_stream, &observation);
	routes_copy(&routes,
		    trial->case_->hindering ? &trial->propagation.asked : &trial->requests.routes);
	bool late = trial->queue.now >= deadline(trial) && trial->retreat.step == RETREAT_NONE;
	struct decision decision =
		late ? give_up(trial->rollout) : decide(trial, &observation, &routes);
	if (decision.kind == DECISION_ROLL_BACK && asks_a_person(trial, observation.tripped))
		decision = decision_pause();
	carry_out(trial, &decision, observation.tripped, &routes);
	sim_time last = deadline(trial);
	schedule_wake(trial, decision.wake < last ? decision.wake : last);
}

bool control_may_begin(struct trial *trial)
{
	static const struct metric any = {.kind = METRIC_REQUEST_RATE};
	static const struct lookback all = {.window = PARAM_UNSET, .mark = MARK_START};
	struct counts counts;
	double needed = trial->rollout->needs_baseline;
	if (!(needed > 0))
		return true;
	double shown = read_metric(trial, STABLE, UINT32_MAX, &any, &all, &counts).requests;
	if (shown >= needed)
		return true;
	trial->over = true;
	trial->row.outcome = OUTCOME_REFUSED;
	trial_tell(trial, HAPPENING_REFUSE, -1, shown, 0);
	return false;
}

/* ---- checks */

static struct reading read_check(const struct trial *trial, const struct check_plan *check,
				 int version, struct counts *counts)
{
	return read_metric(trial, version, check->cohorts, &check->metric, &check->lookback,
			   counts);
}

/* By the routes, the candidate's share of the requests of it and stable. */
static double expected_share(const struct trial *trial, const struct check_plan *check)
{
	const struct population *people = &trial->plan->population;
	const struct routes *routes = &trial->requests.routes;
	double candidate = 0, stable = 0;
	for (int c = 0; c < trial->plan->cohorts; c++) {
		if (!(check->cohorts >> c & 1))
			continue;
		candidate += population_share(people, c) *
			     routes_share(routes, c, trial->rollout->candidate);
		stable += population_share(people, c) *
			  routes_share(routes, c, trial->rollout->baseline);
	}
	return candidate / (candidate + stable);
}

static bool is_enough(const struct check_plan *check, const struct reading *reading)
{
	return reading->requests >= fmax(check->min_requests, 1);
}

/* The next look goes on from here. */
static void remember_look(struct trial *trial, int index)
{
	struct telemetry *telemetry = &trial->requests.telemetry;
	sim_time now = trial->queue.now;
	telemetry_mark_seen(telemetry, MARKS + index, trial->rollout->candidate, now);
	telemetry_mark_seen(telemetry, MARKS + index, trial->rollout->baseline, now);
}

/* Leaves the verdict as it is where there is no data. */
static void look(struct trial *trial, int index, struct verdict *verdict)
{
	const struct check_plan *check = &trial->rollout->check[index];
	const struct detector *detector = (const struct detector *)check->detector.plugin;
	struct counts counts[2];
	struct evidence evidence = {
		.candidate = read_check(trial, check, trial->rollout->candidate, &counts[0]),
		.baseline = read_check(trial, check, trial->rollout->baseline, &counts[1]),
		.higher_is_better = metric_rows[check->metric.kind].higher_is_better,
		.expected_share = detector->asks_share ? expected_share(trial, check) : NAN,
		.quantile = check->metric.quantile,
		.budget = trial->plan->objective.bad_share,
	};
	if (!is_enough(check, &evidence.candidate) ||
	    (detector->compares && !is_enough(check, &evidence.baseline)))
		return;
	*verdict = detector->look(check->detector.config, trial->check[index].detector, &evidence);
	if (check_goes_on(check))
		remember_look(trial, index);
}

/* What a verdict is worth, once the rule for missing data has spoken. */
static enum verdict_kind effective(const struct check_plan *check, enum verdict_kind kind)
{
	if (kind != VERDICT_NO_DATA || check->no_data == NO_DATA_HOLD)
		return kind;
	return check->no_data == NO_DATA_FAIL ? VERDICT_FAIL : VERDICT_PASS;
}

static void count_failure(struct trial *trial, int index, double statistic)
{
	const struct check_plan *check = &trial->rollout->check[index];
	struct check_state *state = &trial->check[index];
	/* The first alarm that means something is the first after onset. */
	if (trial->alarm == SIM_NEVER && trial->queue.now > trial->onset)
		trial->alarm = trial->queue.now;
	if (!state->failures++)
		state->failing_since = trial->queue.now;
	if (state->failures < check->fail_limit || state->tripped ||
	    trial->queue.now - state->failing_since < check->lasting)
		return;
	state->tripped = true;
	trial->row.deciding_statistic = statistic;
	trial_tell(trial, HAPPENING_ALARM, index, statistic, 0);
}

void control_check(struct trial *trial, int index)
{
	const struct check_plan *check = &trial->rollout->check[index];
	struct check_state *state = &trial->check[index];
	if (trial->rolling_back || trial->over || trial->retreat.step == RETREAT_WALKING ||
	    (trial->promoted && !check->always))
		return;
	if (trial->queue.now + check->every < trial->plan->horizon)
		event_schedule(&trial->queue, trial->queue.now + check->every, EVENT_CHECK, index);
	if (!is_looking(trial, index) || trial->queue.now < trial->retreat.quiet_until)
		return;
	struct verdict verdict = verdict_without_data();
	look(trial, index, &verdict);
	verdict = correction_apply(trial, index, verdict);
	if (verdict.kind != VERDICT_NO_DATA)
		state->verdict = verdict;
	trial_tell(trial, HAPPENING_CHECK, index, verdict.statistic, (int)verdict.kind);
	enum verdict_kind kind = effective(check, verdict.kind);
	state->says = kind;
	state->holding = kind == VERDICT_UNSURE || kind == VERDICT_NO_DATA;
	if (kind == VERDICT_FAIL)
		count_failure(trial, index, verdict.statistic);
	if (kind == VERDICT_PASS && (check->consecutive || check->lasting))
		state->failures = 0;
	control_ask(trial);
}
