/* Routes and faults take effect; whoever is hurt by that for the first time is noted. */
#include "sim/effect.h"

#include <math.h>

static uint32_t find_worse(const struct trial *trial, int cohort, sim_time at)
{
	return truth_worse_variants(&trial->course, trial->rollout->candidate, cohort, at);
}

bool effect_is_worse(const struct trial *trial, int cohort, sim_time at)
{
	return find_worse(trial, cohort, at) != 0;
}

/* Whether the candidate serves somebody of the cohort to whom it is worse than stable. */
static bool hurts(const struct trial *trial, int cohort)
{
	const struct routes *routes = &trial->requests.routes;
	int candidate = trial->rollout->candidate;
	if (!routes_serve(routes, trial->case_, cohort, candidate, UINT32_MAX))
		return false;
	uint32_t worse = find_worse(trial, cohort, trial->queue.now);
	return worse && routes_serve(routes, trial->case_, cohort, candidate, worse);
}

/* Copies show what is wrong with a candidate before it serves anybody. */
static void watch_copies(struct trial *trial)
{
	const struct routes *routes = &trial->requests.routes;
	if (trial->shown != SIM_NEVER || routes->mirror <= 0 ||
	    routes->mirror_to != trial->rollout->candidate)
		return;
	for (int c = 0; c < trial->plan->cohorts; c++)
		if (effect_is_worse(trial, c, trial->queue.now))
			trial->shown = trial->queue.now;
}

/* Onset is the instant at which a candidate that is worse than stable begins to serve somebody. */
static void watch_for_onset(struct trial *trial)
{
	if (trial->onset != SIM_NEVER)
		return;
	watch_copies(trial);
	for (int c = 0; c < trial->plan->cohorts; c++)
		if (hurts(trial, c)) {
			trial->onset = trial->queue.now;
			trial_tell(trial, HAPPENING_ONSET, trial->rollout->candidate, NAN, 0);
			return;
		}
}

/* Nobody is served by a version that is on its way back: from here on it is safe. */
static void note_safety(struct trial *trial)
{
	bool back = trial->undone || trial->retreat.step == RETREAT_WALKING;
	if (!back || trial->safe != SIM_NEVER ||
	    routes_most(&trial->requests.routes, trial->rollout->candidate) > 0)
		return;
	trial->safe = trial->queue.now;
	sim_time last = trial->requests.last_done[trial->rollout->candidate];
	trial->drained = last > trial->safe ? last : trial->safe;
	trial_tell(trial, HAPPENING_SAFE, trial->rollout->candidate, 0, 0);
}

static void note_shares(struct trial *trial)
{
	for (int v = 0; v < trial->plan->versions; v++)
		trial->course.share[v] = plan_share(trial->plan, &trial->requests.routes, v);
}

/* A fault has one change to come at a time. */
static void schedule_fault(struct trial *trial, int index, sim_time at)
{
	trial->course.run[index].next = at;
	if (at < trial->plan->horizon)
		event_schedule(&trial->queue, at, EVENT_FAULT, index);
}

/* Faults that wait for load, share or requests may have got them. */
static void wake_faults(struct trial *trial)
{
	struct course *course = &trial->course;
	sim_time now = trial->queue.now;
	note_shares(trial);
	for (int f = 0; f < trial->case_->faults; f++)
		if (course_is_reached(course, f, now)) {
			course->run[f].due = now;
			if (course->run[f].next != now)
				schedule_fault(trial, f, now);
		}
}

void effect_routes(struct trial *trial, const struct routes *routes)
{
	int candidate = trial->rollout->candidate;
	double share = plan_share(trial->plan, routes, candidate);
	double copied = trial->requests.routes.mirror;
	int to = routes->mirror > 0 ? routes->mirror_to : trial->requests.routes.mirror_to;
	bool alike = routes_run_alike(routes, &trial->requests.routes);
	requests_route(&trial->requests, routes, trial->queue.now);
	if (routes->mirror != copied)
		trial_tell(trial, HAPPENING_COPIES, to, routes->mirror, 0);
	if (!alike && trial->plan->coupled)
		requests_treat(&trial->requests, &trial->course, trial->queue.now);
	trial->peak_share = fmax(trial->peak_share, share);
	trial_tell(trial, HAPPENING_SHARE, candidate, share, 0);
	watch_for_onset(trial);
	note_safety(trial);
	if (trial->case_->waiting)
		wake_faults(trial);
}

/* What the router makes of what was asked of it, and when it goes on. */
void effect_propagate(struct trial *trial)
{
	struct routes routes;
	sim_time now = trial->queue.now, next = propagation_next(&trial->propagation, now);
	struct hindrance hindrance = course_hindrance(&trial->course, now);
	propagation_routes(&trial->propagation, &hindrance, now, &routes);
	if (routes_equal(&routes, &trial->requests.routes))
		note_safety(trial);
	else
		effect_routes(trial, &routes);
	event_cancel(&trial->queue, EVENT_ROUTE);
	if (next < trial->plan->horizon)
		event_schedule(&trial->queue, next, EVENT_ROUTE, 0);
}

void effect_ask(struct trial *trial, const struct routes *routes)
{
	if (!trial->case_->hindering) {
		effect_routes(trial, routes);
		return;
	}
	struct hindrance hindrance = course_hindrance(&trial->course, trial->queue.now);
	propagation_ask(&trial->propagation, routes, &trial->requests.routes, &hindrance,
			trial->queue.now);
	effect_propagate(trial);
}

void effect_ask_over(struct trial *trial, const struct routes *routes, sim_time spread)
{
	if (!spread) {
		effect_ask(trial, routes);
		return;
	}
	struct hindrance hindrance = course_hindrance(&trial->course, trial->queue.now);
	hindrance.spread_ns += spread;
	propagation_ask(&trial->propagation, routes, &trial->requests.routes, &hindrance,
			trial->queue.now);
	effect_propagate(trial);
}

/* What hinders the router now does so at once. */
static void hinder(struct trial *trial)
{
	struct routes routes;
	sim_time now = trial->queue.now;
	struct hindrance hindrance = course_hindrance(&trial->course, now);
	trial->requests.drift = (uint64_t)(hindrance.drift * 0x1p32);
	propagation_routes(&trial->propagation, &hindrance, now, &routes);
	if (!routes_equal(&routes, &trial->requests.routes))
		effect_routes(trial, &routes);
}

void effect_treat(struct trial *trial)
{
	requests_treat(&trial->requests, &trial->course, trial->queue.now);
	watch_for_onset(trial);
}

/* Those that wait are looked at when they may begin at the earliest. */
void effect_schedule_faults(struct trial *trial)
{
	for (int f = 0; f < trial->case_->faults; f++) {
		const struct fault_when *when = &trial->case_->fault[f].when;
		const struct fault_run *run = &trial->course.run[f];
		if (run->next == SIM_NEVER)
			schedule_fault(trial, f, fault_waits(when) ? when->at : run->due);
	}
}

void effect_fault(struct trial *trial, int index)
{
	struct course *course = &trial->course;
	sim_time now = trial->queue.now;
	course->run[index].next = SIM_NEVER;
	if (course_is_reached(course, index, now))
		course->run[index].due = now;
	if (course->run[index].due == SIM_NEVER && !course->run[index].spent)
		return; /* it must still wait */
	course_change(course, index, now);
	trial_tell(trial, HAPPENING_FAULT, index, course_strength(course, index, now), 0);
	effect_treat(trial);
	if (trial->case_->hindering)
		hinder(trial);
	schedule_fault(trial, index, course_next(course, index, now));
}

/* What faults may depend on, as of the window that ends now. */
void effect_note_loads(struct trial *trial)
{
	const struct telemetry *telemetry = &trial->requests.telemetry;
	struct course *course = &trial->course;
	double seconds = (double)telemetry->config.scrape / SIM_SECOND, all = 0;
	for (int v = 0; v < trial->plan->versions; v++) {
		double served = telemetry_completed(telemetry, v, 0);
		course->load[v] = served / seconds;
		course->served[v] += served;
		all += served - telemetry_completed(telemetry, v, FLAG_COPY);
	}
	course->all_load = all / seconds;
	course->all_served += all;
}

void effect_ask_faults(struct trial *trial)
{
	wake_faults(trial);
	if (!trial->case_->restless)
		return;
	effect_treat(trial);
	if (trial->case_->hindering)
		hinder(trial);
}
