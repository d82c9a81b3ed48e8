/* Walks through the requests of a trial batch by batch, so that a test sees each of them: when it
 * came, who sent it, where it went and what became of it. */
#ifndef TESTS_WALK_H
#define TESTS_WALK_H

#include "sim/batch.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <string.h>

struct walk {
	struct requests *requests;
	struct course course;
	int count; /* of the batch just served */
	sim_time at[BATCH];
	uint32_t user[BATCH];
	double law_ns[BATCH]; /* what stable's law says */
	uint32_t attribute[MAX_ATTRIBUTES][BATCH];
	const uint8_t *key, *flags;
	const double *stayed_ns;
};

/* The scrape interval of the world must be longer than its horizon and its timeout together. */
static inline void walk_begin(struct walk *walk, struct world *world, int rollout, int case_index,
			      uint64_t number, double share)
{
	const struct plan *plan = &world->scenario.plans[0];
	struct routes routes;
	cr_assert_gt(plan->telemetry.scrape, plan->horizon + plan->timeout);
	walk->requests = &world->trial->requests;
	walk->key = walk->requests->slice.key;
	walk->flags = walk->requests->slice.flags;
	walk->stayed_ns = walk->requests->slice.latency_ns;
	requests_reset(walk->requests, plan, &plan->case_[case_index],
		       plan->rollout[rollout].sticky, number);
	routes_reset(&routes, plan->cohorts, plan->versions);
	routes_give(&routes, plan->rollout[rollout].candidate, share);
	requests_route(walk->requests, &routes, 0);
	course_begin(&walk->course, plan, &plan->case_[case_index], number);
	for (int f = 0; f < plan->case_[case_index].faults; f++)
		course_change(&walk->course, f, 0);
	requests_treat(walk->requests, &walk->course, 0);
}

/* Serves the next batch; false when no more requests come. */
static inline bool walk_on(struct walk *walk)
{
	struct batch *batch = &walk->requests->batch;
	requests_run(walk->requests, 0); /* draws a batch, but serves none of it */
	int from = batch->next, count = batch->size - from;
	if (!count)
		return false;
	memcpy(walk->at, batch->at + from, (size_t)count * sizeof *walk->at);
	memcpy(walk->user, batch->user + from, (size_t)count * sizeof *walk->user);
	memcpy(walk->law_ns, batch->stable_ns + from, (size_t)count * sizeof *walk->law_ns);
	for (int a = 0; a < walk->requests->plan->attributes; a++)
		memcpy(walk->attribute[a], batch_attribute(walk->requests, a) + from,
		       (size_t)count * sizeof *walk->attribute[a]);
	walk->count = count;
	requests_run(walk->requests, walk->at[count - 1] + 1);
	cr_assert_eq(walk->requests->slice.count, count);
	return true;
}

#endif
