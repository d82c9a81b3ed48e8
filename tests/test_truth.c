/* What counts as harm, as guilt and as nothing: the cases in which a naive ledger would be wrong.
 */
#include "tests/world.h"

#include <criterion/criterion.h>
#include <math.h>

#define VERSIONS                                                                                   \
	"versions: {stable: {latency: 80ms, errors: 1%}, candidate: {like: stable}}\n"             \
	"slo: {latency: 100ms}\n"

Test(truth, a_bad_candidate_caught_by_copies_is_no_false_alarm)
{
	static const char *const text =
		"scenario: shadow\ntraffic: {poisson: {rate: 100/s}}\n" VERSIONS
		"cases: {bad: [{step: {errors: +30%}}], good: [], later: [{step: {at: 9m, errors: "
		"+30%}}]}\n"
		"rollouts:\n"
		"  shadow:\n"
		"    blue_green: {preview: 5m, mirror: 50%, soak: 1m}\n"
		"    checks: [{metric: error_rate, threshold: {max: 10%}, every: 1m}]\n"
		"  jumpy:\n"
		"    blue_green: {preview: 5m, mirror: 50%, soak: 1m}\n"
		"    checks: [{metric: error_rate, threshold: {min: 90%}, every: 1m}]\n"
		"horizon: 10m\n";
	struct world world;
	world_read(&world, text);
	struct result row = *world_run(&world, 0, 0, 0);
	cr_assert_eq(row.outcome, OUTCOME_ROLLED_BACK);
	cr_assert_eq(row.decision_time, 60);
	cr_assert_eq(row.exposed_requests, 0);
	cr_assert_eq(row.harmed_requests, 0);
	cr_assert(isnan(row.onset_time));
	cr_assert_eq(row.false_rollback, 0);
	cr_assert_eq(row.missed, 0);
	cr_assert_eq(world_run(&world, 1, 1, 0)->false_rollback, 1, "nothing is wrong");
	cr_assert_eq(world_run(&world, 1, 2, 0)->false_rollback, 1, "nothing is wrong yet");
	world_free(&world);
}

/* Seen in a window of five minutes, three of which are over when it is looked at. */
Test(truth, what_copies_have_shown_is_no_false_alarm_after_it_has_ended)
{
	static const char *const text =
		"scenario: shown\ntraffic: {poisson: {rate: 100/s}}\n" VERSIONS
		"cases: {over: [{step: {at: 1m, duration: 1m, errors: +60%}}], good: [],\n"
		"  confounder: [{step: {at: 1m, duration: 1m, errors: +60%, is: confounder}}]}\n"
		"rollouts:\n"
		"  shadow:\n"
		"    blue_green: {preview: 9m, mirror: 50%}\n"
		"    checks: [{metric: error_rate, threshold: {max: 5%}, every: 5m}]\n"
		"  jumpy:\n"
		"    blue_green: {preview: 9m, mirror: 50%}\n"
		"    checks: [{metric: error_rate, threshold: {min: 90%}, every: 5m}]\n"
		"horizon: 10m\n";
	struct world world;
	world_read(&world, text);
	struct result row = *world_run(&world, 0, 0, 0);
	cr_assert_eq(row.decision_time, 300);
	cr_assert_eq(row.false_rollback, 0);
	cr_assert_eq(world_run(&world, 0, 2, 0)->false_rollback, 1, "it is not its fault");
	cr_assert_eq(world_run(&world, 1, 1, 0)->false_rollback, 1, "nothing is wrong");
	world_free(&world);
}

/* 81 ms instead of 80 ms, when 100 ms is good enough, hurts nobody. */
Test(truth, slower_but_fast_enough_is_no_harm)
{
	static const char *const text =
		"scenario: slower\ntraffic: {poisson: {rate: 100/s}}\n" VERSIONS
		"cases: {it: [{step: {latency: +1ms}}], slow: [{step: {latency: +30ms}}]}\n"
		"rollouts: {all: {instant: {}}}\nhorizon: 2m\n";
	struct world world;
	world_read(&world, text);
	const struct plan *plan = world.scenario.plans;
	cr_assert_not(truth_is_harmful(plan, &plan->case_[0]));
	cr_assert(truth_is_harmful(plan, &plan->case_[1]));
	cr_assert_eq(world_run(&world, 0, 0, 0)->missed, 0);
	cr_assert_eq(world_run(&world, 0, 1, 0)->missed, 1);
	world_free(&world);
}

/* Equal versions with a queue each: who is refused changes, how many are does not get worse. */
Test(truth, an_equal_candidate_with_a_bounded_queue_harms_nobody_on_balance)
{
	static const char *const text =
		"scenario: queue\ntraffic: {poisson: {rate: 90/s}}\n"
		"versions:\n"
		"  stable: {latency: {exponential: {mean: 10ms}}, pool: {slots: 1, queue: 4}}\n"
		"  candidate: {like: stable}\n"
		"slo: {latency: 1h}\ncases: {healthy: []}\n"
		"rollouts: {half: {canary: {steps: [50% for 20m]}}}\nhorizon: 10m\n";
	struct world world;
	world_read(&world, text);
	const struct result *row = world_run(&world, 0, 0, 0);
	cr_assert_gt(row->version_failures[0], 0);
	cr_assert_eq(row->harmed_requests, 0, "%lld", (long long)row->harmed_requests);
	cr_assert(isnan(row->onset_time));
	world_free(&world);
}

Test(truth, a_smaller_pool_is_a_worse_version)
{
	static const char *const text =
		"scenario: small\ntraffic: {poisson: {rate: 150/s}}\n"
		"versions:\n"
		"  stable: {latency: {exponential: {mean: 10ms}}, pool: {slots: 4}}\n"
		"  candidate: {like: stable, pool: {slots: 1}}\n"
		"slo: {latency: 200ms}\ncases: {it: []}\n"
		"rollouts: {all: {instant: {}, start: 1m}}\nhorizon: 3m\n";
	struct world world;
	world_read(&world, text);
	const struct result *row = world_run(&world, 0, 0, 0);
	cr_assert_eq(row->onset_time, 60);
	cr_assert_gt(row->harmed_requests, 1000);
	cr_assert_eq(row->missed, 1);
	world_free(&world);
}

/* One attempt in two fails, each is a switch of 2 s, the pause between them is 10 s. */
Test(truth, a_failed_switch_back_is_tried_again_as_a_switch)
{
	static const char *const text =
		"scenario: back\ntraffic: {poisson: {rate: 10/s}}\n" VERSIONS
		"cases: {bad: [{step: {at: 2m, errors: +90%}}]}\n"
		"rollouts:\n"
		"  switch:\n"
		"    blue_green: {preview: 1m, soak: 10m, switch_back: 2s}\n"
		"    checks: [{metric: error_rate, threshold: {max: 10%}, every: 30s, window: "
		"15s}]\n"
		"    rollback: {takes: 5m, fails: 50%, retry_after: 10s}\n"
		"horizon: 30m\n";
	struct world world;
	int again = 0;
	world_read(&world, text);
	for (uint64_t t = 0; t < 20; t++) {
		const struct result *row = world_run(&world, 0, 0, t);
		double way = row->mitigation_time - row->detection_time;
		cr_assert_float_eq(fmod(way - 2, 12), 0, 1e-9, "the way back takes %g s", way);
		again += way > 2;
	}
	cr_assert_gt(again, 3);
	cr_assert_lt(again, 17);
	world_free(&world);
}

/* What stands behind and before a version counts by what it is, not by what came of it. */
Test(truth, weaker_pools_and_tighter_limits_make_a_worse_version)
{
	static const struct {
		const char *candidate;
		bool worse;
	} rows[] = {
		{"errors: 1%", false},
		{"pool: {replicas: 5}", false},
		{"pool: {replicas: 3}", true},
		{"pool: {queue: 10}", false},
		{"pool: {queue: 5}", true},
		{"pool: {shed_wait: 1s}", true},
		{"pool: {slowdown: {factor: x2}}", false},
		{"pool: {slowdown: {factor: x3}}", true},
		{"pool: {slowdown: {from: 50%}}", true},
		{"pool: {warmup: {factor: x2, requests: 9}}", true},
		{"pool: {crashes: {every: 1h}}", true},
		{"pool: {autoscale: {max: 9}}", false},
		{"limit: {rate: 200/s}", false},
		{"limit: {rate: 50/s}", true},
		{"breaker: {consecutive: 5}", false},
		{"breaker: {consecutive: 5, fallback: refuse}", true},
		{"cost: {request: 9}", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[1024];
		struct world world;
		snprintf(text, sizeof text,
			 "scenario: weaker\ntraffic: {poisson: {rate: 10/s}}\n"
			 "versions:\n"
			 "  stable: {latency: 80ms, errors: 1%%, limit: {rate: 100/s}, pool: "
			 "{replicas: "
			 "4, queue: 10, slowdown: {factor: x2}}}\n"
			 "  candidate: {like: stable, %s}\n"
			 "cases: {it: []}\nrollouts: {all: {instant: {}}}\nhorizon: 2m\n",
			 rows[i].candidate);
		world_read(&world, text);
		const struct plan *plan = world.scenario.plans;
		cr_assert_eq(truth_is_harmful(plan, &plan->case_[0]), rows[i].worse, "%s",
			     rows[i].candidate);
		world_free(&world);
	}
}
