/* What stable makes of the requests from some instant on are counts, which add up: whoever comes to
 * rest there has seen so many, and will have seen these as well. */
#include "sim/rest.h"

#include <string.h>

enum { SLOTS_AT_MOST = 128 }; /* of a trial: 1 MB where there are two cohorts */

/* As long as a scrape interval, or some of them. */
static sim_time slot_length(const struct plan *plan)
{
	sim_time scrapes = plan->horizon / plan->telemetry.scrape;
	return plan->telemetry.scrape * (scrapes / SLOTS_AT_MOST + 1);
}

static int count_slots(const struct plan *plan)
{
	return (int)(plan->horizon / slot_length(plan)) + 1;
}

size_t rest_size(const struct plan *plan)
{
	return (size_t)(count_slots(plan) * plan->cohorts) * sizeof(struct tally);
}

/* Whether stable's answers are the same whatever has been before: nobody waits for anybody, and no
 * fault asks what others have done. */
static bool is_possible(const struct plan *plan, const struct case_plan *case_)
{
	return !plan->coupled && !plan->queued && !plan->has_quality && !case_->restless &&
	       !case_->waiting && !case_->blinding && !case_->hindering;
}

void rest_begin(struct rest *rest, const struct plan *plan, const struct case_plan *case_)
{
	rest->possible = is_possible(plan, case_);
	rest->step = slot_length(plan);
	rest->slots = rest->known = count_slots(plan);
}

/* ---- whether it has begun */

static bool serves_all(const struct trial *trial)
{
	const struct routes *routes = &trial->requests.routes;
	bool all = routes->mirror <= 0 && !routes->chooser;
	for (int v = 1; v < trial->plan->versions; v++)
		all &= routes_most(routes, v) == 0;
	return all;
}

static bool is_awaited(const struct event_queue *queue)
{
	bool awaited = false;
	for (int i = 0; i < queue->count; i++) {
		enum event_kind kind = event_kind(queue->heap[i]);
		awaited |= kind == EVENT_ROUTE || kind == EVENT_ROLLED_BACK;
	}
	return awaited;
}

/* Whether all answers of other versions are behind it. */
static bool is_alone(const struct trial *trial)
{
	const struct telemetry *telemetry = &trial->requests.telemetry;
	bool alone = true;
	for (int k = 0; k < telemetry->keys && alone; k++)
		alone = k % trial->plan->versions == STABLE || !telemetry_is_awaited(telemetry, k);
	return alone;
}

static bool has_begun(const struct trial *trial)
{
	return trial->rolling_back && trial->undone && trial->safe != SIM_NEVER &&
	       serves_all(trial) && !is_awaited(&trial->queue) && is_alone(trial);
}

/* Whether a slot begins here, and all that happens at its instant has. */
static bool is_at_slot(const struct rest *rest, const struct trial *trial)
{
	sim_time now = trial->queue.now;
	return now % rest->step == 0 && trial->queue.heap[0].at > now;
}

/* ---- what there is, and what is to come */

static void sum(const struct trial *trial, int cohort, struct tally *tally)
{
	uint64_t flags[FLAGS] = {0}, bucket[HISTOGRAM_BUCKETS] = {0};
	telemetry_sum(&trial->requests.telemetry, plan_key(trial->plan, cohort, STABLE), flags,
		      bucket);
	for (int f = 0; f < FLAGS; f++)
		tally->flags[f] = (uint32_t)flags[f];
	for (int b = 0; b < HISTOGRAM_BUCKETS; b++)
		tally->bucket[b] = (uint32_t)bucket[b];
}

static void add(struct tally *to, const struct tally *tally)
{
	for (int f = 0; f < FLAGS; f++)
		to->flags[f] += tally->flags[f];
	for (int b = 0; b < HISTOGRAM_BUCKETS; b++)
		to->bucket[b] += tally->bucket[b];
}

static void subtract_from(struct tally *to, const struct tally *tally)
{
	for (int f = 0; f < FLAGS; f++)
		to->flags[f] = tally->flags[f] - to->flags[f];
	for (int b = 0; b < HISTOGRAM_BUCKETS; b++)
		to->bucket[b] = tally->bucket[b] - to->bucket[b];
}

static void note(struct rest *rest, const struct trial *trial, int slot)
{
	for (int c = 0; c < trial->plan->cohorts; c++)
		sum(trial, c, &rest->slot[slot * trial->plan->cohorts + c]);
	if (slot < rest->noted)
		rest->noted = slot;
}

static void take(const struct rest *rest, struct trial *trial, int slot)
{
	struct telemetry *telemetry = &trial->requests.telemetry;
	for (int c = 0; c < trial->plan->cohorts; c++)
		add(&telemetry->total[plan_key(trial->plan, c, STABLE)],
		    &rest->slot[slot * trial->plan->cohorts + c]);
	trial_settle(trial);
}

/* What was noted is what there was; of what there is in the end, the rest came later. */
static void learn(struct rest *rest, const struct trial *trial)
{
	struct tally all;
	int cohorts = trial->plan->cohorts;
	for (int c = 0; c < cohorts && rest->noted < rest->known; c++) {
		sum(trial, c, &all);
		for (int slot = rest->noted; slot < rest->known; slot++)
			subtract_from(&rest->slot[slot * cohorts + c], &all);
	}
	if (rest->noted < rest->known)
		rest->known = rest->noted;
}

void rest_live(struct rest *rest, struct trial *trial)
{
	bool resting = false, known = false;
	rest->noted = rest->slots;
	while (!known && trial_step(trial)) {
		if (!rest->possible || !is_at_slot(rest, trial))
			continue;
		resting = resting || has_begun(trial);
		int slot = (int)(trial->queue.now / rest->step);
		known = resting && slot >= rest->known;
		if (known)
			take(rest, trial, slot);
		else if (resting)
			note(rest, trial, slot);
	}
	learn(rest, trial);
}
