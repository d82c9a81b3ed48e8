/* What a look shows is the same to all riders, and found once; what they make of it is not. */
#include "sim/checks.h"

#include "sim/answers.h"
#include "sim/control.h"
#include "sim/correction.h"

#include <math.h>
#include <string.h>

struct reading checks_read(const struct trial *trial, int version, uint32_t cohorts,
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

/* ---- beginnings */

static struct check_state *state_of(const struct trial *trial, int rider, int index)
{
	return trial->rider[rider]->check[index];
}

/* A check that goes on from look to look goes on from here. */
static void begin_evidence(struct trial *trial, int index)
{
	const struct check_plan *check = &trial->rollout->check[index];
	if (!check_goes_on(check))
		return;
	telemetry_mark(&trial->requests.telemetry, MARKS + index);
	for (int m = 0; m < trial_states(trial, index); m++)
		memset(state_of(trial, m, index)->detector, 0, check->detector.plugin->state_size);
}

/* What has been seen is nothing to this check any more; what a detector has learnt is, unless it
 * goes on from look to look. */
static void forget_check(struct trial *trial, int index)
{
	for (int m = 0; m < trial_states(trial, index); m++) {
		struct check_state *state = state_of(trial, m, index);
		state->failures = 0;
		state->holding = state->tripped = false;
		state->verdict = verdict_without_data();
		state->says = VERDICT_NO_DATA;
	}
	begin_evidence(trial, index);
}

void checks_begin_stage(struct trial *trial, uint64_t before, bool anew)
{
	for (int c = 0; c < trial->rollout->checks; c++) {
		int scope = trial->rollout->check[c].scope;
		if (anew || ((before ^ trial->scopes) >> scope & 1))
			forget_check(trial, c);
		else if (trial->rollout->check[c].by_stage)
			begin_evidence(trial, c);
	}
}

void checks_forgive(struct trial *trial)
{
	for (int c = 0; c < trial->rollout->checks; c++)
		for (int m = 0; m < trial_states(trial, c); m++) {
			state_of(trial, m, c)->failures = 0;
			state_of(trial, m, c)->tripped = false;
		}
}

/* ---- what a look shows */

static struct reading read_check(const struct trial *trial, const struct check_plan *check,
				 int version, struct counts *counts)
{
	return checks_read(trial, version, check->cohorts, &check->metric, &check->lookback,
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

static struct evidence gather(const struct trial *trial, const struct check_plan *check,
			      struct counts counts[2])
{
	const struct detector *detector = (const struct detector *)check->detector.plugin;
	return (struct evidence){
		.candidate = read_check(trial, check, trial->rollout->candidate, &counts[0]),
		.baseline = read_check(trial, check, trial->rollout->baseline, &counts[1]),
		.higher_is_better = metric_rows[check->metric.kind].higher_is_better,
		.expected_share = detector->asks_share ? expected_share(trial, check) : NAN,
		.quantile = check->metric.quantile,
		.budget = trial->plan->objective.bad_share,
	};
}

static bool is_enough(const struct check_plan *check, const struct evidence *evidence)
{
	bool compares = ((const struct detector *)check->detector.plugin)->compares;
	double least = fmax(check->min_requests, 1);
	return evidence->candidate.requests >= least &&
	       (!compares || evidence->baseline.requests >= least);
}

/* The next look goes on from here. */
static void remember_look(struct trial *trial, int index)
{
	struct telemetry *telemetry = &trial->requests.telemetry;
	sim_time now = trial->queue.now;
	telemetry_mark_seen(telemetry, MARKS + index, trial->rollout->candidate, now);
	telemetry_mark_seen(telemetry, MARKS + index, trial->rollout->baseline, now);
}

/* ---- what is made of it */

/* What a verdict is worth, once the rule for missing data has spoken. */
static enum verdict_kind effective(const struct check_plan *check, enum verdict_kind kind)
{
	if (kind != VERDICT_NO_DATA || check->no_data == NO_DATA_HOLD)
		return kind;
	return check->no_data == NO_DATA_FAIL ? VERDICT_FAIL : VERDICT_PASS;
}

/* One more; whether the limit is reached by it. */
static bool count_failure(const struct check_plan *check, struct check_state *state, sim_time now)
{
	if (!state->failures++)
		state->failing_since = now;
	if (state->failures < check->fail_limit || state->tripped ||
	    now - state->failing_since < check->lasting)
		return false;
	state->tripped = true;
	return true;
}

/* The failure is the rider's, or that of all who share the state. The first alarm that means
 * something is the first after onset. */
static void note_failure(struct trial *trial, int rider, int index, double statistic)
{
	sim_time now = trial->queue.now;
	const struct rider *own = trial->rider[rider];
	bool trips = count_failure(&own->rollout->check[index], own->check[index], now);
	int end = trial_states(trial, index) > 1 ? rider + 1 : trial->riders;
	for (int m = rider; m < end; m++) {
		struct rider *hit = trial->rider[m];
		if (hit->alarm == SIM_NEVER && now > trial->onset)
			hit->alarm = now;
		if (trips)
			hit->deciding_statistic = statistic;
	}
	if (trips)
		trial_tell(trial, HAPPENING_ALARM, index, statistic, 0);
}

static void judge(struct trial *trial, int rider, int index, const struct evidence *evidence)
{
	const struct rider *m = trial->rider[rider];
	const struct check_plan *check = &m->rollout->check[index];
	const struct use *detector = &check->detector;
	struct check_state *state = m->check[index];
	struct verdict verdict = verdict_without_data();
	if (is_enough(check, evidence))
		verdict = ((const struct detector *)detector->plugin)
				  ->look(detector->config, state->detector, evidence);
	verdict = correction_apply(m, index, verdict);
	if (verdict.kind != VERDICT_NO_DATA)
		state->verdict = verdict;
	trial_tell(trial, HAPPENING_CHECK, index, verdict.statistic, (int)verdict.kind);
	enum verdict_kind kind = effective(check, verdict.kind);
	state->says = kind;
	state->holding = kind == VERDICT_UNSURE || kind == VERDICT_NO_DATA;
	if (kind == VERDICT_FAIL)
		note_failure(trial, rider, index, verdict.statistic);
	if (kind == VERDICT_PASS && (check->consecutive || check->lasting))
		state->failures = 0;
}

void checks_look(struct trial *trial, int index)
{
	const struct check_plan *check = &trial->rollout->check[index];
	sim_time now = trial->queue.now;
	if (trial->rolling_back || trial->over || trial->retreat.step == RETREAT_WALKING ||
	    (trial->promoted && !check->always))
		return;
	if (now + check->every < trial->plan->horizon)
		event_schedule(&trial->queue, now + check->every, EVENT_CHECK, index);
	if (!checks_is_looking(trial, index) || now < trial->retreat.quiet_until)
		return;
	struct counts counts[2];
	struct evidence evidence = gather(trial, check, counts);
	for (int m = 0; m < trial_states(trial, index); m++)
		judge(trial, m, index, &evidence);
	if (check_goes_on(check) && is_enough(check, &evidence))
		remember_look(trial, index);
	control_ask(trial);
}
