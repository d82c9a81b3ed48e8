/* What strategies decide where nothing is left to chance: their whole lives, told in advance. */
#include "models/list.h"

#include "tests/story.h"

#include <math.h>

#define REGIONS "regions: {eu: 50%, us: 50%}"

static struct result expect_in_regions(const char *faults, const char *rollout, const char *horizon,
				       const char *expected)
{
	return expect_story_in(REGIONS, faults, rollout, horizon, expected);
}

/* ---- canary: more than a ladder */

Test(strategies, a_stage_waits_for_its_requests)
{
	/* 5 of 50 requests a second: 300 are there after a minute, 315 at the scrape at 1:15. */
	struct result row = expect_story(HEALTHY, "canary: {steps: [{share: 10%, requests: 300}]}",
					 "10m", "0 share 0, 0 share 0.1, 75 promote, 75 share 1");
	cr_assert_eq(row.outcome, OUTCOME_PROMOTED);
}

Test(strategies, a_stage_waits_for_whoever_has_to_approve)
{
	expect_story(HEALTHY,
		     "canary: {steps: [{share: 10%, for: 2m, approval: 90s}, {share: 50%, "
		     "approval: 1m}]}",
		     "10m", "0 share 0, 0 share 0.1, 210 share 0.5, 285 promote, 285 share 1");
}

Test(strategies, checks_of_a_stage_look_only_then)
{
	/* The fault begins with the second stage, and only the first is watched. */
	expect_story("step: {at: 2m, errors: +100%}",
		     "canary: {steps: [{share: 10%, for: 2m, checks: [" WATCHING
		     "]}, {share: 50%, for: 2m}]}",
		     "10m",
		     "0 share 0, 0 share 0.1, 120 onset, 120 share 0.5, 240 promote, 240 share 1");
	expect_story(
		"step: {at: 2m, errors: +100%}",
		"canary: {steps: [{share: 10%, for: 2m}, {share: 50%, for: 2m, checks: [" WATCHING
		"]}]}",
		"10m",
		"0 share 0, 0 share 0.1, 120 onset, 120 share 0.5, 150 alarm, 150 rollback, "
		"180 share 0, 180 safe");
}

/* Five criteria of equal weight; the fault fails the share of them that look at errors. */
#define QUIET  "{metric: timeout_rate, threshold: {max: 50%}, every: 30s, window: 30s}"
#define HEAVY  "{metric: error_rate, threshold: {max: 50%}, every: 30s, window: 30s, weight: 3}"
#define MOSTLY "canary: {steps: [10% for 1m, 50% for 1m], promote_at: 90%, abort_below: 70%}"

Test(strategies, a_share_of_criteria_promotes_holds_or_aborts)
{
	const char *all = "0 share 0, 0 share 0.1, 60 share 0.5, 120 promote, 120 share 1";
	expect_story(HEALTHY, MOSTLY ", checks: [" WATCHING ", " QUIET "]", "10m", all);
	/* 9 of 10 pass: enough. */
	expect_story("step: {at: 0s, errors: +100%}",
		     MOSTLY ", checks: [" WATCHING
			    ", {metric: timeout_rate, threshold: {max: 50%}, "
			    "window: 30s, weight: 9}]",
		     "10m",
		     "0 share 0, 0 share 0.1, 0 onset, 30 alarm, 60 share 0.5, 120 promote, "
		     "120 share 1");
	/* 3 of 4: neither. */
	expect_story("step: {at: 0s, errors: +100%}",
		     MOSTLY ", checks: [" WATCHING ", " QUIET ", " QUIET ", " QUIET "]", "10m",
		     "0 share 0, 0 share 0.1, 0 onset, 30 alarm");
	/* 1 of 2: too few. */
	expect_story("step: {at: 0s, errors: +100%}", MOSTLY ", checks: [" WATCHING ", " QUIET "]",
		     "10m",
		     "0 share 0, 0 share 0.1, 0 onset, 30 alarm, 30 rollback, 60 share 0, 60 safe");
	/* 3 of 6 by weight. */
	expect_story("step: {at: 0s, errors: +100%}",
		     MOSTLY ", checks: [" HEAVY ", " QUIET ", " QUIET ", " QUIET "]", "10m",
		     "0 share 0, 0 share 0.1, 0 onset, 30 alarm, 30 rollback, 60 share 0, 60 safe");
}

Test(strategies, a_critical_check_needs_no_others)
{
	expect_story("step: {at: 0s, errors: +100%}",
		     MOSTLY ", checks: [{metric: error_rate, threshold: {max: 50%}, every: 30s, "
			    "window: 30s, critical: yes}, " QUIET ", " QUIET ", " QUIET "]",
		     "10m",
		     "0 share 0, 0 share 0.1, 0 onset, 30 alarm, 30 rollback, 60 share 0, 60 safe");
}

/* 5 % of 4 pods is one of five where there may be one more, else one of four; 30 % of 3 is a third
 * or a quarter, and both are as close: the larger. */
Test(strategies, without_a_router_shares_are_whole_pods)
{
	expect_story(HEALTHY, "canary: {steps: [5% for 1m], pods: 4}", "5m",
		     "0 share 0, 0 share 0.2, 60 promote, 60 share 1");
	expect_story(HEALTHY, "canary: {steps: [5% for 1m], pods: 4, surge: no}", "5m",
		     "0 share 0, 0 share 0.25, 60 promote, 60 share 1");
	expect_story(HEALTHY, "canary: {steps: [50% for 1m, 99% for 1m], pods: 3, surge: no}", "5m",
		     "0 share 0, 0 share 0.666667, 60 share 0.666667, 120 promote, 120 share 1");
	expect_story(HEALTHY, "canary: {steps: [50% for 1m], pods: 3}", "5m",
		     "0 share 0, 0 share 0.5, 60 promote, 60 share 1");
	expect_story(HEALTHY, "canary: {steps: [1% for 1m], pods: 1, surge: no}", "5m",
		     "0 share 0, 0 share 1, 60 promote, 60 share 1");
}

/* The group beside the candidate gets as much, exposes nobody, and is what checks compare with. */
Test(strategies, a_baseline_group_is_as_large_as_the_candidates)
{
	struct result row = expect_in_regions(HEALTHY,
					      "canary: {steps: [10% for 10m]}, baseline: control, "
					      "checks: [{metric: request_rate, "
					      "ratio: {max: 1.3}, min_requests: 500, window: 5m}]",
					      "10m", "0 share 0, 0 share 0.1");
	double each = 0.1 * 50 * 600;
	cr_assert_float_eq((double)row.version_requests[1], each, 5 * sqrt(each));
	cr_assert_float_eq((double)row.version_requests[2], each, 5 * sqrt(each));
	cr_assert_eq(row.exposed_requests, row.version_requests[1]);
}

Test(strategies, a_check_compares_with_the_baseline_group)
{
	/* What is wrong with both is nobody's fault, although stable does better. */
	expect_in_regions(
		"step: {on: candidate, at: 0s, errors: +20%}, step: {on: control, at: 0s, "
		"errors: +20%}",
		"canary: {steps: [30% for 5m]}, baseline: control, checks: [{metric: "
		"error_rate, ratio: {max: 1.5}, min_requests: 500}]",
		"5m", "0 share 0, 0 share 0.3, 0 onset");
}

/* ---- staged */

Test(strategies, phases_follow_each_other_and_the_last_promotes)
{
	struct result row = expect_story(
		HEALTHY,
		"staged: {phases: [{canary: {steps: [5% for 1m, 25% for 1m]}}, {blue_green: "
		"{preview: 1m, soak: 1m}}, instant]}",
		"30m",
		"0 share 0, 0 remark phase 1 begins, 0 share 0.05, 60 share 0.25, 120 remark phase "
		"2 begins, "
		"120 share 0.25, 180 share 1, 240 remark phase 3 begins, 240 promote, 240 share 1");
	cr_assert_eq(row.time_to_promote, 240);
}

Test(strategies, a_phase_that_fails_ends_all)
{
	expect_story("step: {at: 90s, errors: +100%}",
		     "staged: {phases: [{canary: {steps: [5% for 1m]}}, {canary: {steps: [50% for "
		     "5m]}, checks: [" WATCHING "]}, instant]}",
		     "30m",
		     "0 share 0, 0 remark phase 1 begins, 0 share 0.05, 60 remark phase 2 begins, "
		     "60 share 0.5, "
		     "90 onset, 120 alarm, 120 rollback, 150 share 0, 150 safe");
}

/* Two failures are too many. One comes in each phase: carried, they add up. */
Test(strategies, evidence_is_carried_over_or_reset)
{
	const char *const faults =
		"step: {at: 30s, errors: +100%, duration: 30s}, step: {at: 90s, errors: +100%, "
		"duration: 30s}";
	char rollout[512];
	const char *const pattern =
		"staged: {phases: [{canary: {steps: [5%% for 75s]}}, {canary: {steps: [50%% for "
		"2m]}}], evidence: %s}, checks: [{metric: error_rate, threshold: {max: 50%%}, "
		"every: "
		"30s, window: 30s, fail_limit: 2}]";
	snprintf(rollout, sizeof rollout, pattern, "carried");
	expect_story(faults, rollout, "10m",
		     "0 share 0, 0 remark phase 1 begins, 0 share 0.05, 30 onset, 75 remark phase "
		     "2 begins, "
		     "75 share 0.5, 120 alarm, 120 rollback, 150 share 0, 150 safe");
	snprintf(rollout, sizeof rollout, pattern, "reset");
	expect_story(faults, rollout, "10m",
		     "0 share 0, 0 remark phase 1 begins, 0 share 0.05, 30 onset, 75 remark phase "
		     "2 begins, "
		     "75 share 0.5, 195 promote, 195 share 1");
}

/* ---- waves */

Test(strategies, waves_go_through_the_regions_and_bake)
{
	struct result row = expect_in_regions(
		HEALTHY, "waves: {each: {canary: {steps: [20% for 1m]}}, bake: 2m}", "30m",
		"0 share 0, 0 remark the wave of 0 begins, 0 share 0.1, 60 share 0.5, 180 remark "
		"the wave of 1 begins, "
		"180 share 0.6, 240 share 1, 360 promote, 360 share 1");
	cr_assert_eq(row.peak_share, 1);
}

Test(strategies, waves_keep_the_order_they_are_given)
{
	expect_in_regions(HEALTHY, "waves: {each: instant, order: [us, eu], bake: 1m}", "30m",
			  "0 share 0, 0 remark the wave of 1 begins, 0 share 0.5, 60 remark the "
			  "wave of 0 begins, 60 share 1, "
			  "120 promote, 120 share 1");
}

#define IN_US "step: {region: us, at: 0s, errors: +100%}"
#define LOOKS "{metric: error_rate, threshold: {max: 30%}, every: 30s, window: 30s}"

Test(strategies, a_wave_that_fails_stops_all_or_only_itself)
{
	expect_in_regions(IN_US, "waves: {each: instant, bake: 1m}, checks: [" LOOKS "]", "30m",
			  "0 share 0, 0 remark the wave of 0 begins, 0 share 0.5, 60 remark the "
			  "wave of 1 begins, 60 share 1, "
			  "60 onset, 90 alarm, 90 rollback, 120 share 0, 120 safe");
	struct result row = expect_in_regions(
		IN_US,
		"waves: {each: instant, order: [us, eu], bake: 1m, on_failure: continue}, checks: "
		"[" LOOKS "]",
		"30m",
		"0 share 0, 0 remark the wave of 1 begins, 0 share 0.5, 0 onset, 30 alarm, 30 "
		"remark the wave of 1 has failed: it is undone, and others go on, "
		"30 share 0, 30 remark the wave of 0 begins, 30 share 0.5, 90 promote, 90 share "
		"0.5");
	cr_assert_eq(row.outcome, OUTCOME_PROMOTED);
	cr_assert_float_eq(row.peak_share, 0.5, 1e-12);
}

Test(strategies, when_every_wave_fails_all_goes_back)
{
	struct result row = expect_in_regions(
		"step: {at: 0s, errors: +100%}",
		"waves: {each: instant, bake: 1m, on_failure: continue}, checks: [" LOOKS "]",
		"30m",
		"0 share 0, 0 remark the wave of 0 begins, 0 share 0.5, 0 onset, 30 alarm, 30 "
		"remark the wave of 0 has failed: it is undone, and others go on, "
		"30 share 0, 30 remark the wave of 1 begins, 30 share 0.5, 60 alarm, 60 rollback, "
		"90 share 0, "
		"90 safe");
	cr_assert_eq(row.outcome, OUTCOME_ROLLED_BACK);
}

/* The region is out for two minutes; its wave waits while the other goes first. */
Test(strategies, a_wave_waits_while_its_region_is_out)
{
	expect_in_regions("step: {on: both, region: eu, at: 0s, errors: +90%, duration: 2m}",
			  "waves: {each: instant, bake: 1m, out: 50%}, start: 1m", "30m",
			  "0 share 0, 60 remark the wave of 0 must wait: stable is out there, too, "
			  "60 share 0, 120 remark the wave of 1 begins, 120 share 0.5, "
			  "180 remark the wave of 0 begins, 180 share 1, 240 promote, 240 share 1");
}

Test(strategies, rings_hold_each_other)
{
	expect_story(HEALTHY,
		     "waves: {by: ring, rings: [10%, 100%], each: {canary: {steps: [50% for 1m]}}, "
		     "bake: 1m}",
		     "30m",
		     "0 share 0, 0 remark the wave of 1 begins, 0 share 0.05, 60 share 0.1, 120 "
		     "remark the wave of 2 begins, "
		     "120 share 0.55, 180 share 1, 240 promote, 240 share 1");
}

/* ---- what any rollout can be held to */

#define LADDER "canary: {steps: [10% for 10m, 50% for 10m]}"

Test(strategies, nothing_moves_up_while_changes_are_frozen)
{
	expect_story(HEALTHY, LADDER ", clock: fri 17:45, freeze: [fri 18:00 to fri 18:20]", "40m",
		     "0 share 0, 0 share 0.1, 600 share 0.5, 2100 promote, 2100 share 1");
	expect_story(HEALTHY, LADDER ", clock: 17:45, freeze: 17:30 to 18:00", "60m",
		     "0 share 0, 900 share 0.1, 1500 share 0.5, 2100 promote, 2100 share 1");
}

Test(strategies, the_way_back_is_open_while_changes_are_frozen)
{
	expect_story(BURST,
		     LADDER ", checks: [" WATCHING "], clock: fri 17:54, freeze: [fri 18:00 to mon "
			    "8:00]",
		     "20m",
		     "0 share 0, 0 share 0.1, 600 onset, 630 alarm, 630 rollback, 660 share 0, "
		     "660 safe");
}

Test(strategies, a_rollout_that_takes_too_long_ends)
{
	struct result row = expect_story(HEALTHY, LADDER ", max_duration: 15m", "40m",
					 "0 share 0, 0 share 0.1, 600 share 0.5, 900 remark the "
					 "rollout has taken longer than it may, "
					 "900 pause");
	cr_assert_eq(row.outcome, OUTCOME_PAUSED);
	row = expect_story(HEALTHY, LADDER ", max_duration: 15m, out_of_time: roll_back, start: 1m",
			   "40m",
			   "0 share 0, 60 share 0.1, 660 share 0.5, 960 remark the rollout has "
			   "taken longer than it may, "
			   "960 rollback, 990 share 0, 990 safe");
	cr_assert_eq(row.outcome, OUTCOME_ROLLED_BACK);
	cr_assert_eq(row.deciding_check, -1);
	expect_story(HEALTHY, LADDER ", max_duration: 20m", "40m",
		     "0 share 0, 0 share 0.1, 600 share 0.5, 1200 remark the rollout has taken "
		     "longer than it may, 1200 pause");
	expect_story(HEALTHY, LADDER ", max_duration: 21m", "40m",
		     "0 share 0, 0 share 0.1, 600 share 0.5, 1200 promote, 1200 share 1");
}

Test(strategies, without_a_baseline_nothing_begins)
{
	struct result row = expect_story(HEALTHY, LADDER ", needs_baseline: 10k, start: 1m", "40m",
					 "0 share 0, 60 refuse");
	cr_assert_eq(row.outcome, OUTCOME_REFUSED);
	cr_assert_eq(row.exposed_requests + row.missed + row.false_rollback, 0);
	expect_story(HEALTHY, LADDER ", needs_baseline: 2000, start: 1m", "40m",
		     "0 share 0, 60 share 0.1, 660 share 0.5, 1260 promote, 1260 share 1");
}

/* ---- shadow */

Test(strategies, a_shadow_shows_the_candidate_to_nobody)
{
	struct result row = expect_story(
		HEALTHY,
		"staged: {phases: [{shadow: {mirror: 50%, for: 5m, min_samples: 1000}}, "
		"{canary: {steps: [20% for 2m]}}]}",
		"8m",
		"0 share 0, 0 remark phase 1 begins, 0 copies 0.5, 0 share 0, 300 remark phase 2 "
		"begins, 300 copies 0, 300 share 0.2, 420 promote, 420 share 1");
	double copies = 0.5 * 50 * 300;
	cr_assert_float_eq((double)row.shadow_requests, copies, 5 * sqrt(copies));
	cr_assert_leq(row.exposed_requests, 50 * 60 * 1.4 + 50 * 120 * 0.3);
}

Test(strategies, a_shadow_says_what_is_to_be_done)
{
	struct result row = expect_story("step: {at: 0s, errors: +5%}",
					 "shadow: {mirror: 50%, for: 5m, errors: +2%}", "10m",
					 "0 share 0, 0 copies 0.5, 0 share 0, 300 remark fix "
					 "errors: 1 fails more often than it may, "
					 "300 rollback, 300 copies 0, 300 share 0, 300 safe");
	cr_assert_eq(row.outcome, OUTCOME_ROLLED_BACK);
	cr_assert_eq(row.exposed_requests + row.harmed_requests + row.false_rollback, 0);
	expect_story("step: {at: 0s, errors: +5%}", "shadow: {mirror: 50%, for: 5m, errors: +8%}",
		     "6m",
		     "0 share 0, 0 copies 0.5, 0 share 0, 300 promote, "
		     "300 copies 0, 300 share 1, 300 onset");
	expect_story("step: {at: 0s, latency: x1.5}", "shadow: {mirror: 50%, for: 5m}", "10m",
		     "0 share 0, 0 copies 0.5, 0 share 0, 300 remark optimise latency: 1 is slower "
		     "than it may "
		     "be, 300 rollback, 300 copies 0, 300 share 0, 300 safe");
}

/* 2.5 copies a second: 750 in five minutes, 1000 in six and two thirds. */
Test(strategies, a_shadow_waits_for_its_samples_but_not_for_ever)
{
	expect_story(HEALTHY, "shadow: {mirror: 5%, for: 5m, min_samples: 1000}", "10m",
		     "0 share 0, 0 copies 0.05, 0 share 0, 390 promote, 390 copies 0, 390 share 1");
	expect_story(HEALTHY, "shadow: {mirror: 1%, for: 1m, min_samples: 1000, patience: 30s}",
		     "10m",
		     "0 share 0, 0 copies 0.01, 0 share 0, 90 remark gives up: 49 requests of the "
		     "candidate are "
		     "too few to judge, 90 rollback, 90 copies 0, 90 share 0, 90 safe");
}

static const char *const answers_world =
	"scenario: answers\n"
	"traffic: {poisson: {rate: 50/s}, segments: {premium: 20%%, free: 80%%}}\n"
	"versions:\n"
	"  stable: {latency: 80ms, errors: 2%%, writes: 10%%, calls: {bank: 40%%}, quality: "
	"{accuracy: "
	"90%%}}\n"
	"  candidate: {like: stable}\n"
	"cases: {it: [%s]}\n"
	"rollouts: {r: {%s}}\n"
	"horizon: %s\n";

static struct result expect_of_answers(const char *faults, const char *rollout, const char *horizon,
				       const char *expected)
{
	struct world world;
	char text[4096];
	snprintf(text, sizeof text, answers_world, faults, rollout, horizon);
	world_read(&world, text);
	return expect_trial_story(&world, expected);
}

Test(strategies, a_shadow_compares_answers)
{
	const char *good =
		"0 share 0, 0 copies 0.5, 0 share 0, 300 promote, 300 copies 0, 300 share 1";
	struct result row = expect_of_answers(
		HEALTHY, "shadow: {mirror: 50%, for: 5m, agreement: 95%}", "10m", good);
	cr_assert_float_eq(row.shadow_writes, 0.1 * (double)row.shadow_requests, 1e-9);
	cr_assert_float_eq(row.shadow_calls, 0.4 * (double)row.shadow_requests, 1e-9);
	expect_of_answers("quality_drop: {accuracy: -20%}",
			  "shadow: {mirror: 50%, for: 5m, agreement: 95%}", "10m",
			  "0 share 0, 0 copies 0.5, 0 share 0, 300 remark investigate "
			  "disagreement: 1 answers "
			  "too much otherwise, 300 rollback, 300 copies 0, 300 share 0, 300 safe");
}

Test(strategies, a_shadow_whose_answers_differ_may_ask_a_person)
{
	expect_of_answers("quality_drop: {accuracy: -20%}",
			  "shadow: {mirror: 50%, for: 5m, agreement: 95%, on_disagreement: pause}",
			  "10m",
			  "0 share 0, 0 copies 0.5, 0 share 0, 300 remark investigate "
			  "disagreement: 1 answers "
			  "too much otherwise, 300 pause");
	/* Only then: what fails more is to be mended. */
	expect_of_answers("step: {errors: +10%}",
			  "shadow: {mirror: 50%, for: 5m, agreement: 95%, on_disagreement: pause}",
			  "10m",
			  "0 share 0, 0 copies 0.5, 0 share 0, 300 remark fix errors: 1 fails more "
			  "often than it may, "
			  "300 rollback, 300 copies 0, 300 share 0, 300 safe");
}

/* ---- A/B tests */

/* From 2 % to 4 %, at 5 % and 80 %: 1141 of each (power.prop.test of R 4.2: n = 1140.1), at 25 a
 * second 46 seconds. */
Test(strategies, an_ab_test_ends_when_its_planned_sample_is_there)
{
	expect_of_answers("step: {at: 0s, errors: +4%}", "ab_test: {effect: x2}", "10m",
			  "0 share 0, 0 share 0.5, 0 onset, 60 remark 1 loses, 60 rollback, "
			  "90 share 0, 90 safe");
	expect_of_answers("step: {at: 0s, errors: x0}", "ab_test: {effect: x2}", "10m",
			  "0 share 0, 0 share 0.5, 60 remark 1 wins, 60 promote, 60 share 1");
}

/* One answer more is enough; 25 a second of each, so that 50 are there at the first look. */
Test(strategies, an_ab_test_may_be_won_by_whoever_is_ahead)
{
	struct world world;
	char text[4096];
	int promoted = 0, undone = 0;
	snprintf(text, sizeof text, answers_world, HEALTHY,
		 "ab_test: {effect: +1%, sample: 50, method: ahead, every: 2s}", "1m");
	world_read(&world, text);
	enum { TRIALS = 400 };
	for (uint64_t t = 0; t < TRIALS; t++) {
		const struct result *row = world_run(&world, 0, 0, t);
		promoted += row->outcome == OUTCOME_PROMOTED;
		undone += row->outcome == OUTCOME_ROLLED_BACK;
	}
	/* Alike as they are, either wins as often; with 2 % of 50 nobody is ahead in three of ten.
	 */
	cr_assert_float_eq(promoted, undone, 4 * sqrt(promoted + undone));
	cr_assert_geq(promoted + undone, TRIALS / 2);
	world_free(&world);
}

Test(strategies, an_ab_test_tells_a_tie_from_knowing_nothing)
{
	expect_of_answers(HEALTHY, "ab_test: {effect: +1%, sample: 20k}", "20m",
			  "0 share 0, 0 share 0.5, 840 remark a tie: 1 makes no difference that "
			  "matters, 840 promote, 840 share 1");
	expect_of_answers(HEALTHY, "ab_test: {effect: +0.1%, sample: 1000}", "20m",
			  "0 share 0, 0 share 0.5, 60 remark inconclusive: whether 1 makes a "
			  "difference cannot be said, 60 pause");
	expect_of_answers(HEALTHY,
			  "ab_test: {effect: +0.1%, sample: 1000, on_inconclusive: roll_back}",
			  "20m",
			  "0 share 0, 0 share 0.5, 60 remark inconclusive: whether 1 makes a "
			  "difference cannot be said, 60 rollback, 90 share 0, 90 safe");
}

Test(strategies, a_holdout_stays_with_stable)
{
	struct result row = expect_of_answers(
		HEALTHY, "ab_test: {effect: +1%, sample: 15k, holdout: 20%}", "20m",
		"0 share 0, 0 share 0.4, 780 remark a tie: 1 makes no difference "
		"that matters, 780 promote, 780 share 0.8");
	cr_assert_eq(row.peak_share, 0.8);
}

Test(strategies, a_sequential_test_ends_when_it_knows_enough)
{
	expect_of_answers("step: {at: 0s, errors: +50%}",
			  "ab_test: {effect: +5%, sample: 20k, method: sequential, every: 10s}",
			  "20m",
			  "0 share 0, 0 share 0.5, 0 onset, 20 remark 1 loses, 20 rollback, "
			  "50 share 0, 50 safe");
}

Test(strategies, what_is_better_for_most_may_be_worse_for_some)
{
	const char *const faults = "step: {at: 0s, segment: premium, errors: +5%}, step: {at: 0s, "
				   "segment: free, errors: x0.1}";
	expect_of_answers(faults, "ab_test: {effect: +1%, sample: 10k}", "20m",
			  "0 share 0, 0 share 0.5, 0 onset, 420 remark it is worse for 0, "
			  "420 promote, 420 share 1");
	expect_of_answers(
		faults, "ab_test: {effect: +1%, sample: 10k, segments_veto: yes}", "20m",
		"0 share 0, 0 share 0.5, 0 onset, 420 remark it is worse for 0, 420 pause");
}

Test(strategies, a_split_that_is_none_cannot_be_judged)
{
	expect_of_answers(
		"weight_skew: {by: x0.8}", "ab_test: {effect: +1%, sample: 5k}", "20m",
		"0 share 0, 0 share 0.4, 300 remark the samples are not of the sizes that "
		"were asked for: 1 cannot be judged, 300 pause");
}

Test(strategies, checks_are_the_guardrails_of_an_ab_test)
{
	expect_of_answers("step: {at: 0s, errors: +50%}",
			  "ab_test: {effect: +1%, sample: 20k}, checks: [{metric: error_rate, "
			  "threshold: {max: 30%}}]",
			  "20m",
			  "0 share 0, 0 share 0.5, 0 onset, 30 alarm, 30 rollback, 60 share 0, "
			  "60 safe");
}

/* ---- manual */

#define HAND "manual: {steps: [10% for 30m, 50% for 30m], every: 1h, reacts: 5m}"

Test(strategies, a_person_acts_some_time_after_looking)
{
	expect_story(HEALTHY, HAND, "3h",
		     "0 share 0, 0 share 0.1, 3900 share 0.5, 7500 promote, 7500 share 1");
	expect_story(BURST, HAND ", checks: [" WATCHING "]", "3h",
		     "0 share 0, 0 share 0.1, 600 onset, 630 alarm, 3900 rollback, 3930 share 0, "
		     "3930 safe");
}

/* The look that would be at 23:30 waits for the morning, at 7:00. */
Test(strategies, nobody_looks_at_night_unless_they_are_called)
{
	expect_story(
		BURST,
		"manual: {steps: [10% for 30m], every: 1h, reacts: 5m, asleep: 22:00 to 7:00}, "
		"clock: tue 21:30, checks: [" WATCHING "]",
		"10h",
		"0 share 0, 0 share 0.1, 600 onset, 630 alarm, 34500 rollback, 34530 share 0, "
		"34530 safe");
	expect_story(BURST,
		     "manual: {steps: [10% for 30m], every: 1h, reacts: 5m, asleep: 22:00 to 7:00, "
		     "pager: yes}, clock: tue 21:30, checks: [" WATCHING "]",
		     "10h",
		     "0 share 0, 0 share 0.1, 600 onset, 630 alarm, 930 rollback, 960 share 0, "
		     "960 safe");
}

/* Looks are due at 15 and 25 minutes; who is still on the way to act cannot take them. */
Test(strategies, who_takes_long_to_act_looks_when_it_is_done)
{
	expect_story(HEALTHY,
		     "manual: {steps: [10% for 10m, 50% for 10m], every: 10m, reacts: 12m}, "
		     "checks: [" WATCHING "]",
		     "2h", "0 share 0, 0 share 0.1, 1320 share 0.5, 2640 promote, 2640 share 1");
}

/* ---- the way back */

#define SLOWLY "canary: {steps: [20% for 20m, 50% for 20m]}, checks: [" WATCHING "]"
#define BLIP   "step: {at: 10m, errors: +100%, duration: 2m}"

Test(strategies, half_goes_back_first_and_is_restored_when_it_was_nothing)
{
	struct result row =
		expect_story(BLIP, SLOWLY ", rollback: {policy: staged}", "60m",
			     "0 share 0, 0 share 0.2, 600 onset, 630 alarm, 630 halve, 660 share "
			     "0.1, 960 restore, "
			     "960 share 0.2, 1200 share 0.5, 2400 promote, 2400 share 1");
	cr_assert_eq(row.outcome, OUTCOME_PROMOTED);
	cr_assert(isnan(row.decision_time));
	cr_assert_eq(row.deciding_check, -1);
}

Test(strategies, the_other_half_follows_when_it_still_fails)
{
	struct result row = expect_story(
		BURST, SLOWLY ", rollback: {policy: staged, observe: 2m}", "60m",
		"0 share 0, 0 share 0.2, 600 onset, 630 alarm, 630 halve, 660 share 0.1, "
		"780 rollback, 810 share 0, 810 safe");
	cr_assert_eq(row.outcome, OUTCOME_ROLLED_BACK);
	cr_assert_eq(row.detection_time, 30, "it was noticed when half of it went back");
	cr_assert_eq(row.mitigation_time, 210);
	cr_assert_eq(row.deciding_check, 0);
}

Test(strategies, what_was_restored_once_goes_back_at_once)
{
	const char *const twice = BLIP ", step: {at: 25m, errors: +100%, duration: 2m}";
	expect_story(twice, SLOWLY ", rollback: {policy: staged, method: switch}", "60m",
		     "0 share 0, 0 share 0.2, 600 onset, 630 alarm, 630 halve, 631 share 0.1, "
		     "931 restore, 931 share 0.2, 1200 share 0.5, 1530 alarm, 1530 rollback, "
		     "1531 share 0, 1531 safe");
	expect_story(twice, SLOWLY ", rollback: {policy: staged, method: switch, cool_down: 15m}",
		     "60m",
		     "0 share 0, 0 share 0.2, 600 onset, 630 alarm, 630 halve, 631 share 0.1, "
		     "931 restore, 931 share 0.2, 1200 share 0.5, 2400 promote, 2400 share 1");
}

Test(strategies, each_check_may_say_what_is_to_be_done)
{
	expect_story(BURST,
		     "canary: {steps: [20% for 20m]}, checks: [{metric: error_rate, threshold: "
		     "{max: 50%}, window: 30s, action: pause}]",
		     "60m", "0 share 0, 0 share 0.2, 600 onset, 630 alarm, 630 pause");
	expect_story(BLIP,
		     "canary: {steps: [20% for 20m]}, checks: [{metric: error_rate, threshold: "
		     "{max: 50%}, window: 30s, action: halve}]",
		     "60m",
		     "0 share 0, 0 share 0.2, 600 onset, 630 alarm, 630 halve, 660 share 0.1, "
		     "960 restore, 960 share 0.2, 1200 promote, 1200 share 1");
}

Test(strategies, a_check_may_have_to_fail_for_a_while)
{
	const char *const lasting = "canary: {steps: [20% for 20m]}, checks: [{metric: error_rate, "
				    "threshold: {max: 50%}, "
				    "window: 30s, for: 2m}]";
	expect_story(BURST, lasting, "60m",
		     "0 share 0, 0 share 0.2, 600 onset, 750 alarm, 750 rollback, 780 share 0, "
		     "780 safe");
	expect_story("step: {at: 10m, errors: +100%, duration: 90s}", lasting, "60m",
		     "0 share 0, 0 share 0.2, 600 onset, 1200 promote, 1200 share 1");
}

Test(strategies, methods_take_the_time_they_take)
{
	expect_story(BURST, SLOWLY ", rollback: {method: switch}", "60m",
		     "0 share 0, 0 share 0.2, 600 onset, 630 alarm, 630 rollback, 631 share 0, "
		     "631 safe");
	struct {
		const char *method;
		double least, most;
	} const rows[] = {{"redeploy", 30, 30}, {"script", 120, 180}, {"manual", 300, 600}};
	for (int i = 0; i < 3; i++) {
		struct world world;
		char rollout[256];
		snprintf(rollout, sizeof rollout, "%s, rollback: {method: %s}", SLOWLY,
			 rows[i].method);
		read_decisions(&world, BURST, rollout, "60m");
		for (uint64_t t = 0; t < 20; t++) {
			const struct result *row = world_run(&world, 0, 0, t);
			double took = row->mitigation_time - row->detection_time;
			cr_assert(took >= rows[i].least - 1e-6 && took <= rows[i].most + 1e-6,
				  "%s: %g", rows[i].method, took);
		}
		world_free(&world);
	}
}

/* Eight groups of routers follow within 70 seconds, one every ten. */
Test(strategies, routers_follow_one_after_the_other)
{
	struct result row = expect_story(
		BURST, SLOWLY ", rollback: {method: switch, spread: 70s}", "60m",
		"0 share 0, 0 share 0.2, 600 onset, 630 alarm, 630 rollback, 631 share 0.175, "
		"641 share 0.15, 651 share 0.125, 661 share 0.1, 671 share 0.075, 681 share 0.05, "
		"691 share 0.025, 701 share 0, 701 safe");
	cr_assert_eq(row.mitigation_time, 101);
}

/* Every attempt fails; after two more somebody does it by hand. */
Test(strategies, in_the_end_somebody_goes_back_by_hand)
{
	struct world world;
	read_decisions(&world, BURST,
		       SLOWLY ", rollback: {takes: 10s, fails: 99%, retry_after: 1m, retries: 2}",
		       "60m");
	int by_hand = 0;
	for (uint64_t t = 0; t < 50; t++) {
		const struct result *row = world_run(&world, 0, 0, t);
		double took = row->mitigation_time - row->detection_time;
		by_hand += took >= 10 + 70 + 70 + 60 + 300 && took <= 10 + 70 + 70 + 60 + 600;
		cr_assert_leq(took, 810);
	}
	cr_assert_geq(by_hand, 40);
	world_free(&world);
}

Test(strategies, the_canary_alone_may_go_back)
{
	struct result row = expect_in_regions(
		BURST,
		"canary: {steps: [20% for 20m]}, baseline: control, checks: [" WATCHING
		"], rollback: {policy: canary_only}",
		"20m",
		"0 share 0, 0 share 0.2, 600 onset, 630 alarm, 630 rollback, 660 share 0, 660 "
		"safe");
	double kept = 0.2 * 50 * 1200;
	cr_assert_float_eq((double)row.version_requests[2], kept, 5 * sqrt(kept));
}

/* The rollout says that the candidate alone goes back; the check may say otherwise, and so may it
 * the other way round. */
Test(strategies, a_check_says_whether_the_canary_alone_goes_back)
{
	static const struct {
		const char *action, *policy;
		bool alone;
	} cases[] = {{"immediate", "canary_only", false},
		     {"usual", "canary_only", true},
		     {"canary_only", "immediate", true},
		     {"canary_only", "staged", true},
		     {"usual", "immediate", false}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char rollout[512];
		snprintf(rollout, sizeof rollout,
			 "canary: {steps: [20%% for 20m]}, baseline: control, checks: [{metric: "
			 "error_rate, threshold: {max: 50%%}, window: 30s, action: %s}], rollback: "
			 "{policy: %s}",
			 cases[i].action, cases[i].policy);
		struct result row = expect_in_regions(
			BURST, rollout, "20m",
			"0 share 0, 0 share 0.2, 600 onset, 630 alarm, 630 rollback, 660 share 0, "
			"660 safe");
		double kept = 0.2 * 50 * (cases[i].alone ? 1200 : 660);
		cr_expect_float_eq((double)row.version_requests[2], kept, 5 * sqrt(kept), "%s, %s",
				   cases[i].action, cases[i].policy);
	}
}

/* ---- rolling */

/* Of four, one may be missing and one too many: two are started, then two more. */
#define ROLLING "rolling: {instances: 4, max_surge: 25%, max_unavailable: 25%, ready: 30s}"

Test(strategies, instances_are_replaced_as_surge_and_unavailability_let)
{
	expect_story(HEALTHY, ROLLING, "10m",
		     "0 share 0, 30 share 0.666667, 60 promote, 60 share 1");
	/* One more at a time: 1 of 5, 2, 3, 4. */
	expect_story(
		HEALTHY, "rolling: {instances: 4, max_surge: 25%, max_unavailable: 0, ready: 30s}",
		"10m",
		"0 share 0, 30 share 0.25, 60 share 0.5, 90 share 0.75, 120 promote, 120 share 1");
	/* One less at a time. */
	expect_story(HEALTHY,
		     "rolling: {instances: 4, max_surge: 0, max_unavailable: 0, ready: 30s}", "10m",
		     "0 share 0, 30 share 0.333333, 60 share 0.666667, 90 share 1, 120 promote, "
		     "120 share 1");
	/* What has been ready for a minute is available. */
	expect_story(HEALTHY,
		     "rolling: {instances: 2, max_surge: 50%, max_unavailable: 0, ready: 30s, "
		     "min_ready: 1m}",
		     "10m",
		     "0 share 0, 30 share 0.333333, 90 share 0.5, 120 share 0.666667, 180 promote, "
		     "180 share 1");
}

Test(strategies, the_way_back_of_rolling_is_rolling)
{
	struct result row = expect_story("step: {at: 10s, errors: +100%}",
					 ROLLING ", checks: [" WATCHING "]", "10m",
					 "0 share 0, 30 share 0.666667, 30 onset, 60 alarm, 60 "
					 "rollback, 90 share 0, 90 safe, "
					 "120 share 0");
	cr_assert_eq(row.outcome, OUTCOME_ROLLED_BACK);
	cr_assert_eq(row.mitigation_time, 60);
}

Test(strategies, instances_that_never_get_ready_end_it)
{
	struct result row = expect_story(
		HEALTHY,
		"rolling: {instances: 4, max_unavailable: 0, fails: 100%, deadline: 1m, "
		"most_failures: 2}",
		"10m",
		"0 share 0, 180 remark 3 instances have not become ready: it gives up, "
		"180 rollback, 180 share 0, 180 safe");
	cr_assert_eq(row.exposed_requests, 0);
}

/* Ten replicas an hour of stable, and those of the candidate that run beside them. */
Test(strategies, what_runs_is_paid_for)
{
	struct world world;
	world_read(&world,
		   "scenario: bills\n"
		   "traffic: {poisson: {rate: 20/s}}\n"
		   "versions: {stable: {latency: 80ms, pool: {replicas: 10, slots: 4}}, "
		   "candidate: {like: stable}}\n"
		   "cases: {healthy: []}\n"
		   "rollouts:\n"
		   "  plain: {instant: {}}\n"
		   "  both: {blue_green: {preview: 10m, soak: 5m, keep_warm: 20m}}\n"
		   "  rolling: {rolling: {instances: 10, max_surge: 0, max_unavailable: 10%, "
		   "ready: 1m}}\n"
		   "horizon: 60m\n");
	cr_assert_float_eq(world_run(&world, 0, 0, 0)->replica_hours, 10, 1e-6);
	cr_assert_float_eq(world_run(&world, 1, 0, 0)->replica_hours, 10 + 10 * 0.5, 1e-6);
	/* Ten minutes with nine. */
	cr_assert_float_eq(world_run(&world, 2, 0, 0)->replica_hours, 10 - 10 / 60.0, 1e-6);
	world_free(&world);
}

/* ---- blue-green: more than a switch */

Test(strategies, green_is_validated_before_anybody_sees_it)
{
	struct result row = expect_story(
		"step: {at: 1m, errors: +100%}", "blue_green: {preview: 2m, probes: 20}", "30m",
		"0 share 0, 0 share 0, 120 remark validation fails: 0 % of the probes pass, "
		"120 rollback, 121 share 0, 121 safe");
	cr_assert_eq(row.exposed_requests + row.false_rollback, 0);
	expect_story("step: {at: 1m, latency: +50ms}",
		     "blue_green: {preview: 2m, probes: 20, probe_latency: 100ms}", "30m",
		     "0 share 0, 0 share 0, 120 remark validation fails: 0 % of the probes pass, "
		     "120 rollback, 121 share 0, 121 safe");
	expect_story("step: {at: 1m, latency: +50ms}",
		     "blue_green: {preview: 2m, probes: 20, probe_latency: 150ms}", "20m",
		     "0 share 0, 0 share 0, 120 share 1, 120 onset, 720 promote, 720 share 1");
}

/* Whatever share may fail, stable's must fail as well. */
Test(strategies, green_is_asked_what_blue_is_asked)
{
	static const char *const quality =
		"scenario: answers\ntraffic: {poisson: {rate: 50/s}}\nversions:\n"
		"  stable: {latency: 80ms, errors: 30%%, quality: {accuracy: 90%%}}\n"
		"  candidate: {like: stable, quality: {accuracy: 90%%, agreement: %s}}\n"
		"cases: {it: []}\nrollouts: {r: {blue_green: {preview: 2m, probes: 100, "
		"probe_pass: 0, probe_agreement: 95%%, soak: 2m}}}\nhorizon: 10m\n";
	struct world world;
	char text[1024];
	expect_story("step: {at: 1m, errors: +100%}",
		     "blue_green: {preview: 2m, probes: 20, probe_pass: 0, probe_agreement: 50%}",
		     "30m",
		     "0 share 0, 0 share 0, 120 remark green is not compatible: 0 % of the probes "
		     "are answered as by stable, 120 rollback, 121 share 0, 121 safe");
	for (int i = 0; i < 2; i++) {
		snprintf(text, sizeof text, quality, i ? "80%" : "100%");
		world_read(&world, text);
		cr_assert_eq(world_run(&world, 0, 0, 0)->outcome,
			     i ? OUTCOME_ROLLED_BACK : OUTCOME_PROMOTED);
		world_free(&world);
	}
}

Test(strategies, the_switch_may_be_a_ladder_with_its_own_checks)
{
	expect_story(HEALTHY,
		     "blue_green: {preview: 1m, steps: [10% for 1m, 50% for 1m], soak: 1m}", "10m",
		     "0 share 0, 0 share 0, 60 share 0.1, 120 share 0.5, 180 share 1, 240 promote, "
		     "240 share 1");
	expect_story("step: {at: 1m, errors: +100%}",
		     "blue_green: {preview: 1m, steps: [10% for 1m], before: [" WATCHING "]}", "3m",
		     "0 share 0, 0 share 0, 60 share 0.1, 60 onset, 120 share 1");
	expect_story("step: {at: 1m, errors: +100%}",
		     "blue_green: {preview: 1m, steps: [10% for 1m], after: [" WATCHING "]}", "3m",
		     "0 share 0, 0 share 0, 60 share 0.1, 60 onset, 90 alarm, 90 rollback, "
		     "91 share 0, 91 safe");
}

Test(strategies, green_that_is_not_healthy_goes_back)
{
	expect_story("step: {at: 3m, errors: +100%}", "blue_green: {preview: 1m, min_health: 90%}",
		     "30m",
		     "0 share 0, 0 share 0, 60 share 1, 180 onset, 195 remark 1 is not healthy "
		     "enough, 195 rollback, 196 share 0, 196 safe");
}

/* ---- every strategy */

/* Shares as they are told are in [0, 1] and, once the horizon is near, all: a healthy candidate
 * that nobody watches is promoted by whoever ever decides. */
Test(strategies, a_healthy_candidate_that_nobody_watches_is_always_promoted)
{
	static const char *const rollouts[] = {
		"instant: {}",
		"canary: {steps: [{share: 5%, requests: 2000, approval: 5m}, 50% for 10m], pods: "
		"7}",
		"blue_green: {preview: 5m, mirror: 10%, probes: 50, steps: [20% for 5m], soak: 5m}",
		"rolling: {instances: 7, ready: {exponential: {mean: 40s}}, fails: 20%, "
		"most_failures: 100}",
		"shadow: {mirror: 30%, for: 5m}",
		"ab_test: {effect: +1%, sample: 20k, alpha: 0.01%, on_inconclusive: promote}",
		"waves: {each: {rolling: {instances: 3}}, bake: 5m}",
		"waves: {each: {manual: {steps: [20% for 5m], every: 10m}}, by: ring, rings: [2%, "
		"30%, "
		"100%], bake: 5m}",
		"staged: {phases: [{shadow: {for: 5m}}, {waves: {each: {canary: {steps: [50% for "
		"5m]}}, bake: 5m}}, {blue_green: {preview: 1m, soak: 1m}}]}",
		"feature_flag: {rules: [{region: us, share: 20%}], share: 10%}",
		"feature_flag: {rules: [{during: 0:30 to 2:00, share: 5%}], driver: {waves: {each: "
		"{canary: {steps: [50% for 5m]}}, bake: 5m}}}",
		"manual: {steps: [10% for 20m], every: 15m, reacts: {exponential: {mean: 5m}}}",
	};
	for (size_t i = 0; i < sizeof rollouts / sizeof *rollouts; i++) {
		struct world world;
		read_decisions_in(&world, REGIONS, HEALTHY, rollouts[i], "3h");
		for (uint64_t t = 0; t < 10; t++) {
			struct result row = *world_run(&world, 0, 0, t);
			struct result again = *world_run(&world, 0, 0, t);
			cr_assert_eq(row.outcome, OUTCOME_PROMOTED, "%s", rollouts[i]);
			cr_assert_eq(row.peak_share, 1, "%s", rollouts[i]);
			cr_assert_eq(memcmp(&row, &again, sizeof row), 0, "%s", rollouts[i]);
		}
		world_free(&world);
	}
}
