/* What is decided and when: with faults that leave no doubt, every life of a rollout can be told in
 * advance, second by second. */
#include "models/list.h"

#include "tests/story.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- the ladder of a canary */

Test(decisions, a_canary_climbs_its_steps_and_is_promoted)
{
	struct result row = expect_story(
		HEALTHY, "canary: {steps: [5% for 10m, 25% for 5m, 50% for 90s]}, start: 1m", "30m",
		"0 share 0, 60 share 0.05, 660 share 0.25, 960 share 0.5, 1050 promote, "
		"1050 share 1");
	cr_assert_eq(row.outcome, OUTCOME_PROMOTED);
	cr_assert_eq(row.promotion_time, 1050);
	cr_assert_eq(row.time_to_promote, 990);
	cr_assert_eq(row.peak_share, 1);
	cr_assert(isnan(row.onset_time) && isnan(row.decision_time) && isnan(row.detection_time));
	cr_assert_eq(row.missed + row.false_rollback, 0);
	cr_assert_eq(row.deciding_check, -1);
}

Test(decisions, checks_that_pass_hold_nothing_up)
{
	expect_story(HEALTHY, "canary: {steps: [5% for 10m, 25% for 5m]}, checks: [" WATCHING "]",
		     "30m", "0 share 0, 0 share 0.05, 600 share 0.25, 900 promote, 900 share 1");
}

Test(decisions, steps_of_equal_height_end_where_they_should)
{
	expect_story(HEALTHY, "canary: {start: 10%, increment: 20%, max: 50%, every: 1m}", "30m",
		     "0 share 0, 0 share 0.1, 60 share 0.3, 120 share 0.5, 180 promote, "
		     "180 share 1");
	expect_story(HEALTHY, "canary: {start: 40%, increment: 40%, every: 1m}", "30m",
		     "0 share 0, 0 share 0.4, 60 share 0.8, 120 share 1, 180 promote, 180 share 1");
}

/* 10 % and three times 30 % are all, although 0.1 + 3 x 0.3 < 1 in binary. */
Test(decisions, steps_of_equal_height_end_where_they_should_whatever_binary_says)
{
	static const char *const text =
		"scenario: steps\n"
		"traffic: {poisson: {rate: 50/s}, timeout: 1s}\n"
		"versions: {stable: {latency: 80ms}, candidate: {latency: 80ms}}\n"
		"cases: {healthy: []}\n"
		"rollouts: {r: {canary: {start: 10%, increment: 30%, every: 1m}}}\n"
		"horizon: 10m\n";
	struct world world;
	world_read(&world, text);
	struct result row = expect_trial_story(
		&world, "0 share 0, 0 share 0.1, 60 share 0.4, 120 share 0.7, 180 share 1, "
			"240 promote, 240 share 1");
	double expected = 50 * 60 * (0.1 + 0.4 + 0.7 + 1 + 6);
	cr_assert_float_eq((double)row.exposed_requests, expected, 5 * sqrt(expected));
}

/* The steps stand at the beginning of a page, and before it no memory may be touched. */
Test(decisions, a_canary_reads_no_step_before_its_first)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *memory =
		mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	cr_assert_neq(memory, MAP_FAILED);
	cr_assert_eq(mprotect(memory, page, PROT_NONE), 0);
	struct step *step = (struct step *)(memory + page);
	step[0] = (struct step){.share = 0.25, .hold = 7, .requests = PARAM_UNSET};
	const struct plugin *plugin = &strategy_canary.plugin;
	void *config = calloc(1, plugin->config_size), *state = calloc(1, plugin->state_size);
	for (const struct param *p = plugin->params; p->key; p++) {
		param_clear(p, config);
		if (p->type == PARAM_STAGES)
			*(struct stages *)((char *)config + p->offset) = (struct stages){step, 1};
	}
	struct routes routes;
	routes_reset(&routes, 1, 2);
	const struct observation observation = {.candidate = 1, .tripped = -1};
	struct decision decision = strategy_canary.decide(config, state, &observation, &routes);
	cr_assert_eq(decision.kind, DECISION_SHIFT);
	cr_assert_eq(decision.wake, 7);
	cr_assert_eq(routes.share[0][1], 0.25);
	free(config);
	free(state);
	munmap(memory, 2 * page);
}

/* ---- the other strategies */

Test(decisions, instant_is_at_once)
{
	struct result row = expect_story(HEALTHY, "instant: {}, start: 2m", "10m",
					 "0 share 0, 120 promote, 120 share 1");
	cr_assert_eq(row.time_to_promote, 0);
	cr_assert_eq(row.promotion_time, 120);
}

Test(decisions, blue_green_looks_switches_soaks_and_promotes)
{
	struct result row = expect_story(
		HEALTHY,
		"blue_green: {preview: 5m, mirror: 50%, soak: 10m}, checks: [" WATCHING "]", "30m",
		"0 share 0, 0 copies 0.5, 0 share 0, 300 copies 0, 300 share 1, 900 promote, "
		"900 share 1");
	cr_assert_eq(row.outcome, OUTCOME_PROMOTED);
	cr_assert_float_eq((double)row.exposed_requests, 50 * 1500, 5 * sqrt(50 * 1500));
}

Test(decisions, blue_green_may_do_without_preview_and_soak)
{
	expect_story(HEALTHY, "blue_green: {preview: 0s, soak: 5m}", "10m",
		     "0 share 0, 0 share 0, 0 share 1, 300 promote, 300 share 1");
	expect_story(HEALTHY, "blue_green: {preview: 1m, soak: 0s}", "10m",
		     "0 share 0, 0 share 0, 60 share 1, 60 promote, 60 share 1");
	expect_story(HEALTHY, "blue_green: {preview: 0s, soak: 0s}", "10m",
		     "0 share 0, 0 share 0, 0 share 1, 0 promote, 0 share 1");
}

Test(decisions, a_blind_preview_is_not_held_up_by_checks)
{
	expect_story(HEALTHY,
		     "blue_green: {preview: 1m, mirror: 0, soak: 1m}, checks: [" WATCHING "]",
		     "10m", "0 share 0, 0 share 0, 60 share 1, 120 promote, 120 share 1");
}

Test(decisions, copies_warn_before_anybody_is_exposed)
{
	struct result row = expect_story(
		"step: {at: 1m, errors: +100%}",
		"blue_green: {preview: 5m, mirror: 50%, soak: 10m}, checks: [" WATCHING "]", "30m",
		"0 share 0, 0 copies 0.5, 0 share 0, 90 alarm, 90 rollback, 91 copies 0, "
		"91 share 0, 91 safe");
	cr_assert_eq(row.outcome, OUTCOME_ROLLED_BACK);
	cr_assert_eq(row.exposed_requests, 0);
	cr_assert_eq(row.harmed_requests, 0);
	cr_assert_eq(row.version_requests[1], 0);
	cr_assert_eq(row.version_failures[1], 0);
	cr_assert_eq(row.peak_share, 0);
}

Test(decisions, the_way_back_is_a_switch_while_blue_is_warm)
{
	const char *const told = "0 share 0, 0 share 0, 0 share 1, 300 promote, 300 share 1, "
				 "600 onset, 630 alarm, 630 rollback, ";
	char expected[256];
	snprintf(expected, sizeof expected, "%s632 share 0, 632 safe", told);
	expect_story(BURST,
		     "blue_green: {preview: 0s, soak: 5m, keep_warm: 631s, switch_back: 2s}, "
		     "checks: [" ALWAYS "], rollback: {takes: 40s}",
		     "30m", expected);
	snprintf(expected, sizeof expected, "%s670 share 0, 670 safe", told);
	expect_story(BURST,
		     "blue_green: {preview: 0s, soak: 5m, keep_warm: 630s, switch_back: 2s}, "
		     "checks: [" ALWAYS "], rollback: {takes: 40s}",
		     "30m", expected);
}

/* ---- from onset to safety */

Test(decisions, the_way_from_onset_to_safety_can_be_counted)
{
	struct result row = expect_story(
		BURST,
		"canary: {steps: [20% for 20m]}, checks: [" WATCHING "], rollback: {takes: 20s}",
		"30m",
		"0 share 0, 0 share 0.2, 600 onset, 630 alarm, 630 rollback, "
		"650 share 0, 650 safe");
	cr_assert_eq(row.outcome, OUTCOME_ROLLED_BACK);
	cr_assert_eq(row.onset_time, 600);
	cr_assert_eq(row.evidence_time, 15);
	cr_assert_eq(row.alarm_time, 30);
	cr_assert_eq(row.detection_time, 30);
	cr_assert_eq(row.decision_time, 630);
	cr_assert_eq(row.mitigation_time, 50);
	cr_assert(row.drain_time >= 50 && row.drain_time <= 50.08);
	cr_assert_eq(row.deciding_check, 0);
	cr_assert_gt(row.deciding_statistic, 0.99);
	cr_assert_eq(row.missed + row.false_rollback, 0);
	/* A fifth of the requests of 50 seconds, all of them harmed. */
	cr_assert_float_eq((double)row.harmed_requests, 500, 5 * sqrt(500));
	cr_assert_eq(row.peak_share, 0.2);
}

Test(decisions, a_late_scrape_is_late_evidence_for_checks_only)
{
	struct world world;
	char text[4096];
	snprintf(text, sizeof text, story_world, STORY_TRAFFIC, BURST,
		 "canary: {steps: [20% for 20m]}, checks: [" WATCHING "], rollback: {takes: 20s}",
		 "30m");
	char *scrape = strstr(text, "{scrape: 15s}");
	memcpy(scrape, "{scrape: 15s,", 13);
	char longer[4200];
	snprintf(longer, sizeof longer, "%.*s delay: 40s}%s", (int)(scrape + 13 - text), text,
		 scrape + 13);
	world_read(&world, longer);
	const struct result *row = world_run(&world, 0, 0, 0);
	cr_assert_eq(row->evidence_time, 15);
	/* At 660 the newest scrape is of 615 and half of its window is bad: no more than 50 %. */
	cr_assert(row->detection_time == 60 || row->detection_time == 90);
	world_free(&world);
}

Test(decisions, two_failures_take_another_look)
{
	struct result row = expect_story(
		BURST,
		"canary: {steps: [20% for 20m]}, rollback: {takes: 20s}, checks: [{metric: "
		"error_rate, threshold: {max: 50%}, every: 30s, window: 30s, fail_limit: 2}]",
		"30m",
		"0 share 0, 0 share 0.2, 600 onset, 660 alarm, 660 rollback, "
		"680 share 0, 680 safe");
	cr_assert_eq(row.alarm_time, 30);
	cr_assert_eq(row.detection_time, 60);
}

Test(decisions, a_rollback_before_onset_is_a_false_one)
{
	struct result row = expect_story(
		BURST,
		"canary: {steps: [20% for 20m]}, rollback: {takes: 5m}, checks: [{metric: "
		"error_rate, threshold: {max: 50%}, segment: none, no_data: fail, every: 9m}]",
		"30m",
		"0 share 0, 0 share 0.2, 540 alarm, 540 rollback, 600 onset, "
		"840 share 0, 840 safe");
	cr_assert_eq(row.false_rollback, 1);
	cr_assert_eq(row.missed, 0);
	cr_assert(isnan(row.detection_time) && isnan(row.alarm_time));
	cr_assert_eq(row.mitigation_time, 240);
}

Test(decisions, a_failure_before_onset_counts_but_is_no_alarm)
{
	struct result row = expect_story(
		"{step: {on: both, at: 5m, duration: 30s, errors: +100%}}, {" BURST "}",
		"canary: {steps: [20% for 20m]}, rollback: {takes: 20s}, checks: [{metric: "
		"error_rate, threshold: {max: 50%}, every: 30s, window: 30s, fail_limit: 2}]",
		"30m",
		"0 share 0, 0 share 0.2, 600 onset, 630 alarm, 630 rollback, 650 share 0, "
		"650 safe");
	cr_assert_eq(row.alarm_time, 30);
	cr_assert_eq(row.detection_time, 30);
	cr_assert_eq(row.false_rollback, 0);
}

Test(decisions, onset_waits_for_exposure)
{
	struct result row = expect_story("step: {at: 1m, errors: +100%}", "instant: {}, start: 5m",
					 "10m", "0 share 0, 300 promote, 300 share 1, 300 onset");
	cr_assert_eq(row.onset_time, 300);
	cr_assert_eq(row.missed, 1);
	cr_assert_eq(row.outcome, OUTCOME_PROMOTED);
}

/* ---- after promotion */

Test(decisions, only_a_check_that_watches_always_undoes_a_promotion)
{
	struct result row = expect_story(BURST, "instant: {}, checks: [" ALWAYS "]", "20m",
					 "0 share 0, 0 promote, 0 share 1, 600 onset, "
					 "630 alarm, 630 rollback, 660 share 0, 660 safe");
	cr_assert_eq(row.outcome, OUTCOME_ROLLED_BACK);
	cr_assert_eq(row.promotion_time, 0);
	cr_assert_eq(row.missed, 0);
	row = expect_story(BURST, "instant: {}, checks: [" WATCHING "]", "20m",
			   "0 share 0, 0 promote, 0 share 1, 600 onset");
	cr_assert_eq(row.outcome, OUTCOME_PROMOTED);
	cr_assert_eq(row.missed, 1);
	cr_assert(isnan(row.detection_time) && isnan(row.alarm_time));
	cr_assert_eq(row.evidence_time, 15);
	expect_story(BURST, "canary: {steps: [10% for 5m]}, checks: [" ALWAYS "]", "20m",
		     "0 share 0, 0 share 0.1, 300 promote, 300 share 1, 600 onset, "
		     "630 alarm, 630 rollback, 660 share 0, 660 safe");
}

/* ---- the way back may fail */

Test(decisions, attempts_that_fail_are_repeated_after_a_pause)
{
	struct world world;
	struct timeline timeline;
	read_decisions(&world, BURST,
		       "canary: {steps: [20% for 20m]}, checks: [" WATCHING "], "
		       "rollback: {takes: 20s, fails: 70%, retry_after: 10s}",
		       "30m");
	for (int n = 0; n < 20; n++) {
		timeline_record(world.trial, &world.scenario.plans[0], 0, 0, n, &world.arena,
				&timeline);
		double attempt = 650;
		for (int i = 0; i < timeline.happenings; i++) {
			const struct happening *h = &timeline.happened[i];
			if (h->kind != HAPPENING_RETRY && h->kind != HAPPENING_SAFE)
				continue;
			cr_assert_eq((double)h->at / SIM_SECOND, attempt);
			attempt += 30;
		}
		cr_assert_eq(world.trial->row.mitigation_time, attempt - 30 - 600);
	}
	world_free(&world);
}

static double mean_mitigation(const char *rollback, int trials)
{
	struct world world;
	char text[1024];
	double sum = 0;
	snprintf(text, sizeof text,
		 "scenario: small\n"
		 "traffic: {poisson: {rate: 2/s}, timeout: 1s}\n"
		 "versions: {stable: {latency: 80ms}, candidate: {latency: 80ms}}\n"
		 "cases: {burst: [{step: {errors: +100%%}}]}\n"
		 "rollouts: {r: {instant: {}, checks: [%s], rollback: {%s}}}\n"
		 "horizon: 30m\n",
		 ALWAYS, rollback);
	world_read(&world, text);
	for (int n = 0; n < trials; n++) {
		const struct result *row = world_run(&world, 0, 0, (uint64_t)n);
		cr_assert_eq(row->detection_time, 30);
		sum += row->mitigation_time - 30;
	}
	world_free(&world);
	return sum / trials;
}

Test(decisions, the_way_back_takes_as_long_as_its_law_says)
{
	enum { TRIALS = 400 };
	double mean = mean_mitigation("takes: {exponential: {mean: 40s}}", TRIALS);
	cr_assert_float_eq(mean, 40, 5 * 40 / sqrt(TRIALS));
	/* A geometric number of failures with mean 1 and variance 2, each worth 20 s. */
	mean = mean_mitigation("takes: 10s, fails: 50%, retry_after: 10s", TRIALS);
	cr_assert_float_eq(mean, 30, 5 * 20 * sqrt(2.0 / TRIALS));
}

/* ---- checks: data, counting, lookback */

#define LOOK_AT_NOBODY "metric: error_rate, threshold: {max: 50%}, segment: none"

Test(decisions, without_data_a_check_holds_passes_or_fails_as_told)
{
	struct result row = expect_story(
		HEALTHY, "canary: {steps: [5% for 1m]}, checks: [{" LOOK_AT_NOBODY "}]", "10m",
		"0 share 0, 0 share 0.05");
	cr_assert_eq(row.outcome, OUTCOME_UNFINISHED);
	expect_story(HEALTHY,
		     "canary: {steps: [5% for 1m]}, checks: [{" LOOK_AT_NOBODY ", no_data: pass}]",
		     "10m", "0 share 0, 0 share 0.05, 60 promote, 60 share 1");
	row = expect_story(HEALTHY,
			   "canary: {steps: [5% for 1m]}, checks: [{" LOOK_AT_NOBODY
			   ", no_data: fail, fail_limit: 2}], rollback: {takes: 10s}",
			   "10m",
			   "0 share 0, 0 share 0.05, 60 alarm, 60 rollback, 70 share 0, 70 safe");
	cr_assert_eq(row.false_rollback, 1);
	cr_assert(isnan(row.deciding_statistic));
}

/* 12.5 requests a second: 750 after one minute, 1125 after one and a half. */
Test(decisions, too_few_requests_are_no_data)
{
	expect_story(
		HEALTHY,
		"canary: {steps: [25% for 1m]}, checks: [{metric: error_rate, threshold: {max: "
		"50%}, min_requests: 950}]",
		"10m", "0 share 0, 0 share 0.25, 90 promote, 90 share 1");
	/* Half of them are too few for a comparison only where the smaller side is. */
	expect_story(
		HEALTHY,
		"canary: {steps: [75% for 1m]}, checks: [{metric: error_rate, ratio: {max: 2}, "
		"min_requests: 950}]",
		"10m", "0 share 0, 0 share 0.75, 90 promote, 90 share 1");
	expect_story(
		HEALTHY,
		"canary: {steps: [75% for 1m]}, checks: [{metric: error_rate, threshold: {max: "
		"50%}, min_requests: 950}]",
		"10m", "0 share 0, 0 share 0.75, 60 promote, 60 share 1");
}

Test(decisions, patience_ends_in_a_pause)
{
	struct result row = expect_story(
		HEALTHY,
		"canary: {steps: [5% for 1m], patience: 2m}, checks: [{" LOOK_AT_NOBODY "}]", "10m",
		"0 share 0, 0 share 0.05, 180 pause");
	cr_assert_eq(row.outcome, OUTCOME_PAUSED);
	row = expect_story(
		BURST, "canary: {steps: [5% for 1m], patience: 2m}, checks: [{" LOOK_AT_NOBODY "}]",
		"20m", "0 share 0, 0 share 0.05, 180 pause, 600 onset");
	cr_assert_eq(row.missed, 1);
}

#define TWO_BURSTS                                                                                 \
	"{step: {at: 10m, duration: 30s, errors: +100%}}, "                                        \
	"{step: {at: 12m, duration: 30s, errors: +100%}}"
#define TWICE                                                                                      \
	"canary: {steps: [20% for 20m]}, rollback: {takes: 10s}, checks: [{metric: error_rate, "   \
	"threshold: {max: 50%}, every: 30s, window: 30s, fail_limit: 2, in_a_row: "

static struct result expect_bursts(const char *bursts, const char *in_a_row, const char *expected)
{
	char rollout[512], story[512], text[2048];
	struct world world;
	snprintf(rollout, sizeof rollout, "%s%s}]", TWICE, in_a_row);
	snprintf(story, sizeof story, "0 share 0, 0 share 0.2, 600 onset%s", expected);
	snprintf(text, sizeof text,
		 "scenario: bursts\n"
		 "traffic: {poisson: {rate: 50/s}, timeout: 1s}\n"
		 "versions: {stable: {latency: 80ms}, candidate: {latency: 80ms}}\n"
		 "telemetry: {scrape: 15s}\n"
		 "cases: {it: [%s]}\n"
		 "rollouts: {r: {%s}}\n"
		 "horizon: 15m\n",
		 bursts, rollout);
	world_read(&world, text);
	return expect_trial_story(&world, story);
}

Test(decisions, failures_add_up_unless_they_must_be_consecutive)
{
	struct result row = expect_bursts(TWO_BURSTS, "no",
					  ", 750 alarm, 750 rollback, "
					  "760 share 0, 760 safe");
	cr_assert_eq(row.alarm_time, 30);
	cr_assert_eq(row.detection_time, 150);
	row = expect_bursts(TWO_BURSTS, "yes", "");
	cr_assert_eq(row.outcome, OUTCOME_UNFINISHED);
	cr_assert_eq(row.missed, 1);
	expect_bursts("{step: {at: 10m, duration: 60s, errors: +100%}}", "yes",
		      ", 660 alarm, 660 rollback, 670 share 0, 670 safe");
}

/* Errors from 5m to 10m; one look at 15m. Since the start a quarter of the requests failed, since
 * the stage began (10m) none, within 10m a third, within 5m none. */
static void expect_lookback(const char *lookback, bool fails)
{
	char rollout[512];
	snprintf(rollout, sizeof rollout,
		 "canary: {steps: [25%% for 10m, 50%% for 10m]}, rollback: {takes: 10s}, checks: "
		 "[{metric: error_rate, threshold: {max: 10%%}, every: 15m%s}]",
		 lookback);
	expect_story("step: {at: 5m, duration: 5m, errors: +100%}", rollout, "30m",
		     fails ? "0 share 0, 0 share 0.25, 300 onset, "
			     "600 share 0.5, 900 alarm, 900 rollback, 910 share 0, 910 safe"
			   : "0 share 0, 0 share 0.25, 300 onset, "
			     "600 share 0.5, 1200 promote, 1200 share 1");
}

Test(decisions, evidence_begins_where_it_is_told_to)
{
	expect_lookback("", false);
	expect_lookback(", since: stage", false);
	expect_lookback(", since: start", true);
	expect_lookback(", window: 5m", false);
	expect_lookback(", window: 10m", true);
}

Test(decisions, the_first_check_to_fail_decides)
{
	struct result row = expect_story(
		BURST,
		"canary: {steps: [20% for 20m]}, rollback: {takes: 10s}, checks: [{metric: "
		"error_rate, threshold: {max: 50%}, every: 45s, window: 30s}, {metric: error_rate, "
		"threshold: {max: 60%}, every: 30s, window: 30s}]",
		"30m",
		"0 share 0, 0 share 0.2, 600 onset, 630 alarm, 630 rollback, "
		"640 share 0, 640 safe");
	/* At 630 both look (14 x 45, 21 x 30): the first in the list speaks first. */
	cr_assert_eq(row.deciding_check, 0);
	row = expect_story(
		BURST,
		"canary: {steps: [20% for 20m]}, rollback: {takes: 10s}, checks: [{metric: "
		"error_rate, threshold: {max: 50%}, every: 50s, window: 30s}, {metric: error_rate, "
		"threshold: {max: 60%}, every: 30s, window: 30s}]",
		"30m",
		"0 share 0, 0 share 0.2, 600 onset, 630 alarm, 630 rollback, "
		"640 share 0, 640 safe");
	cr_assert_eq(row.deciding_check, 1);
}

Test(decisions, a_cause_is_told_before_its_effect)
{
	struct world world;
	struct timeline timeline;
	read_decisions(&world, BURST, "instant: {}", "11m");
	timeline_record(world.trial, &world.scenario.plans[0], 0, 0, 0, &world.arena, &timeline);
	const struct happening *last = &timeline.happened[timeline.happenings - 1];
	cr_assert_eq(last[-1].kind, HAPPENING_FAULT);
	cr_assert_eq(last->kind, HAPPENING_ONSET);
	world_free(&world);
}

/* ---- the end of a trial */

Test(decisions, what_would_happen_at_the_horizon_does_not)
{
	struct result row = expect_story(HEALTHY, "canary: {steps: [10% for 5m]}", "5m",
					 "0 share 0, 0 share 0.1");
	cr_assert_eq(row.outcome, OUTCOME_UNFINISHED);
	cr_assert(isnan(row.promotion_time));
	expect_story(HEALTHY, "canary: {steps: [10% for 5m]}", "300.001s",
		     "0 share 0, 0 share 0.1, 300 promote, 300 share 1");
	/* The look that would fail is due at the horizon. */
	row = expect_story(BURST, "canary: {steps: [20% for 20m]}, checks: [" WATCHING "]", "630s",
			   "0 share 0, 0 share 0.2, 600 onset");
	cr_assert_eq(row.missed, 1);
	cr_assert_eq(row.evidence_time, 15);
	cr_assert(isnan(row.alarm_time) && isnan(row.detection_time));
}

Test(decisions, a_way_back_that_ends_too_late_never_arrives)
{
	struct result row = expect_story(
		BURST,
		"canary: {steps: [20% for 20m]}, checks: [" WATCHING "], rollback: {takes: 20s}",
		"650s", "0 share 0, 0 share 0.2, 600 onset, 630 alarm, 630 rollback");
	cr_assert_eq(row.outcome, OUTCOME_ROLLED_BACK);
	cr_assert_eq(row.detection_time, 30);
	cr_assert(isnan(row.mitigation_time) && isnan(row.drain_time));
	cr_assert_eq(row.missed, 0);
}

Test(decisions, without_a_scrape_nobody_knows_anything)
{
	struct world world;
	static const char *const text =
		"scenario: dark\n"
		"traffic: {poisson: {rate: 50/s}, timeout: 1s}\n"
		"versions: {stable: {latency: 80ms}, candidate: {latency: 80ms}}\n"
		"telemetry: {scrape: 11m}\n"
		"cases: {burst: [{step: {errors: +100%}}]}\n"
		"rollouts:\n"
		"  checked: {canary: {steps: [10% for 1m]},\n"
		"            checks: [{metric: error_rate, threshold: {max: 5%}}]}\n"
		"  blind: {canary: {steps: [10% for 1m]}}\n"
		"horizon: 10m\n";
	world_read(&world, text);
	const struct result *row = world_run(&world, 0, 0, 0);
	cr_assert_eq(row->outcome, OUTCOME_UNFINISHED);
	cr_assert_eq(row->missed, 1);
	cr_assert(isnan(row->evidence_time) && isnan(row->alarm_time));
	cr_assert_gt(row->harmed_requests, 2500);
	row = world_run(&world, 1, 0, 0);
	cr_assert_eq(row->outcome, OUTCOME_PROMOTED);
	world_free(&world);
}

/* ---- the timeline itself */

Test(decisions, a_timeline_shows_every_window_once)
{
	struct world world;
	struct timeline timeline;
	read_decisions(&world, BURST,
		       "canary: {steps: [20% for 20m]}, checks: [" WATCHING
		       "], rollback: {takes: 20s}",
		       "1000s");
	timeline_record(world.trial, &world.scenario.plans[0], 0, 0, 0, &world.arena, &timeline);
	double requests = 0, errors = 0;
	cr_assert_eq(timeline.bins, 66);
	for (int b = 0; b < timeline.bins; b++) {
		const struct series_bin *stable = &timeline.bin[3 * b], *candidate = stable + 1;
		requests += stable->requests + candidate->requests;
		errors += candidate->errors;
		cr_assert_eq(stable->errors, 0);
		cr_assert_eq(stable[2].requests, 0);
		cr_assert_eq(candidate->share, b < 43 ? 0.2 : 0);
		if (candidate->requests > 0)
			cr_assert_float_eq(candidate->latency_p50, 0.08, 0.08 / 32);
		else
			cr_assert(isnan(candidate->latency_p50));
	}
	/* The last ten seconds belong to no window that was ever closed. */
	double missing = (double)world.trial->row.requests - requests;
	cr_assert_float_eq(missing, 500, 5 * sqrt(500));
	cr_assert_eq(errors, (double)world.trial->row.version_failures[1]);
	world_free(&world);
}
