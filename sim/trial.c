/* The life of one trial: control events in order, requests between them, milestones noted. */
#include "sim/trial.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void trial_measure(struct trial_size *size, const struct plan *plan)
{
	requests_measure(&size->requests, plan);
	for (int i = 0; i < plan->rollouts; i++) {
		const struct rollout_plan *rollout = &plan->rollout[i];
		size_t state = rollout->strategy.plugin->state_size;
		if (state > size->strategy_state)
			size->strategy_state = state;
		for (int c = 0; c < rollout->checks; c++) {
			state = rollout->check[c].detector.plugin->state_size;
			if (state > size->detector_state)
				size->detector_state = state;
		}
	}
}

void trial_allocate(struct trial *trial, struct arena *arena, const struct trial_size *size)
{
	memset(trial, 0, sizeof *trial);
	requests_allocate(&trial->requests, arena, &size->requests);
	trial->strategy_state = arena_take(arena, size->strategy_state);
	for (int c = 0; c < MAX_CHECKS; c++)
		trial->check[c].detector = arena_take(arena, size->detector_state);
}

static void tell(const struct trial *trial, enum happening_kind kind, int index, double value,
		 int detail)
{
	if (!trial->observer)
		return;
	struct happening happening = {trial->queue.now, (int8_t)kind, (int8_t)detail,
				      (int16_t)index, value};
	trial->observer->happened(trial->observer->context, &happening);
}

/* ---- what is true now: routes, faults, onset */

static bool candidate_serves(const struct trial *trial, int cohort)
{
	return trial->requests.routes.share[cohort][trial->rollout->candidate] > 0;
}

static bool candidate_is_worse(const struct trial *trial, int cohort, sim_time at)
{
	return truth_is_worse(&trial->course, trial->rollout->candidate, cohort, at);
}

/* Onset is the instant at which a candidate that is worse than stable begins to serve somebody. */
static void watch_for_onset(struct trial *trial)
{
	if (trial->onset != SIM_NEVER)
		return;
	for (int c = 0; c < trial->plan->cohorts; c++)
		if (candidate_serves(trial, c) && candidate_is_worse(trial, c, trial->queue.now)) {
			trial->onset = trial->queue.now;
			tell(trial, HAPPENING_ONSET, trial->rollout->candidate, NAN, 0);
			return;
		}
}

/* Nobody is served by a version that is on its way back: from here on it is safe. */
static void note_safety(struct trial *trial)
{
	if (!trial->undone || trial->safe != SIM_NEVER ||
	    routes_most(&trial->requests.routes, trial->rollout->candidate) > 0)
		return;
	trial->safe = trial->queue.now;
	sim_time last = trial->requests.last_done[trial->rollout->candidate];
	trial->drained = last > trial->safe ? last : trial->safe;
	tell(trial, HAPPENING_SAFE, trial->rollout->candidate, 0, 0);
}

static void take_effect(struct trial *trial, const struct routes *routes)
{
	int candidate = trial->rollout->candidate;
	double share = routes_most(routes, candidate);
	requests_route(&trial->requests, routes);
	trial->peak_share = fmax(trial->peak_share, share);
	tell(trial, HAPPENING_SHARE, candidate, share, 0);
	watch_for_onset(trial);
	note_safety(trial);
}

/* What the router makes of what was asked of it, and when it goes on. */
static void propagate(struct trial *trial)
{
	struct routes routes;
	sim_time now = trial->queue.now, next = propagation_next(&trial->propagation, now);
	struct hindrance hindrance = course_hindrance(&trial->course, now);
	propagation_routes(&trial->propagation, &hindrance, now, &routes);
	take_effect(trial, &routes);
	event_cancel(&trial->queue, EVENT_ROUTE);
	if (next < trial->plan->horizon)
		event_schedule(&trial->queue, next, EVENT_ROUTE, 0);
}

static void apply_routes(struct trial *trial, const struct routes *routes)
{
	if (!trial->case_->hindering) {
		take_effect(trial, routes);
		return;
	}
	struct hindrance hindrance = course_hindrance(&trial->course, trial->queue.now);
	propagation_ask(&trial->propagation, routes, &trial->requests.routes, &hindrance,
			trial->queue.now);
	propagate(trial);
}

static void bend(struct trial *trial)
{
	requests_treat(&trial->requests, &trial->course, trial->queue.now);
	watch_for_onset(trial);
}

static void on_fault(struct trial *trial, int index)
{
	sim_time now = trial->queue.now;
	course_change(&trial->course, index, now);
	sim_time next = course_next(&trial->course, index, now);
	tell(trial, HAPPENING_FAULT, index, course_strength(&trial->course, index, now), 0);
	bend(trial);
	if (trial->case_->hindering) {
		double drift = course_hindrance(&trial->course, now).drift;
		trial->requests.drift = (uint64_t)(drift * 0x1p32);
		propagate(trial);
	}
	if (next < trial->plan->horizon)
		event_schedule(&trial->queue, next, EVENT_FAULT, index);
}

/* What faults may depend on, as of the window that ends now. */
static void note_loads(struct trial *trial)
{
	const struct telemetry *telemetry = &trial->requests.telemetry;
	struct course *course = &trial->course;
	double seconds = (double)telemetry->config.scrape / SIM_SECOND, all = 0;
	for (int v = 0; v < trial->plan->versions; v++) {
		double count = telemetry_completed(telemetry, v);
		course->load[v] = count / seconds;
		course->served[v] += count;
		all += count;
	}
	course->all_load = all / seconds;
	course->all_served += all;
}

static void note_shares(struct trial *trial)
{
	const struct population *p = &trial->plan->population;
	const struct routes *routes = &trial->requests.routes;
	for (int v = 0; v < trial->plan->versions; v++) {
		trial->course.share[v] = 0;
		for (int c = 0; c < trial->plan->cohorts; c++)
			trial->course.share[v] += population_share(p, c) * routes->share[c][v];
	}
}

/* Faults that wait for load, share or requests may have got them; others change with them. */
static void ask_faults(struct trial *trial)
{
	struct course *course = &trial->course;
	sim_time now = trial->queue.now;
	note_shares(trial);
	for (int f = 0; f < trial->case_->faults; f++)
		if (course_is_reached(course, f, now)) {
			course->run[f].due = now;
			event_schedule(&trial->queue, now, EVENT_FAULT, f);
		}
	if (trial->case_->restless)
		bend(trial);
}

/* ---- the way back */

/* How long a way back takes that faults stand in. */
static sim_time hindered(const struct trial *trial, sim_time takes)
{
	struct hindrance h = course_hindrance(&trial->course, trial->queue.now);
	double ns = (double)takes * h.back_factor + h.back_add_ns;
	return (sim_time)fmin(fmax(ns, 0), (double)MAX_HORIZON);
}

static double failing_share(const struct trial *trial)
{
	double own = trial->rollout->rollback.fails;
	if (!trial->case_->hindering)
		return own;
	return 1 - (1 - own) * (1 - course_hindrance(&trial->course, trial->queue.now).back_fails);
}

/* An attempt begins after a pause and takes as long as decided, or as the rollout's law says. */
static void attempt_rollback(struct trial *trial, sim_time pause)
{
	const struct rollback_plan *way = &trial->rollout->rollback;
	const struct latency *law = (const struct latency *)way->takes.plugin;
	double u = rng_open_uniform(&trial->rollback_stream);
	sim_time takes = trial->rollback_takes;
	if (takes == PARAM_UNSET)
		takes = (sim_time)fmin(law->quantile(way->takes.config, u), (double)MAX_HORIZON);
	if (trial->case_->hindering)
		takes = hindered(trial, takes);
	sim_time done = trial->queue.now + pause + takes;
	if (done < trial->plan->horizon)
		event_schedule(&trial->queue, done, EVENT_ROLLED_BACK, 0);
}

static void on_rolled_back(struct trial *trial)
{
	const struct rollback_plan *way = &trial->rollout->rollback;
	if (rng_uniform(&trial->rollback_stream) < failing_share(trial)) {
		tell(trial, HAPPENING_RETRY, -1, NAN, 0);
		attempt_rollback(trial, way->retry_after);
		return;
	}
	struct routes routes;
	routes_reset(&routes, trial->plan->cohorts, trial->plan->versions);
	trial->undone = true;
	trial->course.back = trial->queue.now;
	apply_routes(trial, &routes);
	bend(trial);
}

/* ---- decisions */

static void carry_out(struct trial *trial, const struct decision *decision, int check,
		      const struct routes *routes)
{
	sim_time now = trial->queue.now;
	switch (decision->kind) {
	case DECISION_HOLD:
		break;
	case DECISION_SHIFT:
		apply_routes(trial, routes);
		break;
	case DECISION_PROMOTE:
		trial->promoted = true;
		trial->promoted_at = now;
		trial->row.outcome = OUTCOME_PROMOTED;
		tell(trial, HAPPENING_PROMOTE, trial->rollout->candidate, NAN, 0);
		apply_routes(trial, routes);
		break;
	case DECISION_ROLL_BACK:
		trial->rolling_back = true;
		trial->decided = now;
		trial->rollback_takes = decision->takes;
		/* Copies can show what is wrong before anybody is hurt, but nothing can show what
		 * only goes wrong at this very instant. */
		for (int c = 0; c < trial->plan->cohorts; c++)
			trial->guilty |= candidate_is_worse(trial, c, now - 1);
		trial->row.outcome = OUTCOME_ROLLED_BACK;
		trial->row.deciding_check = (int8_t)check;
		tell(trial, HAPPENING_ROLLBACK, check, trial->row.deciding_statistic, 0);
		attempt_rollback(trial, 0);
		break;
	case DECISION_PAUSE:
		trial->over = true;
		trial->row.outcome = OUTCOME_PAUSED;
		tell(trial, HAPPENING_PAUSE, -1, NAN, 0);
		break;
	}
	if (decision->stage_begins)
		telemetry_mark(&trial->requests.telemetry, MARK_STAGE);
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

static void ask_strategy(struct trial *trial)
{
	const struct rollout_plan *rollout = trial->rollout;
	const struct strategy *strategy = (const struct strategy *)rollout->strategy.plugin;
	if (trial->rolling_back || trial->over)
		return;
	struct observation observation = {
		.now = trial->queue.now,
		.started = rollout->start,
		.candidate = rollout->candidate,
		.tripped = -1,
	};
	for (int c = rollout->checks - 1; c >= 0; c--) {
		if (trial->check[c].tripped)
			observation.tripped = c;
		observation.holding |= trial->check[c].holding;
	}
	struct routes routes;
	routes_copy(&routes,
		    trial->case_->hindering ? &trial->propagation.asked : &trial->requests.routes);
	struct decision decision = strategy->decide(rollout->strategy.config, trial->strategy_state,
						    &observation, &routes);
	carry_out(trial, &decision, observation.tripped, &routes);
	schedule_wake(trial, decision.wake);
}

/* ---- checks */

static struct verdict look(struct trial *trial, int index)
{
	const struct check_plan *check = &trial->rollout->check[index];
	const struct detector *detector = (const struct detector *)check->detector.plugin;
	const struct telemetry *telemetry = &trial->requests.telemetry;
	sim_time now = trial->queue.now;
	struct evidence evidence = {
		telemetry_read(telemetry, now, trial->rollout->candidate, check->cohorts,
			       &check->metric, &check->lookback),
		telemetry_read(telemetry, now, STABLE, check->cohorts, &check->metric,
			       &check->lookback),
	};
	double least = fmax(check->min_requests, 1);
	if (evidence.candidate.requests < least ||
	    (detector->compares && evidence.baseline.requests < least))
		return (struct verdict){VERDICT_NO_DATA, NAN};
	return detector->look(check->detector.config, trial->check[index].detector, &evidence);
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
	if (++state->failures < check->fail_limit || state->tripped)
		return;
	state->tripped = true;
	trial->row.deciding_statistic = statistic;
	tell(trial, HAPPENING_ALARM, index, statistic, 0);
}

static void on_check(struct trial *trial, int index)
{
	const struct check_plan *check = &trial->rollout->check[index];
	struct check_state *state = &trial->check[index];
	if (trial->rolling_back || trial->over || (trial->promoted && !check->always))
		return;
	struct verdict verdict = look(trial, index);
	tell(trial, HAPPENING_CHECK, index, verdict.statistic, (int)verdict.kind);
	enum verdict_kind kind = effective(check, verdict.kind);
	state->holding = kind == VERDICT_UNSURE || kind == VERDICT_NO_DATA;
	if (kind == VERDICT_FAIL)
		count_failure(trial, index, verdict.statistic);
	if (kind == VERDICT_PASS && check->consecutive)
		state->failures = 0;
	ask_strategy(trial);
	if (trial->queue.now + check->every < trial->plan->horizon)
		event_schedule(&trial->queue, trial->queue.now + check->every, EVENT_CHECK, index);
}

/* ---- telemetry */

static void note_evidence(struct trial *trial)
{
	const struct tally *window = telemetry_current(&trial->requests.telemetry);
	uint32_t harmed = 0;
	for (int k = 0; k < trial->requests.telemetry.keys; k++)
		for (int f = 0; f < FLAGS; f++)
			harmed += f & FLAG_HARMED ? window[k].flags[f] : 0;
	if (harmed)
		trial->evidence = trial->queue.now;
}

static void scrape(struct trial *trial, bool lost)
{
	struct telemetry *telemetry = &trial->requests.telemetry;
	struct sight sight[MAX_VERSIONS];
	if (!trial->case_->blinding) {
		telemetry_scrape(telemetry, lost);
		return;
	}
	for (int v = 0; v < trial->plan->versions; v++)
		sight[v] = course_sight(&trial->course, v, trial->queue.now);
	telemetry_scrape_through(telemetry, lost, sight, &trial->sight_stream);
}

static void on_scrape(struct trial *trial)
{
	const struct telemetry_config *config = &trial->plan->telemetry;
	bool lost = config->loss > 0 && rng_uniform(&trial->telemetry_stream) < config->loss;
	if (trial->evidence == SIM_NEVER && trial->onset != SIM_NEVER)
		note_evidence(trial);
	if (trial->observer && trial->observer->window)
		trial->observer->window(trial->observer->context, &trial->requests);
	if (trial->case_->restless || trial->case_->waiting)
		note_loads(trial);
	scrape(trial, lost);
	ask_faults(trial);
	course_stir(&trial->course);
	if (trial->queue.now + config->scrape <= trial->plan->horizon)
		event_schedule(&trial->queue, trial->queue.now + config->scrape, EVENT_SCRAPE, 0);
}

/* ---- beginning, steps, end */

static void start_rollout(struct trial *trial)
{
	trial->begun = true;
	telemetry_mark(&trial->requests.telemetry, MARK_START);
	telemetry_mark(&trial->requests.telemetry, MARK_STAGE);
	for (int c = 0; c < trial->rollout->checks; c++) {
		sim_time first = trial->queue.now + trial->rollout->check[c].every;
		if (first < trial->plan->horizon)
			event_schedule(&trial->queue, first, EVENT_CHECK, c);
	}
}

static void on_wake(struct trial *trial)
{
	trial->woken_at = SIM_NEVER;
	if (!trial->begun)
		start_rollout(trial);
	ask_strategy(trial);
}

static void forget(struct trial *trial)
{
	trial->begun = trial->promoted = trial->rolling_back = trial->over = false;
	trial->undone = false;
	trial->guilty = false;
	trial->rollback_takes = PARAM_UNSET;
	trial->woken_at = SIM_NEVER;
	trial->onset = trial->evidence = trial->alarm = trial->decided = SIM_NEVER;
	trial->promoted_at = trial->safe = trial->drained = SIM_NEVER;
	trial->peak_share = 0;
	memset(&trial->row, 0, sizeof trial->row);
	trial->row.outcome = OUTCOME_UNFINISHED;
	trial->row.deciding_check = -1;
	trial->row.deciding_statistic = NAN;
	memset(trial->strategy_state, 0, trial->rollout->strategy.plugin->state_size);
	for (int c = 0; c < trial->rollout->checks; c++) {
		struct check_state *state = &trial->check[c];
		state->failures = 0;
		state->holding = state->tripped = false;
		memset(state->detector, 0, trial->rollout->check[c].detector.plugin->state_size);
	}
}

void trial_begin(struct trial *trial, const struct plan *plan, int rollout, int case_index,
		 uint64_t number, const struct observer *observer)
{
	struct routes routes;
	trial->plan = plan;
	trial->rollout = &plan->rollout[rollout];
	trial->case_ = &plan->case_[case_index];
	trial->observer = observer;
	event_clear(&trial->queue);
	forget(trial);
	rng_stream(&trial->telemetry_stream, plan->seed, number, "telemetry");
	rng_stream(&trial->rollback_stream, plan->seed, number, "rollback");
	if (trial->case_->blinding)
		rng_stream(&trial->sight_stream, plan->seed, number, "sight");
	requests_reset(&trial->requests, plan, trial->case_, trial->rollout->sticky, number);
	course_begin(&trial->course, plan, trial->case_, number);
	routes_reset(&routes, trial->plan->cohorts, trial->plan->versions);
	propagation_reset(&trial->propagation, &routes);
	take_effect(trial, &routes);
	bend(trial);
	for (int f = 0; f < trial->case_->faults; f++) {
		sim_time due = course_next(&trial->course, f, 0);
		if (due < plan->horizon)
			event_schedule(&trial->queue, due, EVENT_FAULT, f);
	}
	if (plan->telemetry.scrape <= plan->horizon)
		event_schedule(&trial->queue, plan->telemetry.scrape, EVENT_SCRAPE, 0);
	event_schedule(&trial->queue, trial->rollout->start, EVENT_WAKE, 0);
	event_schedule(&trial->queue, plan->horizon, EVENT_END, 0);
}

static double seconds(sim_time time)
{
	return time == SIM_NEVER ? NAN : (double)time / SIM_SECOND;
}

static double seconds_since(sim_time time, sim_time since)
{
	return time == SIM_NEVER || since == SIM_NEVER || time < since ? NAN
								       : seconds(time - since);
}

static void settle(struct trial *trial)
{
	struct result *row = &trial->row;
	bool hurt = trial->onset != SIM_NEVER;
	bool back = row->outcome == OUTCOME_ROLLED_BACK;
	row->false_rollback = back && !trial->guilty && (!hurt || trial->decided <= trial->onset);
	row->missed = hurt && !back;
	row->onset_time = seconds(trial->onset);
	row->decision_time = seconds(trial->decided);
	row->promotion_time = seconds(trial->promoted_at);
	row->evidence_time = seconds_since(trial->evidence, trial->onset);
	row->alarm_time = seconds_since(trial->alarm, trial->onset);
	row->detection_time =
		row->false_rollback ? NAN : seconds_since(trial->decided, trial->onset);
	row->mitigation_time = seconds_since(trial->safe, trial->onset);
	row->drain_time = seconds_since(trial->drained, trial->onset);
	row->time_to_promote = seconds_since(trial->promoted_at, trial->rollout->start);
	row->peak_share = trial->peak_share;
	ledger_settle(&trial->requests.ledger, trial->plan, &trial->requests.telemetry, row);
}

bool trial_step(struct trial *trial)
{
	assert(trial->queue.count > 0);
	requests_run(&trial->requests, trial->queue.heap[0].at);
	struct event event = event_pop(&trial->queue);
	switch (event_kind(event)) {
	case EVENT_FAULT:
		on_fault(trial, event_index(event));
		break;
	case EVENT_ROUTE:
		propagate(trial);
		break;
	case EVENT_ROLLED_BACK:
		on_rolled_back(trial);
		break;
	case EVENT_SCRAPE:
		on_scrape(trial);
		break;
	case EVENT_CHECK:
		on_check(trial, event_index(event));
		break;
	case EVENT_WAKE:
		on_wake(trial);
		break;
	case EVENT_END:
		settle(trial);
		return false;
	}
	return true;
}

const struct result *trial_run(struct trial *trial)
{
	while (trial_step(trial))
		;
	return &trial->row;
}
