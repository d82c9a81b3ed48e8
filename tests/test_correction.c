/* Several checks at once: a correction must make each of them as careful as its arithmetic says, a
 * check for each segment must look at that segment alone, and evidence must go on from look to
 * look. */
#include "sim/correction.h"

#include "models/list.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

static const char *const world_text =
	"scenario: corrections\n"
	"traffic: {poisson: {rate: 40/s}, segments: {few: 20%%, many: 80%%}}\n"
	"versions:\n"
	"  stable: {latency: {constant: {time: 80ms}}, errors: 2%%}\n"
	"  candidate: {like: stable}\n"
	"cases: {healthy: [], few: [{step: {segment: few, errors: x4}}]}\n"
	"rollouts:\n"
	"  r:\n"
	"    canary: {steps: [30%% for 20m]}\n"
	"    correction: %s\n"
	"    checks: [%s]\n"
	"horizon: 25m\n";

static void read_rollout(struct world *world, const char *correction, const char *checks)
{
	char text[4096];
	snprintf(text, sizeof text, world_text, correction, checks);
	world_read(world, text);
}

/* The verdicts of four checks, of which the last is the newest. */
static enum verdict_kind verdict_of_last(const char *correction, const double p[4], bool evidence)
{
	struct world world;
	read_rollout(&world, correction,
		     "{metric: error_rate, ztest: {alpha: 5%}}, {metric: error_rate, ztest: {}}, "
		     "{metric: error_rate, ztest: {}}, {metric: error_rate, ztest: {alpha: 5%}}");
	trial_begin(world.trial, &world.scenario.plans[0], 0, 0, 0, NULL);
	for (int c = 0; c < 4; c++) {
		struct verdict v = verdict_of_p(p[c], 0.05, 0, 0);
		v.log_e = evidence ? -log(p[c]) : NAN;
		world.trial->check[c].verdict = v;
	}
	struct verdict last = world.trial->check[3].verdict;
	last.kind = VERDICT_FAIL;
	enum verdict_kind kind = correction_apply(world.trial->rider[0], 3, last).kind;
	world_free(&world);
	return kind;
}

/* p.adjust of R 4.2: 0.01, 0.04, 0.03, 0.02 times 4, 1, 2, 3 for Holm, so 0.04, 0.06, 0.06, 0.06;
 * for Benjamini and Hochberg 0.04 each. */
Test(correction, each_method_holds_the_newest_against_its_own_adjustment)
{
	const double p[4] = {0.01, 0.04, 0.03, 0.02}, small[4] = {0.6, 0.7, 0.8, 0.012};
	cr_assert_eq(verdict_of_last("none", p, false), VERDICT_FAIL);
	cr_assert_eq(verdict_of_last("bonferroni", p, false), VERDICT_PASS, "0.08");
	cr_assert_eq(verdict_of_last("holm", p, false), VERDICT_PASS, "0.06");
	cr_assert_eq(verdict_of_last("bh", p, false), VERDICT_FAIL, "0.04");
	cr_assert_eq(verdict_of_last("bonferroni", small, false), VERDICT_FAIL, "0.048");
	cr_assert_eq(verdict_of_last("holm", small, false), VERDICT_FAIL, "0.048");
}

/* Wang and Ramdas 2022: of four e-values at 5 %, two are discoveries where both are at least 40. */
Test(correction, e_bh_asks_for_larger_e_values_where_there_are_fewer)
{
	const double alone[4] = {1, 1, 1, 1 / 79.0}, enough[4] = {1, 1, 1, 1 / 81.0};
	const double two[4] = {1, 1, 1 / 41.0, 1 / 41.0}, one[4] = {1, 1, 1 / 39.0, 1 / 41.0};
	cr_assert_eq(verdict_of_last("e_bh", alone, true), VERDICT_PASS);
	cr_assert_eq(verdict_of_last("e_bh", enough, true), VERDICT_FAIL);
	cr_assert_eq(verdict_of_last("e_bh", two, true), VERDICT_FAIL);
	cr_assert_eq(verdict_of_last("e_bh", one, true), VERDICT_PASS);
	cr_assert_eq(verdict_of_last("e_bh", alone, false), VERDICT_FAIL, "no e-values, no change");
}

static int rollbacks(const char *correction, const char *checks, int case_index, int trials,
		     int by_check[MAX_CHECKS])
{
	struct world world;
	int count = 0;
	read_rollout(&world, correction, checks);
	for (int t = 0; t < trials; t++) {
		const struct result *row = world_run(&world, 0, case_index, (uint64_t)t);
		count += row->outcome == OUTCOME_ROLLED_BACK;
		if (by_check && row->deciding_check >= 0)
			by_check[row->deciding_check]++;
	}
	world_free(&world);
	return count;
}

/* The fault is in one segment: its own check sees it, the other has nothing to see. */
Test(correction, a_check_by_segment_is_one_for_each)
{
	int by_check[MAX_CHECKS] = {0};
	const char *checks = "{metric: error_rate, counting: {alpha: 1%}, by: segment}";
	int seen = rollbacks("holm", checks, 1, 40, by_check);
	cr_assert_gt(seen, 35, "%d of 40", seen);
	cr_assert_eq(by_check[0], seen, "the first segment is named first");
	cr_assert_eq(by_check[1], 0);
	int none = rollbacks("holm", checks, 0, 100, NULL);
	cr_assert_leq(none, 4, "%d false alarms in 100", none);
}

/* Ten independent looks at 5 % are wrong in 40 % of the trials; with Bonferroni's correction over
 * two checks each is made at half the level. */
Test(correction, fewer_healthy_releases_are_rolled_back_with_one)
{
	const char *checks = "{metric: error_rate, fisher: {alpha: 10%}, every: 2m, window: 2m}, "
			     "{metric: error_rate, segment: few, fisher: {alpha: 10%}, every: 2m, "
			     "window: 2m}";
	int plain = rollbacks("none", checks, 0, 300, NULL);
	int corrected = rollbacks("bonferroni", checks, 0, 300, NULL);
	cr_assert_gt(plain, corrected + 30, "%d, %d", plain, corrected);
	cr_assert_gt(corrected, 0);
}

/* What is seen in pieces is seen once: looks twice as often add up to the same evidence. */
Test(correction, evidence_that_goes_on_is_counted_once)
{
	double statistic[2];
	for (int often = 0; often < 2; often++) {
		struct world world;
		char checks[200];
		snprintf(checks, sizeof checks,
			 "{metric: error_rate, sprt: {harm: x2, alpha: 0.0001%%, beta: 0.0001%%}, "
			 "every: %s}",
			 often ? "1m" : "2m");
		read_rollout(&world, "none", checks);
		trial_begin(world.trial, &world.scenario.plans[0], 0, 0, 5, NULL);
		while (trial_step(world.trial) &&
		       world.trial->queue.now < 4 * 60 * SIM_SECOND + SIM_SECOND)
			;
		statistic[often] = world.trial->check[0].verdict.statistic;
		world_free(&world);
	}
	/* The shares of each minute differ a little from those of two. */
	cr_assert_float_eq(statistic[0], statistic[1], 0.05);
	cr_assert_neq(statistic[0], 0);
}
