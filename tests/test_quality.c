/* Right and wrong answers: how often, together with stable's, over time, and whom they harm. */
#include "sim/quality.h"

#include "sim/answers.h"
#include "sim/truth.h"
#include "tests/random.h"
#include "tests/walk.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

/* ---- the law */

/* d' = 1, 2 and 3: areas Phi(d' / sqrt 2) and accuracies Phi(d' / 2), of the normal table. */
Test(quality, accuracy_follows_from_the_area_under_the_curve)
{
	cr_assert_float_eq(quality_of_area(0.760250), 0.691462, 2e-6);
	cr_assert_float_eq(quality_of_area(0.921350), 0.841345, 2e-6);
	cr_assert_float_eq(quality_of_area(0.983053), 0.933193, 2e-6);
	cr_assert_float_eq(quality_of_area(0.5), 0.5, 1e-12);
	cr_assert_float_eq(quality_of_area(1 - 0.921350), 1 - 0.841345, 2e-6);
	cr_assert_float_eq(quality_margin(0.841345), 1, 1e-5);
	cr_assert_float_eq(quality_margin(1), -quality_margin(0), 1e-12);
}

Test(quality, drifts_straight_from_point_to_point)
{
	const struct quality q = {.accuracy = {0.9, 0.02},
				  .drift_points = 3,
				  .drift = {{100, -0.1}, {300, 0.05}, {300 + 1, 0.2}}};
	const struct {
		sim_time at;
		double accuracy;
	} expected[] = {{0, 0.9},    {50, 0.85}, {100, 0.8},	  {200, 0.875},
			{300, 0.95}, {301, 1.0}, {SIM_NEVER, 1.0}};
	for (int i = 0; i < 7; i++)
		cr_assert_float_eq(quality_accuracy(&q, 0, expected[i].at, 0), expected[i].accuracy,
				   1e-12, "at %lld", (long long)expected[i].at);
	cr_assert_float_eq(quality_accuracy(&q, 1, 0, 0.3), 0.32, 1e-12);
	cr_assert_eq(quality_accuracy(&q, 1, 100, 0), 0);
}

/* Both right, only stable, only the version, neither: their lengths on [0, 2^32) from the outside
 * view, agreement = both right + both wrong. */
Test(quality, any_agreement_in_range_is_hit_exactly)
{
	uint64_t random = 3;
	for (int round = 0; round < 1000; round++) {
		double stable = random_share(&random), own = random_share(&random);
		double concord = random_share(&random);
		struct interval range = quality_agreements(stable, own);
		double agreement = range.low + concord * (range.high - range.low);
		struct joint j = quality_joint(stable, own, concord);
		double both = (double)j.both * 0x1p-32;
		cr_assert_float_eq((double)j.own * 0x1p-32, own, 1e-9);
		cr_assert_float_eq((double)j.stable * 0x1p-32, stable, 1e-9);
		cr_assert_float_eq(both + (1 - stable - own + both), agreement, 2e-9);
		cr_assert_leq(j.stable + j.own - j.both, UINT64_C(1) << 32);
	}
}

/* The pieces in which bits are moved, seen from their ends. */
Test(quality, ranks_are_bits_with_two_pieces_exchanged)
{
	const struct joint j = {.stable = 1000, .own = 900, .both = 800};
	cr_assert_eq(quality_rank(&j, 0), 0);
	cr_assert_eq(quality_rank(&j, 799), 799);
	cr_assert_eq(quality_rank(&j, 800), 900);
	cr_assert_eq(quality_rank(&j, 999), 1099);
	cr_assert_eq(quality_rank(&j, 1000), 800);
	cr_assert_eq(quality_rank(&j, 1099), 899);
	cr_assert_eq(quality_rank(&j, 1100), 1100);
	bool taken[2000] = {false};
	for (uint32_t bits = 0; bits < 2000; bits++) {
		cr_assert_not(taken[quality_rank(&j, bits)]);
		taken[quality_rank(&j, bits)] = true;
	}
}

/* ---- requests, one by one */

static void read_pair(struct world *world, const char *stable, const char *candidate,
		      const char *more)
{
	char text[2048];
	snprintf(text, sizeof text,
		 "scenario: pair\n"
		 "traffic: {poisson: {rate: 100/s}, segments: {premium: 25%%, free: 75%%}}\n"
		 "versions:\n"
		 "  stable: {latency: 80ms, errors: 1%%, quality: {%s}}\n"
		 "  candidate: {like: stable, quality: {%s}}\n"
		 "%s\n"
		 "telemetry: {scrape: 1d}\n"
		 "cases: {it: []}\n"
		 "rollouts: {all: {instant: {}}, half: {canary: {steps: [50%% for 2h]}}}\n"
		 "horizon: 2000s\n",
		 stable, candidate, more);
	world_read(world, text);
}

/* Within 4.5 standard errors of a share of n. */
static void expect_share(double hits, double n, double p, const char *what)
{
	double error = sqrt(fmax(p * (1 - p), 0) / n);
	cr_assert_float_eq(hits / n, p, 4.5 * error + 1e-12, "%s: %g of %g is %g, not %g +- %g",
			   what, hits, n, hits / n, p, error);
}

/* Counts of (stable right) + 2 (candidate right), by segment. */
static void count_cells(struct world *world, double cells[2][4])
{
	struct walk walk;
	memset(cells, 0, 8 * sizeof(double));
	walk_begin(&walk, world, 0, 0, 1, 1);
	while (walk_on(&walk)) {
		const struct answers *a = walk.requests->answers;
		for (int i = 0; i < walk.count; i++)
			cells[walk.key[i] / 2][a->stable_right[i] + 2 * a->right[i]]++;
	}
}

static void expect_joint(const char *candidate, double stable, double own, double agreement)
{
	struct world world;
	double by_segment[2][4], cells[4] = {0}, n = 0;
	read_pair(&world, "accuracy: 92%", candidate, "");
	count_cells(&world, by_segment);
	for (int c = 0; c < 4; c++)
		n += cells[c] = by_segment[0][c] + by_segment[1][c];
	double both = (stable + own + agreement - 1) / 2;
	cr_assert_gt(n, 190000);
	expect_share(cells[3], n, both, "both right");
	expect_share(cells[1], n, stable - both, "only stable right");
	expect_share(cells[2], n, own - both, "only the candidate right");
	expect_share(cells[0], n, 1 - stable - own + both, "neither right");
	world_free(&world);
}

Test(quality, two_versions_are_right_together_as_their_agreement_says)
{
	expect_joint("accuracy: 85%, agreement: 90%", 0.92, 0.85, 0.90);
	expect_joint("accuracy: 85%, agreement: 77%", 0.92, 0.85, 0.77);
	expect_joint("accuracy: 95%, agreement: 93%", 0.92, 0.95, 0.93);
	expect_joint("agreement: 95%", 0.92, 0.92, 0.95);
}

Test(quality, without_an_agreement_they_agree_as_often_as_they_can)
{
	expect_joint("accuracy: 85%", 0.92, 0.85, 0.93);
	expect_joint("", 0.92, 0.92, 1);
	expect_joint("auc: 0.92135", 0.92, 0.841345, 0.921345);
}

Test(quality, each_segment_has_its_own)
{
	struct world world;
	double cells[2][4];
	read_pair(&world, "accuracy: 92%, segments: {premium: {accuracy: 99%}}",
		  "accuracy: 90%, agreement: 95%, segments: {premium: {accuracy: 80%, agreement: "
		  "80%}}",
		  "");
	count_cells(&world, cells);
	double n[2] = {0, 0};
	for (int s = 0; s < 2; s++)
		for (int c = 0; c < 4; c++)
			n[s] += cells[s][c];
	expect_share(cells[0][1] + cells[0][3], n[0], 0.99, "stable, premium");
	expect_share(cells[0][2] + cells[0][3], n[0], 0.80, "candidate, premium");
	expect_share(cells[0][0] + cells[0][3], n[0], 0.80, "agreement, premium");
	expect_share(cells[1][1] + cells[1][3], n[1], 0.92, "stable, free");
	expect_share(cells[1][2] + cells[1][3], n[1], 0.90, "candidate, free");
	expect_share(cells[1][0] + cells[1][3], n[1], 0.95, "agreement, free");
	world_free(&world);
}

/* ---- harm */

/* Wrong where stable is right and nothing failed: 0.99 (stable - both); helped the other way. */
Test(quality, harm_is_where_stable_would_have_been_right)
{
	struct world world;
	read_pair(&world, "accuracy: 92%", "accuracy: 85%, agreement: 90%", "");
	const struct result *row = world_run(&world, 0, 0, 0);
	double both = (0.92 + 0.85 + 0.90 - 1) / 2, n = (double)row->exposed_requests;
	cr_assert_gt(n, 190000);
	cr_assert_eq(row->exposed_requests, row->requests);
	expect_share((double)row->quality_harmed, n, 0.99 * (0.92 - both), "harmed");
	expect_share((double)row->quality_helped, n, 0.99 * (0.85 - both), "helped");
	expect_share((double)row->wrong_answers, n, 0.99 * 0.15, "wrong");
	cr_assert_float_eq(row->version_accuracy[1],
			   1 - (double)row->wrong_answers / (n - (double)row->version_failures[1]),
			   1e-12);
	cr_assert(isnan(row->version_accuracy[0]));
	cr_assert_eq(row->harmed_requests, 0, "wrong answers are not bad unless the slo says so");
	cr_assert_eq(row->onset_time, 0);
	cr_assert_eq(row->missed, 1);
	world_free(&world);
}

Test(quality, wrong_answers_are_bad_where_the_slo_says_so)
{
	struct world world;
	read_pair(&world, "accuracy: 92%", "accuracy: 85%, agreement: 90%",
		  "slo: {latency: 1s, wrong: yes}");
	const struct result *row = world_run(&world, 0, 0, 0);
	cr_assert_eq(row->harmed_requests, row->quality_harmed - row->quality_helped);
	expect_share((double)row->harmed_requests, (double)row->requests, 0.99 * 0.07, "harm");
	world_free(&world);
}

Test(quality, an_equal_candidate_harms_nobody_and_one_that_differs_nobody_on_balance)
{
	struct world world;
	read_pair(&world, "accuracy: 92%", "", "slo: {latency: 1s, wrong: yes}");
	const struct result *row = world_run(&world, 1, 0, 0);
	cr_assert_gt(row->exposed_requests, 90000);
	cr_assert_gt(row->wrong_answers, 10000);
	cr_assert_eq(row->quality_harmed, 0);
	cr_assert_eq(row->harmed_requests, 0);
	cr_assert(isnan(row->onset_time));
	world_free(&world);
	read_pair(&world, "accuracy: 92%", "agreement: 90%", "slo: {latency: 1s, wrong: yes}");
	row = world_run(&world, 1, 0, 0);
	double n = (double)row->exposed_requests;
	expect_share((double)row->quality_harmed, n, 0.99 * 0.05, "harmed");
	expect_share((double)row->quality_helped, n, 0.99 * 0.05, "helped");
	cr_assert(isnan(row->onset_time), "equally good is not worse");
	cr_assert_eq(row->missed, 0);
	world_free(&world);
}

/* ---- truth */

static bool is_harmful(const char *stable, const char *candidate)
{
	struct world world;
	read_pair(&world, stable, candidate, "");
	const struct plan *plan = &world.scenario.plans[0];
	bool harmful = truth_is_harmful(plan, &plan->case_[0]);
	world_free(&world);
	return harmful;
}

Test(quality, less_of_it_is_harm)
{
	const char *const sold = "accuracy: 90%, conversion: {right: 5%, wrong: 1%, value: 10}";
	const char *const rated = "accuracy: 90%, satisfaction: {right: 4, wrong: 2}";
	cr_assert_not(is_harmful("accuracy: 90%", ""));
	cr_assert_not(is_harmful("accuracy: 90%", "agreement: 85%"));
	cr_assert_not(is_harmful("accuracy: 90%", "accuracy: 91%"));
	cr_assert(is_harmful("accuracy: 90%", "accuracy: 89.9%"));
	cr_assert(is_harmful("auc: 0.9", "auc: 0.89"));
	cr_assert(is_harmful("accuracy: 90%", "segments: {premium: {accuracy: 89%}}"));
	cr_assert_not(is_harmful(sold, "conversion: {value: 11}"));
	cr_assert(is_harmful(sold, "conversion: {right: 4.9%}"));
	cr_assert(is_harmful(sold, "conversion: {right: 5.1%, value: 9}"));
	cr_assert(is_harmful(rated, "satisfaction: {right: 3.9}"));
	cr_assert_not(is_harmful(rated, "satisfaction: {bad: 1}"));
}

/* 92 % and 92 % + 1 % t / 500 s - 2 % (t - 500 s) / 1000 s: worse after 1000 s. */
Test(quality, drift_can_make_a_candidate_worse_in_time)
{
	struct world world;
	char text[1024];
	snprintf(text, sizeof text,
		 "scenario: drift\n"
		 "traffic: {poisson: {rate: 100/s}}\n"
		 "versions:\n"
		 "  stable: {latency: 80ms, quality: {accuracy: 92%%}}\n"
		 "  candidate: {like: stable, quality: {drift: [{at: 500s, accuracy: +1%%}, {at: "
		 "1500s, accuracy: -1%%}]}}\n"
		 "telemetry: {scrape: 20s}\n"
		 "cases: {it: []}\n"
		 "rollouts: {all: {instant: {}}}\n"
		 "horizon: 2000s\n");
	world_read(&world, text);
	const struct plan *plan = &world.scenario.plans[0];
	cr_assert(truth_is_harmful(plan, &plan->case_[0]));
	const struct result *row = world_run(&world, 0, 0, 0);
	cr_assert_eq(row->onset_time, 1020, "the first scrape after it has become worse");
	/* +0.5 % on average for 500 s, none for 1000 s, -1 % for 500 s. */
	expect_share(row->version_accuracy[1] * (double)row->requests, (double)row->requests,
		     0.92 + (0.005 * 500 - 0.01 * 500) / 2000, "accuracy");
	world_free(&world);
}

/* A drift of both versions alike is nobody's fault. */
Test(quality, drift_of_the_world_is_no_harm)
{
	cr_assert_not(is_harmful("accuracy: 92%, drift: [{at: 1000s, accuracy: -10%}]", ""));
	cr_assert(is_harmful("accuracy: 92%, drift: [{at: 1000s, accuracy: -10%}]",
			     "drift: [{at: 500s, accuracy: -10%}]"));
	cr_assert_not(is_harmful("accuracy: 92%, drift: [{at: 1d, accuracy: +100%}]",
				 "drift: [{at: 1d, accuracy: +200%}]"));
}

static void lose(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	behaviour->accuracy += context->strength * *(const double *)config;
}

static const struct fault loss = {.plugin = {.kind = PLUGIN_FAULT, .name = "loss"}, .bend = lose};

Test(quality, faults_bend_the_accuracy_and_the_agreement_keeps_its_place)
{
	struct world world;
	double amount = -0.10, cells[2][4];
	read_pair(&world, "accuracy: 92%", "agreement: 92%", "");
	struct plan *plan = &world.scenario.plans[0];
	struct case_plan *case_ = &plan->case_[0];
	cr_assert_not(truth_is_harmful(plan, case_));
	case_->faults = 1;
	case_->fault[0] = (struct fault_plan){.label = "loss",
					      .fault = {&loss.plugin, &amount},
					      .when = {.within = PARAM_UNSET,
						       .duration = PARAM_UNSET,
						       .every = PARAM_UNSET,
						       .after = PARAM_UNSET,
						       .share_above = NAN,
						       .load_above = NAN,
						       .jitter = NAN},
					      .versions = 2,
					      .cohorts = UINT32_MAX,
					      .selection = -1};
	cr_assert(truth_is_harmful(plan, case_));
	count_cells(&world, cells);
	/* 92 % lies half between 84 % and 100 %; half between 74 % and 90 % lies 82 %. */
	for (int s = 0; s < 2; s++) {
		double n = cells[s][0] + cells[s][1] + cells[s][2] + cells[s][3];
		expect_share(cells[s][1] + cells[s][3], n, 0.92, "stable");
		expect_share(cells[s][2] + cells[s][3], n, 0.82, "candidate");
		expect_share(cells[s][0] + cells[s][3], n, 0.82, "agreement");
	}
	amount = 0.05;
	cr_assert_not(truth_is_harmful(plan, case_));
	world_free(&world);
}

/* ---- common random numbers */

Test(quality, changes_nothing_else_and_stable_is_right_about_the_same_requests)
{
	static const char *const text =
		"scenario: crn\ntraffic: {poisson: {rate: 100/s}, users: {count: 500}}\n"
		"versions:\n"
		"  stable: {latency: {exponential: {mean: 80ms}}, errors: 1%%%s}\n"
		"  candidate: {like: stable%s}\n"
		"cases: {it: [{step: {errors: +5%%}}]}\n"
		"rollouts: {r: {canary: {steps: [30%% for 5m]}}}\nhorizon: 10m\n";
	char plain[1024], rich[1024];
	struct world world;
	snprintf(plain, sizeof plain, text, "", "");
	snprintf(rich, sizeof rich, text,
		 ", quality: {accuracy: 90%, conversion: {right: 5%, cv: 1}, satisfaction: {}}",
		 ", quality: {accuracy: 80%}");
	world_read(&world, plain);
	struct result without = *world_run(&world, 0, 0, 4);
	world_free(&world);
	world_read(&world, rich);
	struct result with = *world_run(&world, 0, 0, 4), again = *world_run(&world, 0, 0, 4);
	world_free(&world);
	cr_assert_eq(memcmp(&with, &again, sizeof with), 0);
	cr_assert_gt(with.quality_harmed, 0);
	cr_assert_eq(with.harmed_requests, without.harmed_requests);
	cr_assert_eq(with.harmed_users, without.harmed_users);
	cr_assert_eq(memcmp(with.version_requests, without.version_requests,
			    sizeof with.version_requests),
		     0);
	cr_assert_eq(memcmp(with.version_p99, without.version_p99, 2 * sizeof(double)), 0);
}

Test(quality, of_stable_is_the_same_whoever_serves)
{
	struct world world;
	struct walk walk;
	int64_t sums[3];
	const double shares[] = {0, 0.4, 1};
	read_pair(&world, "accuracy: 92%", "accuracy: 70%, agreement: 75%", "");
	for (int s = 0; s < 3; s++) {
		int64_t n = 0;
		sums[s] = 0;
		walk_begin(&walk, &world, 0, 0, 9, shares[s]);
		while (walk_on(&walk))
			for (int i = 0; i < walk.count; i++)
				sums[s] += walk.requests->answers->stable_right[i] * ++n;
	}
	cr_assert_gt(sums[0], 0);
	cr_assert_eq(sums[0], sums[1]);
	cr_assert_eq(sums[0], sums[2]);
	world_free(&world);
}
