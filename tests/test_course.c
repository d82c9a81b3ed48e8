/* When a fault is on: at a time, at random, when something is reached, again and again, up a ramp
 * and with a jitter; each held to what one can say without simulating it. */
#include "tests/faulty.h"

#include "models/list.h"
#include "sim/effect.h"

#include <math.h>
#include <stdlib.h>

enum { SECONDS = 600, TRIALS = 4000 };

/* Of a uniform on [low, high]: mean and variance within five standard errors. */
static void expect_uniform(double sum, double squares, int count, double low, double high)
{
	double width = high - low, mean = sum / count, variance = squares / count - mean * mean;
	double error = width / sqrt(12.0 * count);
	cr_assert_float_eq(mean, (low + high) / 2, 5 * error);
	/* The fourth central moment is width^4 / 80. */
	double spread = width * width * sqrt((1 / 80.0 - 1 / 144.0) / count);
	cr_assert_float_eq(variance, width * width / 12, 5 * spread);
}

Test(course, a_random_start_is_uniform_and_every_fault_has_its_own)
{
	struct world world;
	struct drive drive;
	double sum = 0, squares = 0, both = 0, least = INFINITY, most = 0;
	faulty_case(&world, "{step: {errors: +5%, at: 1m, within: 3m}}, "
			    "{step: {errors: +5%, at: 1m, within: 3m}}");
	for (uint64_t t = 0; t < TRIALS; t++) {
		drive_begin(&drive, &world, t);
		double one = (double)drive.course.run[0].due / SIM_SECOND;
		double two = (double)drive.course.run[1].due / SIM_SECOND;
		sum += one;
		squares += one * one;
		both += (one - 150) * (two - 150);
		least = fmin(least, one);
		most = fmax(most, one);
	}
	expect_uniform(sum, squares, TRIALS, 60, 240);
	cr_assert(least >= 60 && least < 61);
	cr_assert(most <= 240 && most > 239);
	/* Independent: the covariance has the standard error var / sqrt(n). */
	cr_assert_float_eq(both / TRIALS, 0, 5 * 2700 / sqrt(TRIALS));
	world_free(&world);
}

Test(course, a_random_start_does_not_depend_on_the_other_faults_or_the_rollout)
{
	static const char *const rollouts = "all: {instant: {}}\n  some: {canary: {steps: [5% for "
					    "5m]}, checks: [{metric: error_rate, threshold: "
					    "{max: 2%}}]}";
	struct world plain, more;
	struct diary diary;
	faulty_read(&plain, &(struct faulty){.faults = "{step: {errors: +5%, within: 9m}}",
					     .rollouts = rollouts});
	faulty_read(&more, &(struct faulty){.faults = "{step: {errors: +5%, within: 9m}}, "
						      "{burst: {errors: +5%}}, {lag: {by: 1m}}",
					    .rollouts = rollouts});
	for (uint64_t t = 0; t < 5; t++) {
		sim_time start[4];
		for (int i = 0; i < 4; i++) {
			int from = 0;
			diary_run(&diary, i / 2 ? &more : &plain, i % 2, 0, t);
			start[i] = diary_find(&diary, HAPPENING_FAULT, 0, &from)->at;
			cr_assert_eq(start[i], start[0]);
		}
	}
	world_free(&plain);
	world_free(&more);
}

/* ---- what must be reached first */

static const char *const ladder = "r: {canary: {steps: [5% for 100s, 25% for 100s, 50% for 100s]}}";

/* When the first fault begins, in s; and that it does so once. */
static double begins(struct world *world, struct diary *diary)
{
	int from = 0;
	diary_run(diary, world, 0, 0, 3);
	const struct happening *first = diary_find(diary, HAPPENING_FAULT, 0, &from);
	cr_assert(first && first->value == 1);
	cr_assert_null(diary_find(diary, HAPPENING_FAULT, 0, &from), "it begins twice");
	return (double)first->at / SIM_SECOND;
}

static double begins_in(const char *fault)
{
	struct world world;
	static struct diary diary;
	faulty_read(&world, &(struct faulty){.faults = fault, .rollouts = ladder});
	double at = begins(&world, &diary);
	world_free(&world);
	return at;
}

Test(course, a_share_is_reached_at_the_instant_that_routes_change)
{
	cr_assert_eq(begins_in("step: {errors: +5%, share_above: 0%}"), 0);
	cr_assert_eq(begins_in("step: {errors: +5%, share_above: 5%}"), 100);
	cr_assert_eq(begins_in("step: {errors: +5%, share_above: 24.9%}"), 100);
	cr_assert_eq(begins_in("step: {errors: +5%, share_above: 25%}"), 200);
	cr_assert_eq(begins_in("step: {errors: +5%, share_above: 50%}"), 300);
	cr_assert_eq(begins_in("step: {on: stable, errors: +5%, share_above: 50%}"), 0);
	cr_assert_eq(begins_in("step: {on: both, errors: +5%, share_above: 99%}"), 0);
}

Test(course, what_was_reached_before_begins_at_the_time_given)
{
	cr_assert_eq(begins_in("step: {errors: +5%, share_above: 5%, at: 50s}"), 100);
	cr_assert_eq(begins_in("step: {errors: +5%, share_above: 5%, at: 100s}"), 100);
	cr_assert_eq(begins_in("step: {errors: +5%, share_above: 5%, at: 137s}"), 137);
	cr_assert_eq(begins_in("step: {errors: +5%, after: 10, at: 211s}"), 211);
	cr_assert_eq(begins_in("step: {on: both, errors: +5%, load_above: 20/s, at: 33s}"), 33);
}

/* The first scrape, every 15 s, by which a version has finished so many, or so many per second. */
static void expect_first_scrape(const char *key, double limit, bool rate, int version)
{
	struct world world;
	static struct diary diary;
	char fault[128];
	double served = 0, expected = -1;
	snprintf(fault, sizeof fault, "step: {on: %s, errors: +5%%, %s: %g%s}",
		 version == 1 ? "candidate" : "stable", key, limit, rate ? "/s" : "");
	faulty_read(&world, &(struct faulty){.faults = fault, .rollouts = ladder});
	double found = begins(&world, &diary);
	for (int w = 0; w < diary.windows && expected < 0; w++) {
		double now = diary.window[w][version].requests;
		served += now;
		if (rate ? now / 15 > limit : served >= limit)
			expected = 15 * (w + 1);
	}
	cr_assert_eq(found, expected, "%s: %g, not %g", fault, found, expected);
	world_free(&world);
}

Test(course, requests_and_load_are_reached_at_the_scrape_that_finds_them)
{
	expect_first_scrape("after", 100, false, 1);
	expect_first_scrape("after", 3000, false, 1);
	expect_first_scrape("after", 3000, false, STABLE);
	expect_first_scrape("load_above", 1, true, 1);
	expect_first_scrape("load_above", 35, true, 1);
	expect_first_scrape("load_above", 52, true, 1);
	expect_first_scrape("load_above", 96, true, STABLE);
}

Test(course, all_that_is_waited_for_must_be_reached)
{
	cr_assert_eq(begins_in("step: {errors: +5%, share_above: 25%, after: 10}"), 200);
	double after = begins_in("step: {errors: +5%, share_above: 5%, after: 2000}");
	cr_assert_gt(after, 150);
	cr_assert_eq(after, begins_in("step: {errors: +5%, after: 2000}"));
}

/* More faults that begin at once than there are places for events. */
Test(course, many_faults_may_wait_for_the_same)
{
	char faults[4096] = "";
	struct world world;
	struct diary diary;
	for (int f = 0; f < MAX_FAULTS; f++)
		strcat(faults, f ? ", {cold_start: {on: both, warm_after: 20s}}"
				 : "{cold_start: {on: both, warm_after: 20s}}");
	faulty_read(&world, &(struct faulty){.faults = faults});
	diary_run(&diary, &world, 0, 0, 0);
	int from = 0, changes = 0;
	while (diary_find(&diary, HAPPENING_FAULT, 7, &from))
		changes++;
	cr_assert_eq(changes, 1 + FAULT_STEPS, "%d", changes);
	world_free(&world);
}

/* What stable would have to serve without a rollout is what users send. */
Test(course, copies_are_load_for_the_candidate_only)
{
	struct world world;
	faulty_read(&world,
		    &(struct faulty){.faults = "memory_leak: {on: both, per: 1000, errors: +1%}",
				     .rollouts = "r: {blue_green: {preview: 5m, mirror: 50%}}"});
	struct trial *trial = world.trial;
	trial_begin(trial, &world.scenario.plans[0], 0, 0, 0, NULL);
	while (trial->queue.heap[0].at <= 240 * SIM_SECOND)
		trial_step(trial);
	cr_assert_eq(trial->course.all_served, trial->course.served[STABLE]);
	cr_assert_eq(trial->course.all_load, trial->course.load[STABLE]);
	cr_assert_float_eq(trial->course.all_served, 24000, 5 * sqrt(24000));
	cr_assert_float_eq(trial->course.served[1], 12000, 5 * sqrt(12000));
	world_free(&world);
}

/* ---- again and again */

/* On from `at` for `duration`, and again `every` so often. */
static void expect_periods(const char *fault, int at, int duration, int every)
{
	struct world world;
	struct drive drive;
	faulty_case(&world, fault);
	drive_begin(&drive, &world, 0);
	for (int s = 0; s < SECONDS; s++) {
		bool on = s >= at && (s - at) % every < duration;
		sim_time now = s * SIM_SECOND;
		drive_to(&drive, now);
		cr_assert_eq(course_strength(&drive.course, 0, now), on, "%s at %d s", fault, s);
		cr_assert_float_eq(drive_see(&drive, 1, 0, 0, now).errors, on ? 0.06 : 0.01, 1e-12);
	}
	world_free(&world);
}

Test(course, it_starts_again_every_so_often)
{
	expect_periods("step: {errors: +5%, at: 1m, duration: 20s, every: 50s}", 60, 20, 50);
	expect_periods("step: {errors: +5%, duration: 1s, every: 2s}", 0, 1, 2);
	expect_periods("step: {errors: +5%, at: 9m, duration: 50s, every: 51s}", 540, 50, 51);
}

Test(course, what_waits_starts_again_from_when_it_was_reached)
{
	struct world world;
	struct diary diary;
	int from = 0, n = 0;
	faulty_read(&world, &(struct faulty){.faults = "step: {errors: +5%, share_above: 5%, "
						       "duration: 10s, every: 40s}",
					     .rollouts = ladder});
	diary_run(&diary, &world, 0, 0, 0);
	for (const struct happening *h; (h = diary_find(&diary, HAPPENING_FAULT, 0, &from)); n++) {
		cr_assert_eq(h->at, (100 + n / 2 * 40 + n % 2 * 10) * SIM_SECOND);
		cr_assert_eq(h->value, n % 2 == 0);
	}
	cr_assert_eq(n, 26);
	world_free(&world);
}

Test(course, every_start_has_its_ramp)
{
	struct world world;
	struct drive drive;
	faulty_case(&world, "step: {errors: +8%, ramp: 32s, duration: 60s, every: 100s}");
	drive_begin(&drive, &world, 0);
	for (int s = 0; s < SECONDS; s++) {
		double line = fmin((s % 100 + 0.5) / 32, 1), expected = s % 100 < 60 ? line : 0;
		sim_time now = s * SIM_SECOND + SIM_SECOND / 2;
		drive_to(&drive, now);
		cr_assert_float_eq(course_strength(&drive.course, 0, now), expected,
				   1.0 / FAULT_STEPS);
	}
	world_free(&world);
}

/* ---- jitter */

Test(course, a_jitter_is_uniform_around_full_strength)
{
	enum { DRAWS = 20000 };
	struct world world;
	struct drive drive;
	double sum = 0, squares = 0, product = 0, last = 1;
	faulty_case(&world, "step: {errors: +10%, jitter: 40%}");
	drive_begin(&drive, &world, 0);
	drive_to(&drive, 0);
	for (int i = 0; i < DRAWS; i++) {
		double strength = course_strength(&drive.course, 0, 0);
		cr_assert(strength >= 0.6 && strength <= 1.4);
		cr_assert_float_eq(drive_see(&drive, 1, 0, 0, 0).errors, 0.01 + 0.1 * strength,
				   1e-12);
		sum += strength;
		squares += strength * strength;
		product += (strength - 1) * (last - 1);
		last = strength;
		course_stir(&drive.course);
	}
	expect_uniform(sum, squares, DRAWS, 0.6, 1.4);
	cr_assert_float_eq(product / DRAWS, 0, 5 * (0.64 / 12) / sqrt(DRAWS), "they are related");
	world_free(&world);
}

/* ---- what is served is what the course says, from one control instant to the next */

static void expect_served(const struct trial *trial, sim_time now, const char *name)
{
	const struct requests *r = &trial->requests;
	for (int lot = 0; lot < r->lots; lot++) {
		int key = lot % r->telemetry.keys;
		const struct viewpoint from = {.version = key % trial->plan->versions,
					       .cohort = key / trial->plan->versions,
					       .variant = lot / r->telemetry.keys};
		struct behaviour b = course_behaviour(&trial->course, &from, now);
		const struct treatment *t = &r->treatment[lot];
		cr_assert_eq(t->error, (uint64_t)llround(b.errors * 0x1p32), "%s at %g s", name,
			     (double)now / SIM_SECOND);
		cr_assert_eq(t->corrupt,
			     (uint64_t)llround((b.errors + b.hangs + b.corrupt) * 0x1p32));
		cr_assert_eq(t->factor, b.latency_factor, "%s at %g s", name,
			     (double)now / SIM_SECOND);
		cr_assert_eq(t->add_ns, b.latency_add_ns, "%s", name);
		cr_assert_eq(t->tail_factor, b.tail_factor, "%s", name);
	}
	double drift = course_hindrance(&trial->course, now).drift;
	cr_assert_eq(r->drift, (uint64_t)(drift * 0x1p32), "%s", name);
}

/* An old version warms with time and not in steps that are announced. */
static void expect_served_throughout(const char *fault, const char *name, bool between)
{
	struct world world;
	const struct faulty setting = {
		.traffic = ", users: {count: 100}, segments: {premium: 20%, free: 80%}, "
			   "regions: {eu: 60%, us: 40%}",
		.faults = fault,
		.rollouts = "r: {canary: {steps: [5% for 100s, 50% for 100s]}, checks: [{metric: "
			    "error_rate, threshold: {max: 90%}, window: 1m, watch: always}]}",
		.more = "horizon: 12m"};
	faulty_read(&world, &setting);
	struct trial *trial = world.trial;
	trial_begin(trial, &world.scenario.plans[0], 0, 0, 1, NULL);
	do {
		sim_time now = trial->queue.now, next = trial->queue.heap[0].at;
		if (next == now)
			continue; /* not yet all that happens now */
		expect_served(trial, now, name);
		if (between)
			expect_served(trial, next - 1, name);
	} while (trial_step(trial));
	world_free(&world);
}

Test(course, nothing_changes_that_requests_do_not_feel)
{
	for (int i = 0; models_all[i]; i++) {
		const struct plugin *p = models_all[i];
		char fault[512];
		/* More traffic is drawn with the traffic, before anything happens. */
		if (p->kind != PLUGIN_FAULT || ((const struct fault *)p)->surge)
			continue;
		bool bare = !strchr(p->example, '{');
		snprintf(fault, sizeof fault, "%.*s%s jitter: 30%%}",
			 bare ? (int)strlen(p->example)
			      : (int)(strrchr(p->example, '}') - p->example),
			 p->example, bare ? ": {" : ",");
		expect_served_throughout(fault, p->name, p != &fault_old_version_cold.plugin);
	}
}

Test(course, several_at_once_are_felt_at_once)
{
	expect_served_throughout("{step: {errors: +5%, ramp: 90s, at: 7s, jitter: 20%}}, "
				 "{burst: {errors: +9%, lasts: 9s, gap: 4s}}, "
				 "{memory_leak: {per: 500, latency: x2, segment: free}}, "
				 "{load_collapse: {begins: 10%, full: 70%, errors: +30%}}",
				 "several", true);
	expect_served_throughout("{sticky_drift: {users: 30%, ramp: 90s, at: 7s, jitter: 20%}}, "
				 "{weight_skew: {by: x1.3, jitter: 50%}}",
				 "routers", true);
}
