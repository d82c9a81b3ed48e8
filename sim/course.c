/* Faults run side by side; each behaviour is what all of them together make of a version. */
#include "sim/course.h"

#include "sim/draw.h"
#include "sim/intensity.h"

#include <math.h>
#include <string.h>

static const struct fault *kind_of(const struct fault_plan *fault)
{
	return (const struct fault *)fault->fault.plugin;
}

/* Each fault has its own part of one stream, far enough from the others. */
static void open_stream(struct fault_run *run, uint64_t seed, uint64_t trial, int fault)
{
	rng_stream(&run->rng, seed, trial, "faults");
	rng_advance(&run->rng, (rng_word)fault << 64);
}

static bool is_random(const struct fault_plan *fault)
{
	return fault->when.within != PARAM_UNSET || fault->when.jitter > 0 ||
	       kind_of(fault)->pulse || kind_of(fault)->blind;
}

/* What is drawn anew at every scrape. */
static void draw(struct fault_run *run, const struct fault_plan *fault)
{
	if (fault->when.jitter > 0)
		run->jitter = 1 + fault->when.jitter * (2 * rng_uniform(&run->rng) - 1);
	if (kind_of(fault)->blind)
		run->chance = rng_uniform(&run->rng);
}

void course_begin(struct course *course, const struct plan *plan, const struct case_plan *case_,
		  uint64_t trial)
{
	course->plan = plan;
	course->case_ = case_;
	course->back = SIM_NEVER;
	course->all_load = course->all_served = 0;
	for (int v = 0; v < plan->versions; v++)
		course->share[v] = course->load[v] = course->served[v] = 0;
	for (int f = 0; f < case_->faults; f++) {
		const struct fault_when *when = &case_->fault[f].when;
		struct fault_run *run = &course->run[f];
		run->started = run->toggles = run->next = SIM_NEVER;
		run->due = fault_waits(when) ? SIM_NEVER : when->at;
		run->lit = true;
		run->fresh = run->spent = false;
		run->jitter = 1;
		run->chance = 0;
		if (!is_random(&case_->fault[f]))
			continue;
		open_stream(run, plan->seed, trial, f);
		draw(run, &case_->fault[f]);
		if (when->within != PARAM_UNSET && run->due != SIM_NEVER)
			run->due += (sim_time)(rng_uniform(&run->rng) * (double)when->within);
	}
}

static sim_time ends_at(const struct fault_run *run, const struct fault_when *when)
{
	return run->started == SIM_NEVER || when->duration == PARAM_UNSET
		       ? SIM_NEVER
		       : run->started + when->duration;
}

/* A pulse stays as it is for an exponential time. */
static void toggle(struct fault_run *run, const struct fault_plan *fault, sim_time now, bool lit)
{
	struct pulse pulse = kind_of(fault)->pulse(fault->fault.config);
	double mean = (double)(lit ? pulse.on : pulse.off);
	run->lit = lit;
	run->toggles = now + 1 + (sim_time)(draw_exponential(&run->rng) * mean);
}

static void start(struct fault_run *run, const struct fault_plan *fault, sim_time now)
{
	run->started = now;
	run->fresh = run->spent = true;
	run->due = fault->when.every == PARAM_UNSET ? SIM_NEVER : now + fault->when.every;
	if (kind_of(fault)->pulse)
		toggle(run, fault, now, true);
}

void course_change(struct course *course, int index, sim_time now)
{
	const struct fault_plan *fault = &course->case_->fault[index];
	struct fault_run *run = &course->run[index];
	if (now >= ends_at(run, &fault->when))
		run->started = run->toggles = SIM_NEVER;
	if (now >= run->due)
		start(run, fault, now);
	else if (now >= run->toggles)
		toggle(run, fault, now, !run->lit);
}

static sim_time sooner(sim_time a, sim_time b)
{
	return a < b ? a : b;
}

sim_time course_next(const struct course *course, int index, sim_time now)
{
	const struct fault_plan *fault = &course->case_->fault[index];
	const struct fault_run *run = &course->run[index];
	const struct fault *kind = kind_of(fault);
	sim_time settles = kind->settles ? kind->settles(fault->fault.config) : 0;
	if (run->started == SIM_NEVER)
		return run->due;
	return sooner(sooner(run->due, run->toggles),
		      fault_next_change(&fault->when, settles, run->started, now));
}

/* The share, load or requests served of all the versions that a fault is aimed at. */
static double sum_over(const double value[MAX_VERSIONS], uint32_t versions)
{
	double sum = 0;
	for (int v = 0; v < MAX_VERSIONS && versions >> v; v++)
		if (versions >> v & 1)
			sum += value[v];
	return sum;
}

bool course_is_reached(const struct course *course, int index, sim_time now)
{
	const struct fault_plan *fault = &course->case_->fault[index];
	const struct fault_run *run = &course->run[index];
	const struct fault_when *when = &fault->when;
	if (!fault_waits(when) || run->spent || run->due != SIM_NEVER || now < when->at)
		return false;
	return (when->after == PARAM_UNSET ||
		sum_over(course->served, fault->versions) >= (double)when->after) &&
	       (isnan(when->share_above) ||
		sum_over(course->share, fault->versions) > when->share_above) &&
	       (isnan(when->load_above) ||
		sum_over(course->load, fault->versions) > when->load_above);
}

void course_stir(struct course *course)
{
	for (int f = 0; f < course->case_->faults; f++) {
		course->run[f].fresh = false;
		draw(&course->run[f], &course->case_->fault[f]);
	}
}

double course_strength(const struct course *course, int index, sim_time now)
{
	const struct fault_run *run = &course->run[index];
	if (run->started == SIM_NEVER || !run->lit)
		return 0;
	return run->jitter * fault_strength(&course->case_->fault[index].when, run->started, now);
}

/* What a fault gets to know of a version. Without a rollout stable has everything. */
static struct fault_context context_of(const struct course *course, int index, int version,
				       bool apart, sim_time now)
{
	sim_time started = course->run[index].started;
	bool undone = course->back != SIM_NEVER && course->back <= now && !apart;
	bool lone = apart && version == STABLE;
	return (struct fault_context){
		.strength = course_strength(course, index, now),
		.since = started <= now ? now - started : 0,
		.back = undone ? now - course->back : PARAM_UNSET,
		.share = lone ? 1 : course->share[version],
		.load = lone ? course->all_load : course->load[version],
		.served = lone ? course->all_served : course->served[version],
		.selected = true,
		.fresh = course->run[index].fresh,
		.chance = course->run[index].chance,
	};
}

static struct behaviour undisturbed(const struct service_plan *service)
{
	return (struct behaviour){.errors = service->errors,
				  .latency_factor = 1,
				  .tail_from = 1,
				  .tail_factor = 1,
				  .capacity = 1};
}

static double share_of(double x)
{
	return fmin(fmax(x, 0), 1);
}

struct behaviour course_behaviour(const struct course *course, const struct viewpoint *from,
				  sim_time now)
{
	const struct version_plan *version = &course->plan->version[from->version];
	struct behaviour b = undisturbed(&version->service[from->cohort]);
	for (int f = 0; f < course->case_->faults; f++) {
		const struct fault_plan *fault = &course->case_->fault[f];
		const struct fault *kind = kind_of(fault);
		if (!kind->bend || !(fault->versions >> from->version & 1) ||
		    (fault->selection >= 0 && !(from->variant >> fault->selection & 1)) ||
		    (from->blamed && fault->confounder))
			continue;
		struct fault_context context =
			context_of(course, f, from->version, from->apart, now);
		context.selected = fault->cohorts >> from->cohort & 1;
		if (context.strength > 0 && (context.selected || kind->aside))
			kind->bend(fault->fault.config, &context, &b);
	}
	if (!course->case_->faults)
		return b; /* most trials of a study are short, and many are healthy */
	b.errors = share_of(b.errors);
	b.hangs = fmin(share_of(b.hangs), 1 - b.errors);
	b.corrupt = fmin(share_of(b.corrupt), 1 - b.errors - b.hangs);
	b.latency_factor = fmax(b.latency_factor, 0);
	b.capacity = share_of(b.capacity);
	return b;
}

struct sight course_sight(const struct course *course, int version, sim_time now)
{
	struct sight sight = {.gap = false};
	for (int f = 0; f < course->case_->faults; f++) {
		const struct fault_plan *fault = &course->case_->fault[f];
		if (!kind_of(fault)->blind || !(fault->versions >> version & 1))
			continue;
		struct fault_context context = context_of(course, f, version, false, now);
		if (context.strength > 0)
			kind_of(fault)->blind(fault->fault.config, &context, &sight);
	}
	sight.mislabelled = share_of(sight.mislabelled);
	sight.doubled = share_of(sight.doubled);
	return sight;
}

struct hindrance course_hindrance(const struct course *course, sim_time now)
{
	struct hindrance h = {.skew_factor = 1, .back_factor = 1};
	for (int f = 0; f < course->case_->faults; f++) {
		const struct fault_plan *fault = &course->case_->fault[f];
		if (!kind_of(fault)->hinder)
			continue;
		struct fault_context context = context_of(course, f, STABLE, false, now);
		if (context.strength > 0)
			kind_of(fault)->hinder(fault->fault.config, &context, &h);
	}
	h.drift = share_of(h.drift);
	h.back_fails = share_of(h.back_fails);
	return h;
}

void course_assume_worst(struct course *course, bool unused)
{
	const struct plan *plan = course->plan;
	const struct traffic *traffic = (const struct traffic *)plan->traffic.plugin;
	double peak = traffic->peak(plan->traffic.config) * intensity_peak(plan);
	course->all_load = peak;
	course->all_served = peak * (double)plan->horizon / SIM_SECOND;
	for (int v = 0; v < plan->versions; v++) {
		course->share[v] = 1;
		course->load[v] = course->all_load;
		course->served[v] = unused ? 0 : course->all_served;
	}
	for (int f = 0; f < course->case_->faults; f++) {
		const struct fault_when *when = &course->case_->fault[f].when;
		course->run[f].due = when->at;
		course->run[f].jitter = 1 + fmax(when->jitter, 0);
	}
}
