/* Rollouts in their places: behind those that surely beat them, before those that they beat. */
#include "sim/report/standing.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <math.h>

enum { TRIALS = 100, ROLLOUTS = 3 };

static void make(struct world *world, struct results *results)
{
	world_read(world, "scenario: three\ntraffic: {poisson: {rate: 1/s}}\n"
			  "versions: {stable: {latency: 1ms}, candidate: {like: stable}}\n"
			  "cases: {bad: [{step: {errors: +50%}}], good: []}\n"
			  "rollouts: {a: {instant: {}}, b: {instant: {}}, c: {instant: {}}}\n"
			  "horizon: 1m\ntrials: 100\n");
	scenario_describe(&world->scenario, results);
}

/* One trial of each rollout in one case. */
static void put(struct results *results, int case_index, int trial,
		const struct result rows[ROLLOUTS])
{
	for (int r = 0; r < ROLLOUTS; r++) {
		int cell = results_cell(results, r, case_index, 0);
		results_store(results, cell, trial, &rows[r]);
		results->trials_run[cell] = trial + 1;
	}
}

/* c misses all; a and b miss none, and hurt as many but for chance. */
Test(standing, what_cannot_be_told_apart_shares_a_place)
{
	struct world world;
	struct results results;
	struct placed placed[ROLLOUTS];
	make(&world, &results);
	for (int t = 0; t < TRIALS; t++)
		put(&results, 0, t,
		    (const struct result[]){{.harmed_users = 100 + t % 7},
					    {.harmed_users = 100 + (t + 3) % 7},
					    {.missed = 1, .harmed_users = 1}});
	standing_find(&results, 0, 0, placed);
	for (int i = 0; i < 2; i++) {
		cr_expect_eq(placed[i].first, 1);
		cr_expect_eq(placed[i].last, 2);
	}
	cr_expect_eq(placed[0].beaten_by, -1);
	cr_expect_eq(placed[1].beaten_by, -1);
	cr_expect_eq(placed[2].rollout, 2);
	cr_expect_eq(placed[2].first, 3);
	cr_expect_eq(placed[2].last, 3);
	cr_expect_eq(placed[2].beaten_by, 0);
	cr_expect_str_eq(placed[2].quantity.text, "missed");
	cr_expect_eq(placed[2].change.value, 1);
	results_free(&results);
	world_free(&world);
}

/* By one user in every trial, and by one more. */
Test(standing, pairs_tell_apart_what_trials_blur)
{
	struct world world;
	struct results results;
	struct placed placed[ROLLOUTS];
	make(&world, &results);
	for (int t = 0; t < TRIALS; t++)
		put(&results, 0, t,
		    (const struct result[]){{.harmed_users = 50 * t + 2},
					    {.harmed_users = 50 * t},
					    {.harmed_users = 50 * t + 1}});
	standing_find(&results, 0, 0, placed);
	const int order[] = {1, 2, 0};
	for (int i = 0; i < ROLLOUTS; i++) {
		cr_expect_eq(placed[i].rollout, order[i]);
		cr_expect_eq(placed[i].first, i + 1);
		cr_expect_eq(placed[i].last, i + 1);
		cr_expect_eq(placed[i].beaten_by, i ? 1 : -1);
		cr_expect(!i || placed[i].change.value == i);
	}
	results_free(&results);
	world_free(&world);
}

/* a surely hurts fewer than b; c hurts most, but varies so much that nobody can say. */
Test(standing, who_cannot_be_told_from_the_best_may_be_the_worst)
{
	struct world world;
	struct results results;
	struct placed placed[ROLLOUTS];
	make(&world, &results);
	for (int t = 0; t < TRIALS; t++)
		put(&results, 0, t,
		    (const struct result[]){{.harmed_users = 10 + t % 3},
					    {.harmed_users = 12 + t % 3},
					    {.harmed_users = t % 50 ? 5 : 1000}});
	standing_find(&results, 0, 0, placed);
	const int order[] = {0, 2, 1}, first[] = {1, 1, 2}, last[] = {2, 3, 3};
	for (int i = 0; i < ROLLOUTS; i++) {
		cr_expect_eq(placed[i].rollout, order[i]);
		cr_expect_eq(placed[i].first, first[i]);
		cr_expect_eq(placed[i].last, last[i]);
	}
	cr_expect_eq(placed[2].beaten_by, 0);
	results_free(&results);
	world_free(&world);
}

/* Of a healthy release a rollback for nothing weighs more than how long it takes. */
Test(standing, a_healthy_case_asks_other_questions)
{
	struct world world;
	struct results results;
	struct placed placed[ROLLOUTS];
	make(&world, &results);
	for (int t = 0; t < TRIALS; t++) {
		int8_t back = (int8_t)(t % 2);
		struct result quick = {.false_rollback = back,
				       .outcome = back ? OUTCOME_ROLLED_BACK : OUTCOME_PROMOTED,
				       .time_to_promote = back ? (double)NAN : 1};
		put(&results, 1, t,
		    (const struct result[]){
			    quick, {.time_to_promote = 600}, {.time_to_promote = 300}});
	}
	standing_find(&results, 1, 0, placed);
	cr_expect_eq(placed[0].rollout, 2);
	cr_expect_eq(placed[1].rollout, 1);
	cr_expect_str_eq(placed[1].quantity.text, "time_to_promote.p50");
	cr_expect_eq(placed[2].rollout, 0);
	cr_expect_str_eq(placed[2].quantity.text, "false_rollback");
	results_free(&results);
	world_free(&world);
}
