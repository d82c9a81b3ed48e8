/* What each kind of fault makes of a version over time, by closed form. */
#include "tests/faulty.h"

#include <math.h>

/* The version as the fault leaves it, without having moved anything else. */
static void expect_seen(const struct drive *drive, int version, sim_time now,
			const struct behaviour *b, const char *what)
{
	struct behaviour seen = drive_see(drive, version, 0, 0, now);
	cr_assert_float_eq(seen.errors, b->errors, 1e-12, "%s: %g", what, seen.errors);
	cr_assert_float_eq(seen.hangs, b->hangs, 1e-12, "%s", what);
	cr_assert_float_eq(seen.corrupt, b->corrupt, 1e-12, "%s", what);
	cr_assert_float_eq(seen.latency_factor, b->latency_factor, 1e-9, "%s: x%g", what,
			   seen.latency_factor);
	cr_assert_float_eq(seen.latency_add_ns, b->latency_add_ns, 1, "%s: +%g", what,
			   seen.latency_add_ns);
	cr_assert_float_eq(seen.tail_from, b->tail_from, 1e-12, "%s", what);
	cr_assert_float_eq(seen.tail_factor, b->tail_factor, 1e-9, "%s", what);
}

static const struct behaviour well = {
	.errors = 0.01, .latency_factor = 1, .tail_from = 1, .tail_factor = 1};

/* From `at` on the candidate is so, before it is well, and stable always. */
static void expect_sudden(const char *fault, struct behaviour b)
{
	struct world world;
	struct drive drive;
	char timed[256];
	snprintf(timed, sizeof timed, "%s, at: 2m}", fault);
	faulty_case(&world, timed);
	drive_begin(&drive, &world, 0);
	drive_to(&drive, 120 * SIM_SECOND - 1);
	expect_seen(&drive, 1, 120 * SIM_SECOND - 1, &well, fault);
	drive_to(&drive, 120 * SIM_SECOND);
	expect_seen(&drive, 1, 120 * SIM_SECOND, &b, fault);
	expect_seen(&drive, STABLE, 120 * SIM_SECOND, &well, fault);
	expect_seen(&drive, 1, 600 * SIM_SECOND, &b, fault);
	world_free(&world);
}

Test(fault_kinds, those_that_jump_do_so_at_once)
{
	struct behaviour b = well;
	b.errors = 0.06;
	expect_sudden("step: {errors: +5%", b);
	b.errors = 0.03;
	b.latency_factor = 2;
	expect_sudden("step: {errors: x3, latency: x2", b);
	b = well;
	b.latency_add_ns = 70e6;
	expect_sudden("latency: {all: +70ms", b);
	b = well;
	b.tail_from = 0.95;
	b.tail_factor = 4;
	expect_sudden("latency: {slowest: 5%, stretch: x4", b);
	b.latency_factor = 1.5;
	expect_sudden("latency: {slowest: 5%, stretch: x4, all: x1.5", b);
	b = well;
	b.hangs = 0.02;
	expect_sudden("timeout: {hangs: 2%", b);
	b.hangs = 0.99; /* beside the errors there always were */
	expect_sudden("timeout: {hangs: 100%", b);
	b = well;
	b.corrupt = 0.3;
	expect_sudden("silent_corruption: {wrong: 30%", b);
}

Test(fault_kinds, what_versions_share_fails_for_both)
{
	struct world world;
	struct drive drive;
	struct behaviour b = well;
	b.errors = 0.51;
	faulty_case(&world, "dependency_outage: {}");
	drive_begin(&drive, &world, 0);
	drive_to(&drive, 0);
	expect_seen(&drive, STABLE, 0, &b, "stable");
	expect_seen(&drive, 1, 0, &b, "candidate");
	world_free(&world);
}

static const char *const cohorts = ", segments: {premium: 20%, free: 80%}, regions: {eu: 60%, "
				   "us: 40%}";

/* Errors of versions and cohorts: premium eu, premium us, free eu, free us. */
static void expect_errors(const char *fault, const double share[2][4])
{
	struct world world;
	struct drive drive;
	faulty_read(&world, &(struct faulty){.traffic = cohorts, .faults = fault});
	drive_begin(&drive, &world, 0);
	drive_to(&drive, 0);
	for (int v = 0; v < 2; v++)
		for (int c = 0; c < 4; c++)
			cr_assert_float_eq(drive_see(&drive, v, c, 0, 0).errors, share[v][c], 1e-12,
					   "%s, version %d, cohort %d", fault, v, c);
	world_free(&world);
}

Test(fault_kinds, segments_and_regions_are_hit_alone_or_where_they_meet)
{
	expect_errors("step: {errors: +5%, segment: premium}",
		      (const double[2][4]){{.01, .01, .01, .01}, {.06, .06, .01, .01}});
	expect_errors("step: {errors: +5%, region: us}",
		      (const double[2][4]){{.01, .01, .01, .01}, {.01, .06, .01, .06}});
	expect_errors("step: {errors: +5%, segment: free, region: us, on: both}",
		      (const double[2][4]){{.01, .01, .01, .06}, {.01, .01, .01, .06}});
	expect_errors("region_outage: {region: eu}",
		      (const double[2][4]){{1, .01, 1, .01}, {1, .01, 1, .01}});
	expect_errors("segment_regression: {segment: premium, errors: +5%, others_errors: x0.5}",
		      (const double[2][4]){{.01, .01, .01, .01}, {.06, .06, .005, .005}});
	expect_errors("segment_regression: {segment: free, errors: x4}",
		      (const double[2][4]){{.01, .01, .01, .01}, {.01, .01, .04, .04}});
}

/* Only one of two variants is hit. */
Test(fault_kinds, a_share_of_the_instances_is_configured_wrongly)
{
	struct world world;
	struct drive drive;
	faulty_case(&world, "bad_config: {share: 25%}");
	drive_begin(&drive, &world, 0);
	drive_to(&drive, 0);
	const struct selection *selection = &drive.plan->case_[0].selection[0];
	cr_assert_eq(drive.plan->case_[0].selections, 1);
	cr_assert_eq(selection->to[1] - selection->from[1], UINT64_C(1) << 30);
	cr_assert_eq(drive_see(&drive, 1, 0, 1, 0).errors, 1);
	cr_assert_float_eq(drive_see(&drive, 1, 0, 0, 0).errors, 0.01, 1e-12);
	cr_assert_float_eq(drive_see(&drive, STABLE, 0, 1, 0).errors, 0.01, 1e-12);
	world_free(&world);
}

/* ---- what changes with time */

/* Errors of the candidate follow 1 % + 10 % x level(time), within half a step; from `settled` on
 * exactly. */
static void expect_course(const char *fault, double (*level)(double s), double settled)
{
	struct world world;
	struct drive drive;
	faulty_case(&world, fault);
	drive_begin(&drive, &world, 0);
	for (double s = 0; s < 599; s += 0.77) {
		sim_time now = (sim_time)(s * 1e9);
		drive_to(&drive, now);
		double found = (drive_see(&drive, 1, 0, 0, now).errors - 0.01) / 0.1;
		cr_assert_float_eq(found, level(s), s > settled ? 1e-9 : 0.5 / FAULT_STEPS + 1e-6,
				   "%s at %g s: %g, not %g", fault, s, found, level(s));
	}
	world_free(&world);
}

static double up_in_5m_from_1m(double s)
{
	return fmin(fmax(s - 60, 0) / 300, 1);
}

static double down_in_2m_from_1m(double s)
{
	return s < 60 ? 0 : fmax(1 - (s - 60) / 120, 0);
}

static double up_and_down(double s)
{
	return fmin(s / 60, 1) * down_in_2m_from_1m(s + 60);
}

Test(fault_kinds, declines_and_cold_starts_are_straight_lines)
{
	expect_course("ramp: {errors: +10%, over: 5m, at: 1m}", up_in_5m_from_1m, 361);
	expect_course("cold_start: {errors: +10%, latency: x1, warm_after: 2m, at: 1m}",
		      down_in_2m_from_1m, 181);
}

Test(fault_kinds, a_ramp_of_a_cold_start_multiplies_with_its_warmth)
{
	struct world world;
	struct drive drive;
	faulty_case(&world, "cold_start: {errors: +10%, warm_after: 2m, ramp: 1m, at: 0s}");
	drive_begin(&drive, &world, 0);
	for (int s = 0; s < 200; s++) {
		drive_to(&drive, s * SIM_SECOND);
		double found = (drive_see(&drive, 1, 0, 0, s * SIM_SECOND).errors - 0.01) / 0.1;
		cr_assert_float_eq(found, up_and_down(s), 1.0 / FAULT_STEPS);
	}
	world_free(&world);
}

/* ---- what changes with share, load and requests served */

static struct behaviour see_at(struct drive *drive, double share, double load, double served)
{
	drive->course.share[1] = share;
	drive->course.load[1] = load;
	drive->course.served[1] = served;
	return drive_see(drive, 1, 0, 0, 0);
}

Test(fault_kinds, a_cache_is_warmed_exponentially_by_requests)
{
	struct world world;
	struct drive drive;
	faulty_case(&world, "cache_cold: {latency: x5, errors: +20%, requests: 2000}");
	drive_begin(&drive, &world, 0);
	drive_to(&drive, 0);
	for (double served = 0; served < 30000; served += 500) {
		struct behaviour b = see_at(&drive, 0.5, 50, served);
		double cold = exp(-served / 2000);
		cr_assert_float_eq(b.latency_factor, 1 + 4 * cold, 1e-12);
		cr_assert_float_eq(b.errors, 0.01 + 0.2 * cold, 1e-12);
	}
	cr_assert_eq(drive_see(&drive, STABLE, 0, 0, 0).latency_factor, 1);
	world_free(&world);
}

Test(fault_kinds, a_leak_grows_with_requests_up_to_its_most)
{
	struct world world;
	struct drive drive;
	faulty_case(&world, "memory_leak: {per: 1000, latency: x1.5, errors: +1%, most: x4}");
	drive_begin(&drive, &world, 0);
	drive_to(&drive, 0);
	for (double served = 0; served < 10000; served += 250) {
		struct behaviour b = see_at(&drive, 0.5, 50, served);
		double level = fmin(served / 1000, 4);
		cr_assert_float_eq(b.latency_factor, 1 + 0.5 * level, 1e-12);
		cr_assert_float_eq(b.errors, 0.01 + 0.01 * level, 1e-12);
	}
	world_free(&world);
}

static void expect_collapse(const char *fault, bool by_load)
{
	/* Share or load in units of what is all right: 1 is where it begins, 3 where it is full. */
	const double at[] = {0, 0.5, 1, 1.5, 2, 3, 4}, level[] = {0, 0, 0, 0.25, 0.5, 1, 1};
	struct world world;
	struct drive drive;
	faulty_case(&world, fault);
	drive_begin(&drive, &world, 0);
	drive_to(&drive, 0);
	for (int i = 0; i < 7; i++) {
		double share = by_load ? 1 : 0.2 * at[i], load = by_load ? 20 * at[i] : 1e6;
		struct behaviour b = see_at(&drive, share, load, 1e6);
		cr_assert_float_eq(b.errors, 0.01 + 0.3 * level[i], 1e-12, "%s: %g", fault, at[i]);
		cr_assert_float_eq(b.latency_factor, 1 + 4 * level[i], 1e-12);
	}
	world_free(&world);
}

Test(fault_kinds, a_collapse_begins_and_is_full_at_a_share_or_a_load)
{
	expect_collapse("load_collapse: {begins: 20%, full: 60%, errors: +30%, latency: x5}",
			false);
	expect_collapse("load_collapse: {begins_load: 20/s, full_load: 60/s, errors: +30%, "
			"latency: x5}",
			true);
}

Test(fault_kinds, a_collapse_may_be_a_cliff)
{
	struct world world;
	struct drive drive;
	faulty_case(&world, "load_collapse: {begins: 50%, full: 50%, errors: +30%}");
	drive_begin(&drive, &world, 0);
	drive_to(&drive, 0);
	cr_assert_float_eq(see_at(&drive, 0.4999, 0, 0).errors, 0.01, 1e-12);
	cr_assert_float_eq(see_at(&drive, 0.5, 0, 0).errors, 0.31, 1e-12);
	world_free(&world);
}

/* ---- what comes and goes at random */

/* Of exponential lengths: the mean is as asked for, and so is the share beyond it, 1/e. */
static void expect_exponential(const double *length, int count, double mean)
{
	double sum = 0, beyond = 0;
	for (int i = 0; i < count; i++) {
		sum += length[i];
		beyond += length[i] > mean;
	}
	cr_assert_float_eq(sum / count, mean, 5 * mean / sqrt(count));
	cr_assert_float_eq(beyond / count, exp(-1), 5 * sqrt(exp(-1) * (1 - exp(-1)) / count));
}

static void expect_pulses(const char *fault, double on, double off)
{
	enum { PULSES = 20000 };
	static double length[2][PULSES];
	struct world world;
	struct drive drive;
	int count[2] = {0, 0};
	faulty_case(&world, fault);
	drive_begin(&drive, &world, 0);
	sim_time now = drive.course.run[0].due;
	cr_assert_eq(now, 60 * SIM_SECOND);
	course_change(&drive.course, 0, now);
	cr_assert_eq(course_strength(&drive.course, 0, now), 1, "it begins lit");
	while (count[0] < PULSES) {
		bool lit = course_strength(&drive.course, 0, now) > 0;
		sim_time next = course_next(&drive.course, 0, now);
		cr_assert_gt(next, now);
		length[lit][count[lit]++] = (double)(next - now) / SIM_SECOND;
		course_change(&drive.course, 0, next);
		now = next;
		cr_assert_neq(course_strength(&drive.course, 0, now) > 0, lit);
	}
	cr_assert_eq(count[1], PULSES);
	expect_exponential(length[1], PULSES, on);
	expect_exponential(length[0], PULSES, off);
	/* By renewal theory (Smith 1958) lit for on / (on + off) of the time. */
	double lit = 0, dark = 0, share = on / (on + off);
	for (int i = 0; i < PULSES; i++) {
		lit += length[1][i];
		dark += length[0][i];
	}
	cr_assert_float_eq(lit / (lit + dark), share, 5 * share * (1 - share) * sqrt(2.0 / PULSES));
	world_free(&world);
}

Test(fault_kinds, bursts_and_neighbours_come_and_go_in_exponential_times)
{
	expect_pulses("burst: {errors: +30%, lasts: 20s, gap: 2m, at: 1m}", 20, 120);
	expect_pulses("noisy_neighbour: {lasts: 30s, gap: 3m, at: 1m}", 30, 180);
}

Test(fault_kinds, a_noisy_neighbour_stretches_the_slowest_answers)
{
	struct world world;
	struct drive drive;
	struct behaviour b = well;
	b.tail_from = 0.8;
	b.tail_factor = 3;
	faulty_case(&world, "noisy_neighbour: {}");
	drive_begin(&drive, &world, 0);
	drive_to(&drive, 0);
	expect_seen(&drive, 1, 0, &b, "noisy_neighbour");
	world_free(&world);
}

Test(fault_kinds, pulses_end_with_their_duration)
{
	struct world world;
	struct drive drive;
	faulty_case(&world, "burst: {errors: +30%, lasts: 2s, gap: 2s, at: 1m, duration: 30s}");
	for (uint64_t t = 0; t < 50; t++) {
		drive_begin(&drive, &world, t);
		drive_to(&drive, 90 * SIM_SECOND);
		cr_assert_eq(course_strength(&drive.course, 0, 90 * SIM_SECOND), 0);
		cr_assert_eq(course_next(&drive.course, 0, 90 * SIM_SECOND), SIM_NEVER);
	}
	world_free(&world);
}

/* ---- the old version */

/* Cold when the rollout has been undone, warmer in a straight line; without a rollout never. */
Test(fault_kinds, an_old_version_is_cold_after_the_way_back)
{
	struct world world;
	struct drive drive;
	faulty_case(&world, "old_version_cold: {latency: x3, warm_after: 100s}");
	drive_begin(&drive, &world, 0);
	drive_to(&drive, 0);
	expect_seen(&drive, STABLE, 300 * SIM_SECOND, &well, "before");
	drive.course.back = 300 * SIM_SECOND;
	for (int s = 0; s < 120; s++) {
		sim_time now = (300 + s) * SIM_SECOND;
		struct viewpoint apart = {.version = STABLE, .apart = true};
		double cold = fmax(1 - s / 100.0, 0);
		double factor = drive_see(&drive, STABLE, 0, 0, now).latency_factor;
		cr_assert_float_eq(factor, 1 + 2 * cold, 1.0 / FAULT_STEPS + 1e-6);
		cr_assert_eq(course_behaviour(&drive.course, &apart, now).latency_factor, 1);
		expect_seen(&drive, 1, now, &well, "candidate");
	}
	world_free(&world);
}

/* ---- several */

Test(fault_kinds, stretched_tails_join_and_shares_of_outcomes_stay_within_all)
{
	struct world world;
	struct drive drive;
	struct behaviour b = well;
	b.tail_from = 0.9;
	b.tail_factor = 6;
	faulty_case(&world, "{latency: {slowest: 10%, stretch: x2}}, "
			    "{latency: {slowest: 1%, stretch: x3}}");
	drive_begin(&drive, &world, 0);
	drive_to(&drive, 0);
	expect_seen(&drive, 1, 0, &b, "two tails");
	world_free(&world);
	b = (struct behaviour){0.61, 0.39, 0, 1, 0, 1, 1, 0, 1};
	faulty_case(&world, "{step: {errors: +60%}}, {timeout: {hangs: 50%}}, "
			    "{silent_corruption: {wrong: 20%}}");
	drive_begin(&drive, &world, 0);
	drive_to(&drive, 0);
	expect_seen(&drive, 1, 0, &b, "more than all");
	world_free(&world);
}
