/* Versions that treat segments and regions differently, and fail in another time than they answer:
 * each cohort against what its own numbers say. */
#include "tests/faulty.h"
#include "tests/walk.h"

#include <math.h>

enum { CANDIDATE = 1, COHORTS = 4 }; /* premium eu, premium us, free eu, free us */

static const char *const cohorts = ", timeout: 10s, segments: {premium: 20%, free: 80%}, regions: "
				   "{eu: 60%, us: 40%}";
static const char *const still = "slo: {latency: 300ms}\ntelemetry: {scrape: 1d}\nhorizon: 30m";

static const struct faulty plain = {
	.stable = "latency: 80ms, errors: 1%",
	.rollouts = "r: {instant: {}, sticky: no}",
};

static void read_services(struct world *world, const char *stable, const char *candidate,
			  const char *faults)
{
	struct faulty setting = plain;
	setting.traffic = cohorts;
	setting.stable = stable;
	setting.candidate = candidate;
	setting.faults = faults;
	setting.more = still;
	faulty_read(world, &setting);
}

static void expect_share(int64_t count, int64_t total, double share, const char *what)
{
	double error = sqrt(share * (1 - share) / (double)total);
	cr_assert_gt(total, 1000);
	cr_assert_float_eq((double)count / (double)total, share, 5 * error + 1e-12,
			   "%s: %lld of %lld should be %g", what, (long long)count,
			   (long long)total, share);
}

/* ---- what is read */

static void expect_laws(const struct world *world, int version, const double ms[COHORTS],
			const double errors[COHORTS])
{
	for (int c = 0; c < COHORTS; c++) {
		const struct service_plan *s =
			&world->scenario.plans[0].version[version].service[c];
		const struct latency *law = (const struct latency *)s->latency.plugin;
		cr_assert_float_eq(law->quantile(s->latency.config, 0.5) / 1e6, ms[c], 1e-6,
				   "version %d, cohort %d", version, c);
		cr_assert_float_eq(s->errors, errors[c], 1e-12);
	}
}

Test(services, regions_have_the_last_word_over_segments_and_those_over_the_version)
{
	struct world world;
	read_services(&world,
		      "latency: 80ms, errors: 1%, segments: {premium: {latency: 20ms}, free: "
		      "{errors: 3%}}, regions: {us: {latency: 120ms, errors: 5%}}",
		      "like: stable", "");
	expect_laws(&world, STABLE, (const double[]){20, 120, 80, 120},
		    (const double[]){.01, .05, .03, .05});
	expect_laws(&world, CANDIDATE, (const double[]){20, 120, 80, 120},
		    (const double[]){.01, .05, .03, .05});
	world_free(&world);
}

Test(services, a_copy_keeps_what_it_does_not_replace)
{
	struct world world;
	read_services(&world,
		      "latency: 80ms, errors: 1%, segments: {premium: {latency: 20ms, errors: 2%}}",
		      "like: stable, errors: 4%, segments: {premium: {errors: 0%}, free: {latency: "
		      "90ms}}",
		      "");
	expect_laws(&world, STABLE, (const double[]){20, 20, 80, 80},
		    (const double[]){.02, .02, .01, .01});
	expect_laws(&world, CANDIDATE, (const double[]){20, 20, 90, 90},
		    (const double[]){0, 0, .04, .04});
	world_free(&world);
}

/* ---- what is served */

static const char *const differing_stable =
	"latency: {exponential: {mean: 100ms}}, errors: 1%, segments: {premium: {errors: 0.1%}}, "
	"regions: {us: {latency: {exponential: {mean: 150ms}}}}";
static const char *const differing_candidate =
	"latency: {exponential: {mean: 100ms}}, errors: 3%, segments: {premium: {latency: "
	"{exponential: {mean: 200ms}}}}, regions: {us: {errors: 6%}}";

static const double stable_ms[] = {100, 150, 100, 150}, candidate_ms[] = {200, 200, 100, 100};
static const double stable_errors[] = {.001, .001, .01, .01};
static const double candidate_errors[] = {.03, .06, .03, .06};

/* Latency and outcome each have one uniform, which both versions would have used. So a request is
 * harmed if it fails here and not there, or is slow here and not there. */
static double chance_of_harm(int cohort)
{
	double bad = fmax(candidate_errors[cohort], stable_errors[cohort]);
	double slow = exp(-300 / candidate_ms[cohort]), stable_slow = exp(-300 / stable_ms[cohort]);
	double well_on_stable = (1 - stable_errors[cohort]) * (1 - stable_slow);
	double well_on_both = (1 - bad) * (1 - fmax(slow, stable_slow));
	return well_on_stable - well_on_both;
}

struct cohort_count {
	int64_t all, errors, slow, harmed;
};

static void expect_cohorts(const char *pool)
{
	struct world world;
	struct walk walk;
	struct cohort_count count[2 * COHORTS] = {{0}};
	char stable[400], candidate[400];
	snprintf(stable, sizeof stable, "%s%s", differing_stable, pool);
	snprintf(candidate, sizeof candidate, "%s%s", differing_candidate, pool);
	read_services(&world, stable, candidate, "");
	walk_begin(&walk, &world, 0, 0, 3, 0.5);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++) {
			struct cohort_count *c = &count[walk.key[i]];
			c->all++;
			c->errors += !!(walk.flags[i] & FLAG_ERROR);
			c->slow += walk.stayed_ns[i] > 300e6;
			c->harmed += !!(walk.flags[i] & FLAG_HARMED);
		}
	for (int c = 0; c < COHORTS; c++) {
		const struct cohort_count *s = &count[2 * c], *n = &count[2 * c + 1];
		expect_share(s->errors, s->all, stable_errors[c], "errors of stable");
		expect_share(n->errors, n->all, candidate_errors[c], "errors");
		expect_share(s->slow, s->all, exp(-300 / stable_ms[c]), "slow on stable");
		expect_share(n->slow, n->all, exp(-300 / candidate_ms[c]), "slow");
		expect_share(n->harmed, n->all, chance_of_harm(c), "harmed");
		cr_assert_eq(s->harmed, 0);
	}
	world_free(&world);
}

Test(services, each_cohort_gets_its_latencies_errors_and_harm)
{
	expect_cohorts("");
	/* So many servers that nobody waits: 100/s of 0.1 s need ten. */
	expect_cohorts(", pool: {slots: 64}");
}

/* With sticky users and whole trials, the ledger says the same of segments. */
Test(services, the_ledger_knows_the_harm_of_each_segment)
{
	struct world world;
	double harmed[2] = {0, 0}, expected[2] = {0, 0};
	struct faulty setting = plain;
	setting.traffic = cohorts;
	setting.stable = differing_stable;
	setting.candidate = differing_candidate;
	setting.more = "slo: {latency: 300ms}\nhorizon: 20m";
	faulty_read(&world, &setting);
	for (uint64_t t = 0; t < 3; t++) {
		const struct result *row = world_run(&world, 0, 0, t);
		for (int s = 0; s < 2; s++) {
			double chance =
				0.6 * chance_of_harm(2 * s) + 0.4 * chance_of_harm(2 * s + 1);
			harmed[s] += (double)row->segment_harmed[s];
			expected[s] += (double)row->segment_exposed[s] * chance;
		}
		cr_assert_eq(row->missed, 1);
	}
	for (int s = 0; s < 2; s++)
		cr_assert_float_eq(harmed[s], expected[s], 5 * sqrt(expected[s]));
	world_free(&world);
}

/* Better in one segment, worse in another: it is worse. */
Test(services, a_candidate_is_worse_if_it_is_to_anybody)
{
	static const struct {
		const char *candidate;
		bool worse;
	} cases[] = {
		{"like: stable", false},
		{"like: stable, segments: {free: {errors: 0.1%}}", false},
		{"like: stable, segments: {free: {errors: 1.1%}}", true},
		{"like: stable, errors: 0%, regions: {us: {errors: 1.1%}}", true},
		{"like: stable, segments: {premium: {latency: 299ms}}", false},
		{"like: stable, segments: {premium: {latency: 301ms}}", true},
		{"like: stable, failed_latency: 9s", false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world world;
		read_services(&world, "latency: 80ms, errors: 1%", cases[i].candidate, "");
		const struct plan *plan = &world.scenario.plans[0];
		cr_assert_eq(truth_is_harmful(plan, &plan->case_[0]), cases[i].worse, "%s",
			     cases[i].candidate);
		cr_assert_eq(world_run(&world, 0, 0, 0)->missed, cases[i].worse);
		world_free(&world);
	}
}

/* ---- failures take another time */

/* Answers take 80 ms, failures 5 ms; the candidate's failures as long as its answers, but for
 * premium users, who wait for them until they give up. */
Test(services, failures_have_a_law_of_their_own)
{
	for (int pool = 0; pool < 2; pool++) {
		struct world world;
		struct walk walk;
		int failures = 0;
		read_services(&world,
			      pool ? "latency: 80ms, errors: 10%, failed_latency: 5ms, pool: "
				     "{slots: 512}"
				   : "latency: 80ms, errors: 10%, failed_latency: 5ms",
			      pool ? "latency: 80ms, errors: 10%, segments: {premium: "
				     "{failed_latency: 20s}}, pool: {slots: 512}"
				   : "latency: 80ms, errors: 10%, segments: {premium: "
				     "{failed_latency: 20s}}",
			      "");
		walk_begin(&walk, &world, 0, 0, 3, 0.5);
		while (walk_on(&walk))
			for (int i = 0; i < walk.count; i++) {
				bool error = walk.flags[i] & FLAG_ERROR, one = walk.key[i] % 2;
				bool premium = walk.key[i] / 2 < 2;
				double failing = !one ? 5e6 : premium ? 10e9 : 80e6;
				cr_assert_eq(walk.stayed_ns[i], error ? failing : 80e6);
				cr_assert_eq(!!(walk.flags[i] & FLAG_TIMEOUT),
					     error && one && premium);
				cr_assert_not(walk.flags[i] & (FLAG_HARMED | FLAG_HELPED));
				failures += error;
			}
		cr_assert_gt(failures, 1000);
		world_free(&world);
	}
}

/* In a queue of one server, failures that take long make those wait who come after them; without
 * the rollout they would not have had to. By Lindley's recursion (1952). */
Test(services, in_queues_slow_failures_hold_up_others)
{
	struct world world;
	struct walk walk;
	sim_time free_at = 0, twin_free_at = 0;
	int harmed = 0;
	struct faulty setting = plain;
	setting.rate = 10;
	setting.traffic = ", timeout: 1h";
	setting.stable = "latency: 60ms, errors: 10%, failed_latency: 10ms, pool: {slots: 1}";
	setting.candidate = "like: stable, failed_latency: 300ms";
	setting.more = still;
	faulty_read(&world, &setting);
	walk_begin(&walk, &world, 0, 0, 3, 1);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++) {
			bool error = walk.flags[i] & FLAG_ERROR;
			sim_time at = walk.at[i], took = error ? 300000000 : 60000000;
			sim_time twin = error ? 10000000 : 60000000;
			free_at = (free_at > at ? free_at : at) + took;
			twin_free_at = (twin_free_at > at ? twin_free_at : at) + twin;
			bool bad = error || free_at - at > 300000000;
			bool twin_bad = error || twin_free_at - at > 300000000;
			cr_assert_eq(walk.stayed_ns[i], (double)(free_at - at));
			cr_assert_eq(!!(walk.flags[i] & FLAG_BAD), bad);
			cr_assert_eq(!!(walk.flags[i] & FLAG_HARMED), bad && !twin_bad);
			harmed += bad && !twin_bad;
		}
	cr_assert_gt(harmed, 1000);
	world_free(&world);
}

/* A latency gate sees an improvement when more fails, and fails fast. */
Test(services, fast_failures_make_latencies_look_better)
{
	struct world world;
	struct faulty setting = plain;
	setting.stable = "latency: {exponential: {mean: 100ms}}, failed_latency: 1ms";
	setting.faults = "step: {errors: +60%}";
	setting.more = "horizon: 20m";
	faulty_read(&world, &setting);
	const struct result *row = world_run(&world, 0, 0, 0);
	/* 60 % of 1 ms, so the 95th percentile of all is the 87.5th of the answers. */
	cr_assert_float_eq(row->version_p95[1], -0.1 * log(0.125), 0.05 * 0.208);
	cr_assert_float_eq(row->version_p50[1], 0.001, 0.0001);
	world_free(&world);
}

/* Faults bend answers; how long a failure takes has nothing to do with them. */
Test(services, faults_bend_cohorts_on_top_of_their_own_numbers)
{
	struct world world;
	struct walk walk;
	read_services(&world, "latency: 80ms, errors: 10%, segments: {premium: {latency: 20ms}}",
		      "like: stable, failed_latency: 5ms",
		      "{step: {latency: x2, region: us}}, {step: {latency: +7ms, segment: "
		      "premium}}");
	const double ms[] = {20 + 7, 20 * 2 + 7, 80, 160};
	walk_begin(&walk, &world, 0, 0, 3, 0.5);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++) {
			int cohort = walk.key[i] / 2;
			double expected = cohort < 2 ? 20 : 80;
			if (walk.key[i] % 2)
				expected = walk.flags[i] & FLAG_ERROR ? 5 : ms[cohort];
			cr_assert_float_eq(walk.stayed_ns[i] / 1e6, expected, 1e-6);
		}
	world_free(&world);
}
