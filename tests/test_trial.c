/* A trial must be a function of plan, rollout, case and number, and of nothing else: not of what
 * ran before it or beside it, nor of faults that do nothing. */
#include "tests/world.h"

#include <criterion/criterion.h>
#include <math.h>

/* Everything at once, so that whatever could leak from one trial into another is there. */
static const char *const busy =
	"scenario: busy\n"
	"traffic: {poisson: {rate: 60/s}, timeout: 2s, users: {count: 3000, skew: 1},\n"
	"          segments: {premium: 20%, free: 80%}, regions: {x: 40%, y: 60%}}\n"
	"versions:\n"
	"  stable: {latency: {lognormal: {p50: 80ms, p99: 400ms}}, errors: 1%}\n"
	"  candidate: {latency: {exponential: {mean: 90ms}}, errors: 1%}\n"
	"telemetry: {scrape: 10s, delay: 5s, loss: 5%}\n"
	"cases:\n"
	"  healthy: []\n"
	"  nothing: [{step: {at: 2m, errors: +0%, latency: x1, ramp: 1m}},\n"
	"            {step: {on: both, at: 3m, errors: x1, latency: +0ms}}]\n"
	"  burst: [{step: {at: 3m, errors: +8%, segment: free}}]\n"
	"  slow: [{step: {at: 3m, latency: x2, ramp: 60s}},\n"
	"         {step: {on: stable, at: 5m, duration: 1m, errors: +2%}}]\n"
	"rollouts:\n"
	"  canary:\n"
	"    canary: {steps: [5% for 2m, 25% for 2m, 50% for 2m]}\n"
	"    checks: [{metric: error_rate, ztest: {alpha: 1%}, every: 30s, watch: always},\n"
	"             {metric: latency_p95, ratio: {max: 1.5}, every: 20s, window: 1m,\n"
	"              fail_limit: 2}]\n"
	"    rollback: {takes: {exponential: {mean: 20s}}, fails: 30%, retry_after: 10s}\n"
	"  shadow:\n"
	"    blue_green: {preview: 2m, mirror: 30%, soak: 2m}\n"
	"    sticky: no\n"
	"    checks: [{metric: error_rate, threshold: {max: 6%}, every: 30s}]\n"
	"horizon: 10m\n"
	"seed: 3\n";

static const char *const queued =
	"scenario: queued\n"
	"traffic: {poisson: {rate: 60/s}, timeout: 2s}\n"
	"versions:\n"
	"  stable: {latency: {exponential: {mean: 30ms}}, errors: 1%, pool: {slots: 2, queue: 9}}\n"
	"  candidate: {like: stable}\n"
	"  other: {like: stable, pool: {slots: 1}}\n"
	"cases:\n"
	"  healthy: []\n"
	"  nothing: [{step: {at: 1m, errors: +0%, latency: x1}}]\n"
	"  slow: [{step: {at: 1m, latency: x2}}]\n"
	"rollouts:\n"
	"  all: {canary: {steps: [20% for 1m, 50% for 1m]}, start: 30s,\n"
	"        checks: [{metric: error_rate, threshold: {max: 5%}}]}\n"
	"  shadow: {blue_green: {preview: 1m, mirror: 50%, soak: 1m}, sticky: no}\n"
	"horizon: 5m\n";

static void read_busy(struct world *world)
{
	world_read(world, busy);
}

static void read_queued(struct world *world)
{
	world_read(world, queued);
}

enum { CANARY, SHADOW, ROLLOUTS };
enum { HEALTHY, NOTHING, BURST, SLOW, CASES };

static bool same(const struct result *a, const struct result *b)
{
	return !memcmp(a, b, sizeof *a);
}

/* A second trial in memory of its own. */
static struct trial *another_trial(struct world *world)
{
	struct trial_size size = {.strategy_state = 0};
	trial_measure(&size, &world->scenario.plans[0]);
	struct trial *trial = arena_take(&world->arena, sizeof *trial);
	trial_allocate(trial, &world->arena, &size);
	return trial;
}

Test(trial, run_again_it_is_the_same)
{
	struct world world;
	struct result first[ROLLOUTS][CASES];
	read_busy(&world);
	for (int r = 0; r < ROLLOUTS; r++)
		for (int c = 0; c < CASES; c++)
			first[r][c] = *world_run(&world, r, c, 5);
	/* In another order, so that each has had another trial before it. */
	for (int c = CASES - 1; c >= 0; c--)
		for (int r = 0; r < ROLLOUTS; r++)
			cr_assert(same(world_run(&world, r, c, 5), &first[r][c]));
	cr_assert_not(same(world_run(&world, CANARY, HEALTHY, 6), &first[CANARY][HEALTHY]));
	world_free(&world);
}

static void expect_fresh_memory_changes_nothing(void (*read)(struct world *), int rollout,
						int case_index)
{
	struct world world;
	read(&world);
	world_run(&world, 1 - rollout, HEALTHY, 1);
	struct result used = *world_run(&world, rollout, case_index, 2);
	struct trial *fresh = another_trial(&world);
	trial_begin(fresh, &world.scenario.plans[0], rollout, case_index, 2, NULL);
	cr_assert(same(trial_run(fresh), &used));
	world_free(&world);
}

Test(trial, it_does_not_know_what_ran_before_it)
{
	expect_fresh_memory_changes_nothing(read_busy, CANARY, SLOW);
	expect_fresh_memory_changes_nothing(read_busy, SHADOW, BURST);
	expect_fresh_memory_changes_nothing(read_queued, CANARY, NOTHING);
	expect_fresh_memory_changes_nothing(read_queued, SHADOW, BURST);
}

static void expect_side_by_side(void (*read)(struct world *), int case_a, int case_b)
{
	struct world world;
	read(&world);
	const struct plan *plan = &world.scenario.plans[0];
	struct result a = *world_run(&world, CANARY, case_a, 1);
	struct result b = *world_run(&world, SHADOW, case_b, 2);
	struct trial *first = world.trial, *second = another_trial(&world);
	trial_begin(first, plan, CANARY, case_a, 1, NULL);
	trial_begin(second, plan, SHADOW, case_b, 2, NULL);
	bool one = true, two = true;
	while (one || two) {
		one = one && trial_step(first);
		two = two && trial_step(second);
	}
	cr_assert(same(&first->row, &a));
	cr_assert(same(&second->row, &b));
	world_free(&world);
}

Test(trial, two_stepped_in_turn_are_two_in_a_row)
{
	expect_side_by_side(read_busy, SLOW, BURST);
	expect_side_by_side(read_queued, BURST, HEALTHY);
}

static void note_window(void *context, const struct requests *requests)
{
	*(sim_time *)context = requests->telemetry.open_since + requests->telemetry.config.scrape;
}

static void note_happening(void *context, const struct happening *happening)
{
	(void)context;
	(void)happening;
}

Test(trial, being_watched_changes_nothing)
{
	struct world world;
	sim_time last = 0;
	const struct observer observer = {&last, note_happening, note_window};
	read_busy(&world);
	for (int c = 0; c < CASES; c++) {
		struct result alone = *world_run(&world, CANARY, c, 9);
		trial_begin(world.trial, &world.scenario.plans[0], CANARY, c, 9, &observer);
		cr_assert(same(trial_run(world.trial), &alone));
	}
	cr_assert_eq(last, 600 * SIM_SECOND);
	world_free(&world);
}

static void expect_arrivals_stand_still(void (*read)(struct world *), int cases)
{
	struct world world;
	uint64_t sum = 0;
	int64_t requests = 0;
	read(&world);
	for (int r = 0; r < ROLLOUTS; r++)
		for (int c = 0; c < cases; c++) {
			const struct result *row = world_run(&world, r, c, 7);
			if (!sum) {
				sum = world.trial->requests.arrivals_sum;
				requests = row->requests;
			}
			cr_assert_eq(world.trial->requests.arrivals_sum, sum);
			cr_assert_eq(row->requests, requests);
		}
	world_run(&world, CANARY, HEALTHY, 8);
	cr_assert_neq(world.trial->requests.arrivals_sum, sum);
	world_free(&world);
}

Test(trial, no_rollout_and_no_case_moves_an_arrival)
{
	expect_arrivals_stand_still(read_busy, CASES);
	expect_arrivals_stand_still(read_queued, 3);
}

Test(trial, a_fault_of_no_size_changes_nothing)
{
	struct world world;
	for (int w = 0; w < 2; w++) {
		(w ? read_queued : read_busy)(&world);
		for (int r = 0; r < ROLLOUTS; r++)
			for (uint64_t n = 0; n < 5; n++) {
				struct result healthy = *world_run(&world, r, HEALTHY, n);
				cr_assert(same(world_run(&world, r, NOTHING, n), &healthy));
			}
		world_free(&world);
	}
}

/* What never errs draws no outcomes, what never splits no routes: skipping them must leave every
 * later request its own. The candidate errs for two minutes; before and after, nothing may differ
 * from a trial in which it does not. */
Test(trial, skipped_randomness_leaves_every_request_its_own)
{
	static const char *const text =
		"scenario: lazy\n"
		"traffic: {poisson: {rate: 97/s}, timeout: 1s, segments: {a: 30%%, b: 70%%}}\n"
		"versions:\n"
		"  stable: {latency: {lognormal: {p50: 80ms, p99: 400ms}}, errors: %s}\n"
		"  candidate: {like: stable}\n"
		"cases:\n"
		"  pulse: [{step: {at: 4m, duration: 2m, errors: +20%%}}]\n"
		"rollouts:\n"
		"  always: {canary: {steps: [30%% for 1h]}, sticky: no}\n"
		"  late: {canary: {steps: [30%% for 1h]}, sticky: no, start: 4m}\n"
		"horizon: 9m\n";
	const char *const errors[] = {"0", "0.0000001%"};
	struct result row[2][2];
	for (int e = 0; e < 2; e++) {
		struct world world;
		char scenario[1024];
		snprintf(scenario, sizeof scenario, text, errors[e]);
		world_read(&world, scenario);
		for (int r = 0; r < 2; r++)
			row[e][r] = *world_run(&world, r, 0, 1);
		world_free(&world);
	}
	/* One request in a billion errs: 50 000 of them don't, but their outcomes are drawn. */
	for (int r = 0; r < 2; r++)
		cr_assert(same(&row[0][r], &row[1][r]));
	cr_assert_gt(row[0][0].harmed_requests, 100);
	/* The rollout that starts when the fault does hurts the same people. */
	cr_assert_eq(row[0][0].harmed_requests, row[0][1].harmed_requests);
	cr_assert_gt(row[0][0].exposed_requests, row[0][1].exposed_requests);
}

/* Who people are has randomness of its own: naming them moves nobody's luck. */
Test(trial, naming_segments_moves_nothing_else)
{
	static const char *const text =
		"scenario: names\n"
		"traffic: {poisson: {rate: 80/s}%s}\n"
		"versions:\n"
		"  stable: {latency: {lognormal: {p50: 80ms, p99: 400ms}}, errors: 1%%}\n"
		"  candidate: {like: stable}\n"
		"cases: {both: [{step: {errors: +5%%, latency: x2}}]}\n"
		"rollouts: {r: {canary: {steps: [30%% for 1h]}, sticky: no}}\n"
		"horizon: 10m\n";
	const char *const segments[] = {"", ", segments: {a: 10%, b: 30%, c: 60%}",
					", regions: {x: 50%, y: 50%}"};
	struct result row[3];
	for (int i = 0; i < 3; i++) {
		struct world world;
		char scenario[1024];
		snprintf(scenario, sizeof scenario, text, segments[i]);
		world_read(&world, scenario);
		row[i] = *world_run(&world, 0, 0, 1);
		world_free(&world);
		cr_assert_eq(row[i].requests, row[0].requests);
		cr_assert_eq(row[i].exposed_requests, row[0].exposed_requests);
		cr_assert_eq(row[i].harmed_requests, row[0].harmed_requests);
		cr_assert_eq(row[i].version_failures[1], row[0].version_failures[1]);
		cr_assert_eq(row[i].version_p99[1], row[0].version_p99[1]);
	}
	/* Each segment has its share of the harm, too: luck and name are independent. */
	double harmed = (double)row[1].harmed_requests;
	const double shares[] = {0.1, 0.3, 0.6};
	for (int s = 0; s < 3; s++)
		cr_assert_float_eq((double)row[1].segment_harmed[s], harmed * shares[s],
				   5 * sqrt(harmed * shares[s]));
}

Test(trial, every_request_is_counted_once)
{
	struct world world;
	read_busy(&world);
	for (int r = 0; r < ROLLOUTS; r++)
		for (int c = 0; c < CASES; c++) {
			const struct result *row = world_run(&world, r, c, 3);
			int64_t harmed = row->segment_harmed[0] + row->segment_harmed[1];
			int64_t exposed = row->segment_exposed[0] + row->segment_exposed[1];
			int64_t users = row->segment_harmed_users[0] + row->segment_harmed_users[1];
			cr_assert_eq(row->version_requests[0] + row->version_requests[1],
				     row->requests);
			cr_assert_eq(row->version_requests[1], row->exposed_requests);
			cr_assert_eq(exposed, row->exposed_requests);
			cr_assert_eq(harmed, row->harmed_requests);
			cr_assert_eq(users, row->harmed_users);
			cr_assert_leq(users, harmed);
			cr_assert_leq(harmed, exposed);
		}
	world_free(&world);
}

Test(trial, requests_come_at_their_rate)
{
	struct world world;
	double sum = 0;
	read_queued(&world);
	for (uint64_t n = 0; n < 100; n++)
		sum += (double)world_run(&world, CANARY, HEALTHY, n)->requests;
	cr_assert_float_eq(sum / 100, 18000, 5 * sqrt(18000 / 100.0));
	world_free(&world);
}

/* A hundred stages, each held up once for lack of data: whatever the strategy wished for and no
 * longer needs must not pile up. */
Test(trial, wishes_that_are_out_of_date_do_not_pile_up)
{
	struct world world;
	world_read(&world, "scenario: wishes\n"
			   "traffic: {poisson: {rate: 100/s}, timeout: 1s}\n"
			   "versions: {stable: {latency: 1ms}, candidate: {latency: 1ms}}\n"
			   "telemetry: {scrape: 30s, delay: 1s}\n"
			   "cases: {healthy: []}\n"
			   "rollouts:\n"
			   "  slow:\n"
			   "    canary: {start: 1%, increment: 1%, every: 30s, patience: 100m}\n"
			   "    checks: [{metric: error_rate, threshold: {max: 5%}, every: 30s}]\n"
			   "horizon: 4h\n");
	cr_assert_eq(world_run(&world, 0, 0, 0)->outcome, OUTCOME_PROMOTED);
	world_free(&world);
}

/* Random bits that nobody needed are skipped, so that every request keeps its own: a fault too weak
 * to hit anybody makes the stream needed earlier, and changes nothing later on. The same for
 * routes: a share too small to send anybody anywhere. */
Test(trial, bits_that_were_not_needed_are_skipped)
{
	static const char *const text =
		"scenario: skip\n"
		"traffic: {poisson: {rate: 77/s}}\n"
		"versions: {stable: {latency: 80ms}, candidate: {like: stable}}\n"
		"cases:\n"
		"  late: [{step: {on: both, at: 3m, errors: +20%}}]\n"
		"  early: [{step: {on: both, at: 3m, errors: +20%}},\n"
		"          {step: {on: both, at: 7s, duration: 60s, errors: +0.0000001%}}]\n"
		"rollouts:\n"
		"  late: {canary: {steps: [30% for 1h]}, start: 4m}\n"
		"  early: {canary: {steps: [0.0000001% for 227s, 30% for 1h]}, start: 13s}\n"
		"horizon: 8m\n";
	struct world world;
	world_read(&world, text);
	struct result plain = *world_run(&world, 0, 0, 3);
	cr_assert_gt(plain.version_failures[0], 1000);
	cr_assert_gt(plain.version_failures[1], 500);
	for (int rollout = 0; rollout < 2; rollout++)
		for (int c = 0; c < 2; c++) {
			const struct result *row = world_run(&world, rollout, c, 3);
			for (int v = 0; v < 2; v++) {
				cr_assert_eq(row->version_requests[v], plain.version_requests[v]);
				cr_assert_eq(row->version_failures[v], plain.version_failures[v]);
			}
		}
	world_free(&world);
}
