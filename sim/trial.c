/* The life of one trial: control events in order, requests between them, milestones noted. */
#include "sim/trial.h"

#include "sim/answers.h"
#include "sim/checks.h"
#include "sim/control.h"
#include "sim/effect.h"
#include "sim/retreat.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void trial_measure(struct trial_size *size, const struct plan *plan)
{
	requests_measure(&size->requests, plan);
	for (int i = 0; i < plan->rollouts; i++) {
		const struct rollout_plan *rollout = &plan->rollout[i];
		size_t state = strategy_state_size(&rollout->strategy);
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
	trial->spare_state = arena_take(arena, size->strategy_state);
	for (int c = 0; c < MAX_CHECKS; c++) {
		trial->check[c].detector = arena_take(arena, size->detector_state);
		trial->alone.check[c] = &trial->check[c];
	}
	trial->alone_of[0] = &trial->alone;
}

void trial_tell(const struct trial *trial, enum happening_kind kind, int index, double value,
		int detail)
{
	if (!trial->observer)
		return;
	struct happening happening = {trial->queue.now, (int8_t)kind, (int8_t)detail,
				      (int16_t)index, value};
	trial->observer->happened(trial->observer->context, &happening);
}

/* ---- telemetry */

static void note_evidence(struct trial *trial)
{
	const struct tally *window = telemetry_current(&trial->requests.telemetry);
	bool quality = trial->plan->has_quality;
	uint32_t harmed = quality && trial->requests.answers->fresh_harm > 0;
	for (int k = 0; k < trial->requests.telemetry.keys; k++)
		for (int f = 0; f < FLAGS; f++)
			harmed += flags_harm(f) ? window[k].flags[f] : 0;
	if (harmed || trial->requests.ledger.fresh)
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
	trial->requests.ledger.fresh = 0;
	bool dynamic = trial->case_->restless || trial->case_->waiting;
	if (dynamic)
		effect_note_loads(trial);
	if (plan_watches_machines(trial->plan))
		requests_meter(&trial->requests, trial->queue.now);
	scrape(trial, lost);
	if (trial->plan->has_quality)
		answers_scrape(&trial->requests, trial->queue.now);
	course_stir(&trial->course);
	if (dynamic)
		effect_ask_faults(trial);
	if (trial->plan->drifts)
		effect_treat(trial);
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
		if (check_goes_on(&trial->rollout->check[c]))
			telemetry_mark(&trial->requests.telemetry, MARKS + c);
		if (first < trial->plan->horizon)
			event_schedule(&trial->queue, first, EVENT_CHECK, c);
	}
}

static void on_wake(struct trial *trial)
{
	trial->woken_at = SIM_NEVER;
	if (!trial->begun && !control_may_begin(trial))
		return;
	if (!trial->begun)
		start_rollout(trial);
	control_ask(trial);
}

void trial_forget_check(struct check_state *state, const struct check_plan *check)
{
	state->failures = 0;
	state->holding = state->tripped = false;
	state->verdict = verdict_without_data();
	state->says = VERDICT_NO_DATA;
	memset(state->detector, 0, check->detector.plugin->state_size);
}

static void forget(struct trial *trial)
{
	trial->begun = trial->promoted = trial->rolling_back = trial->over = false;
	trial->undone = false;
	trial->guilty = false;
	trial->retreat.step = RETREAT_NONE;
	trial->retreat.restores = 0;
	trial->retreat.quiet_until = 0;
	trial->scopes = 1;
	trial->woken_at = SIM_NEVER;
	trial->shown = SIM_NEVER;
	trial->onset = trial->evidence = trial->decided = SIM_NEVER;
	trial->promoted_at = trial->safe = trial->drained = SIM_NEVER;
	trial->peak_share = 0;
	memset(&trial->row, 0, sizeof trial->row);
	trial->row.outcome = OUTCOME_UNFINISHED;
	trial->row.deciding_check = -1;
	memset(trial->strategy_state, 0, strategy_state_size(&trial->rollout->strategy));
	for (int c = 0; c < trial->rollout->checks; c++)
		trial_forget_check(&trial->check[c], &trial->rollout->check[c]);
	trial->apart = 0;
	trial->party = NULL;
	trial->riders = 1;
	trial->rider = trial->alone_of;
	trial->alone.rollout = trial->rollout;
	trial->alone.alarm = SIM_NEVER;
	trial->alone.deciding_statistic = NAN;
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
	if (plan->telemetry.loss > 0)
		rng_stream(&trial->telemetry_stream, plan->seed, number, "telemetry");
	rng_stream(&trial->rollback_stream, plan->seed, number, "rollback");
	rng_stream(&trial->strategy_stream, plan->seed, number, "strategy");
	if (trial->case_->blinding)
		rng_stream(&trial->sight_stream, plan->seed, number, "sight");
	requests_reset(&trial->requests, plan, trial->case_, trial->rollout->sticky, number);
	trial->requests.ledger.baseline = trial->rollout->baseline;
	course_begin(&trial->course, plan, trial->case_, number);
	routes_reset(&routes, trial->plan->cohorts, trial->plan->versions);
	routes_hold(&routes, &trial->rollout->rules);
	propagation_reset(&trial->propagation, &routes);
	effect_routes(trial, &routes);
	effect_treat(trial);
	effect_schedule_faults(trial);
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

void trial_tell_apart(const struct trial *trial, const struct rider *rider, struct result *row)
{
	row->deciding_statistic = rider->deciding_statistic;
	row->alarm_time = seconds_since(rider->alarm, trial->onset);
}

/* When requests are followed one by one, nobody knows before when the last will be done. */
static void note_drained(struct trial *trial)
{
	sim_time last = trial->requests.last_done[trial->rollout->candidate];
	if (trial->plan->coupled && trial->safe != SIM_NEVER && last > trial->drained)
		trial->drained = last;
}

void trial_settle(struct trial *trial)
{
	struct result *row = &trial->row;
	bool hurt = trial->onset != SIM_NEVER;
	bool back = row->outcome == OUTCOME_ROLLED_BACK;
	requests_finish(&trial->requests, row);
	note_drained(trial);
	row->false_rollback = back && !trial->guilty && (!hurt || trial->decided <= trial->onset);
	row->missed = hurt && !back;
	row->onset_time = seconds(trial->onset);
	row->decision_time = seconds(trial->decided);
	row->promotion_time = seconds(trial->promoted_at);
	row->evidence_time = seconds_since(trial->evidence, trial->onset);
	row->detection_time =
		row->false_rollback ? NAN : seconds_since(trial->decided, trial->onset);
	row->mitigation_time = seconds_since(trial->safe, trial->onset);
	row->drain_time = seconds_since(trial->drained, trial->onset);
	row->time_to_promote = seconds_since(trial->promoted_at, trial->rollout->start);
	row->peak_share = trial->peak_share;
	trial_tell_apart(trial, trial->rider[0], row);
	ledger_settle(&trial->requests.ledger, trial->plan, &trial->requests.telemetry, row);
	for (int v = 0; v < trial->plan->versions; v++)
		row->version_accuracy[v] = NAN;
	if (trial->plan->has_quality)
		answers_settle(&trial->requests, row);
}

bool trial_step(struct trial *trial)
{
	assert(trial->queue.count > 0);
	requests_run(&trial->requests, trial->queue.heap[0].at);
	struct event event = event_pop(&trial->queue);
	switch (event_kind(event)) {
	case EVENT_FAULT:
		effect_fault(trial, event_index(event));
		break;
	case EVENT_ROUTE:
		effect_propagate(trial);
		break;
	case EVENT_ROLLED_BACK:
		retreat_go_on(trial);
		break;
	case EVENT_SCRAPE:
		on_scrape(trial);
		break;
	case EVENT_CHECK:
		checks_look(trial, event_index(event));
		break;
	case EVENT_WAKE:
		on_wake(trial);
		break;
	case EVENT_END:
		trial_settle(trial);
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
