/* What a fault does to a version, and when: the truth that everything is later measured against. */
#include "sim/truth.h"

#include "tests/random.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <math.h>

enum { UNSET = -1 };

static struct fault_when when(sim_time duration, sim_time ramp)
{
	return (struct fault_when){.duration = duration, .ramp = ramp};
}

Test(fault, without_a_ramp_it_is_off_then_on_then_off)
{
	const struct fault_when w = when(50, 0);
	cr_assert_eq(fault_strength(&w, 100, 0), 0);
	cr_assert_eq(fault_strength(&w, 100, 99), 0);
	cr_assert_eq(fault_strength(&w, 100, 100), 1);
	cr_assert_eq(fault_strength(&w, 100, 149), 1);
	cr_assert_eq(fault_strength(&w, 100, 150), 0);
	cr_assert_eq(fault_next_change(&w, 0, 100, 0), 100);
	cr_assert_eq(fault_next_change(&w, 0, 100, 100), 150);
	cr_assert_eq(fault_next_change(&w, 0, 100, 150), SIM_NEVER);
}

Test(fault, without_a_duration_it_never_ends)
{
	const struct fault_when w = when(UNSET, 0);
	cr_assert_eq(fault_strength(&w, 0, 0), 1);
	cr_assert_eq(fault_strength(&w, 0, MAX_HORIZON), 1);
	cr_assert_eq(fault_next_change(&w, 0, 0, 0), SIM_NEVER);
}

/* Never further from the straight line than half a step, and equal to it on average. */
Test(fault, a_ramp_follows_the_straight_line)
{
	const struct fault_when w = when(UNSET, 60 * SIM_SECOND);
	double sum = 0;
	for (int i = 0; i < 6000; i++) {
		double line = (i + 0.5) / 6000;
		sim_time now = SIM_SECOND + (sim_time)(line * 60 * SIM_SECOND);
		double strength = fault_strength(&w, SIM_SECOND, now);
		cr_assert_float_eq(strength, line, 0.5 / FAULT_STEPS + 1e-6);
		sum += strength - line;
	}
	cr_assert_float_eq(sum / 6000, 0, 1e-4);
	cr_assert_eq(fault_strength(&w, SIM_SECOND, 61 * SIM_SECOND + FAULT_STEPS), 1);
}

/* Strength changes exactly where fault_next_change says, and nowhere else. */
static void expect_changes_are_announced(const struct fault_when *w, sim_time at, sim_time horizon)
{
	sim_time next = fault_next_change(w, 0, at, 0);
	int changes = 0;
	for (sim_time now = 1; now < horizon; now++) {
		bool changed = fault_strength(w, at, now) != fault_strength(w, at, now - 1);
		cr_assert(!changed || now == next, "an unannounced change at %d", (int)now);
		if (now != next)
			continue;
		next = fault_next_change(w, 0, at, now);
		cr_assert_gt(next, now);
		changes++;
	}
	cr_assert_leq(changes, FAULT_STEPS + 2);
}

Test(fault, every_change_is_announced)
{
	uint64_t random = 14;
	for (int round = 0; round < 300; round++) {
		sim_time duration = random_to(&random, 1) ? UNSET : 1 + random_to(&random, 900);
		const struct fault_when w = when(duration, random_to(&random, 700));
		expect_changes_are_announced(&w, random_to(&random, 300), 1500);
	}
}

static const char *const one_case = /* the faults follow */
	"scenario: faults\n"
	"traffic: {poisson: {rate: 10/s}, segments: {premium: 20%, free: 80%}}\n"
	"versions:\n"
	"  stable: {latency: {constant: {time: 80ms}}, errors: 1%}\n"
	"  candidate: {like: stable}\n"
	"slo: {latency: 100ms}\n"
	"rollouts: {all: {instant: {}}}\n"
	"horizon: 10m\n"
	"cases: {it: ";

static void read_faults(struct world *world, const char *faults)
{
	char text[2048];
	snprintf(text, sizeof text, "%s%s}\n", one_case, faults);
	world_read(world, text);
}

/* How a version treats a cohort at `now`, every change before having happened in its time. */
static struct behaviour behave(const struct world *world, int version, int cohort, sim_time now)
{
	const struct plan *plan = &world->scenario.plans[0];
	const struct viewpoint from = {.version = version, .cohort = cohort};
	struct course course;
	course_begin(&course, plan, &plan->case_[0], 0);
	for (int f = 0; f < plan->case_[0].faults; f++)
		for (sim_time at = course_next(&course, f, 0); at <= now && at < SIM_NEVER;
		     at = course_next(&course, f, at))
			course_change(&course, f, at);
	return course_behaviour(&course, &from, now);
}

static void expect_behaviour(struct behaviour b, double error_share, double factor, double add_ns)
{
	cr_assert_float_eq(b.errors, error_share, 1e-12);
	cr_assert_float_eq(b.latency_factor, factor, 1e-12);
	cr_assert_float_eq(b.latency_add_ns, add_ns, 1e-3);
}

Test(fault, nothing_changes_without_one)
{
	struct world world;
	read_faults(&world, "[]");
	expect_behaviour(behave(&world, STABLE, 0, 0), 0.01, 1, 0);
	expect_behaviour(behave(&world, 1, 1, SIM_NEVER - 1), 0.01, 1, 0);
	world_free(&world);
}

Test(fault, it_hits_only_whom_it_names_and_only_then)
{
	struct world world;
	read_faults(&world, "[step: {at: 1m, duration: 1m, errors: +5%, segment: free}]");
	const sim_time minute = 60 * SIM_SECOND;
	expect_behaviour(behave(&world, 1, 1, minute - 1), 0.01, 1, 0);
	expect_behaviour(behave(&world, 1, 1, minute), 0.06, 1, 0);
	expect_behaviour(behave(&world, 1, 0, minute), 0.01, 1, 0);
	expect_behaviour(behave(&world, STABLE, 1, minute), 0.01, 1, 0);
	expect_behaviour(behave(&world, 1, 1, 2 * minute), 0.01, 1, 0);
	world_free(&world);
}

/* In the order in which they are written: (0.01 + 0.05) x 3, (80 ms x 2 + 10 ms) x 3. */
Test(fault, several_bend_one_after_the_other)
{
	struct world world;
	read_faults(&world, "[{step: {errors: +5%, latency: x2}}, {step: {latency: +10ms}}, "
			    "{step: {errors: x3, latency: x3}}]");
	expect_behaviour(behave(&world, 1, 0, 0), 0.18, 6, 30e6);
	world_free(&world);
}

Test(fault, error_shares_stay_between_none_and_all)
{
	struct world world;
	read_faults(&world, "[{step: {errors: x500}}]");
	expect_behaviour(behave(&world, 1, 0, 0), 1, 1, 0);
	world_free(&world);
	read_faults(&world, "[{step: {errors: -5%}}]");
	expect_behaviour(behave(&world, 1, 0, 0), 0, 1, 0);
	world_free(&world);
}

/* Nothing that a user can write makes an answer come before its question. */
Test(fault, no_latency_is_ever_negative)
{
	struct world world;
	read_faults(&world, "[{step: {latency: -200ms}}]");
	const struct result *row = world_run(&world, 0, 0, 0);
	cr_assert_eq(row->version_requests[1], row->requests);
	cr_assert_geq(row->version_p50[1], 0);
	cr_assert_leq(row->version_p99[1], 1e-6);
	world_free(&world);
}

static void expect_truth(const char *faults, bool harmful)
{
	struct world world;
	read_faults(&world, faults);
	const struct plan *plan = &world.scenario.plans[0];
	cr_assert_eq(truth_is_harmful(plan, &plan->case_[0]), harmful, "%s", faults);
	world_free(&world);
}

Test(fault, a_case_is_harmful_when_the_candidate_is_worse_at_some_time)
{
	expect_truth("[]", false);
	expect_truth("[{step: {errors: +5%}}]", true);
	expect_truth("[{step: {errors: +0%}}]", false);
	expect_truth("[{step: {errors: x1, latency: x1}}]", false);
	expect_truth("[{step: {errors: x0.5}}]", false);
	expect_truth("[{step: {latency: +30ms}}]", true);
	expect_truth("[{step: {on: both, errors: +5%}}]", false);
	expect_truth("[{step: {on: stable, errors: +5%}}]", false);
	expect_truth("[{step: {errors: +5%, segment: premium}}]", true);
	expect_truth("[{step: {on: both, errors: +5%}}, {step: {latency: x3}}]", true);
}

/* Faults that never meet must not cancel out. */
Test(fault, a_case_is_harmful_although_stable_fails_at_another_time)
{
	expect_truth("[{step: {at: 1m, duration: 1m, errors: +5%}}, "
		     "{step: {on: stable, at: 5m, duration: 1m, errors: +9%}}]",
		     true);
}

/* Errors of the candidate rise from nothing to 6 % while stable has 1 %: it is worse only late. */
static void expect_late_truth(const char *when)
{
	static const char *const text =
		"scenario: late\n"
		"traffic: {poisson: {rate: 50/s}}\n"
		"versions: {stable: {latency: 1ms, errors: 1%%}, candidate: {latency: 1ms}}\n"
		"cases: {it: [{step: {errors: +6%%, %s}}]}\n"
		"rollouts: {all: {instant: {}}}\n"
		"horizon: 10m\n";
	char scenario[512];
	struct world world;
	snprintf(scenario, sizeof scenario, text, when);
	world_read(&world, scenario);
	const struct plan *plan = &world.scenario.plans[0];
	const struct result *row = world_run(&world, 0, 0, 0);
	cr_assert_gt(row->harmed_requests, 10);
	cr_assert_not(isnan(row->onset_time));
	cr_assert(truth_is_harmful(plan, &plan->case_[0]), "%s", when);
	world_free(&world);
}

Test(fault, a_ramp_that_is_cut_off_is_harmful_if_it_was_at_its_highest)
{
	expect_late_truth("ramp: 5m");
	expect_late_truth("ramp: 5m, duration: 200s");
	expect_late_truth("ramp: 15m");
}

/* Clients leave before an answer would be called slow: that is no less harm. */
Test(fault, answers_that_come_after_the_client_has_left_are_harmful)
{
	static const char *const text =
		"scenario: left\n"
		"traffic: {poisson: {rate: 50/s}, timeout: 100ms}\n"
		"versions: {stable: {latency: 80ms}, candidate: {latency: 150ms}}\n"
		"slo: {latency: 300ms}\n"
		"cases: {it: []}\n"
		"rollouts: {all: {instant: {}, start: 1m}}\n"
		"horizon: 10m\n";
	struct world world;
	world_read(&world, text);
	const struct plan *plan = &world.scenario.plans[0];
	const struct result *row = world_run(&world, 0, 0, 0);
	cr_assert_eq(row->harmed_requests, row->exposed_requests);
	cr_assert_eq(row->onset_time, 60);
	cr_assert_eq(row->missed, 1);
	cr_assert(truth_is_harmful(plan, &plan->case_[0]));
	world_free(&world);
}
