/* A threshold over windows that know nothing of each other: each fails with a chance that can be
 * summed up, so the time until it has failed often enough has a known law. */
#include "sim/study.h"

#include "tests/world.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

enum { TRIALS = 20000, LOOKS_MOST = 64 };

struct odds {
	double fail, pass, no_data;
};

static double chance_of_failure(unsigned n, double errors, double limit)
{
	double fail = 0;
	for (unsigned x = 0; x <= n; x++)
		if ((double)x / n > limit)
			fail += gsl_ran_binomial_pdf(x, errors, n);
	return fail;
}

/* A Poisson number of requests, of which each fails on its own. */
static struct odds poisson_odds(double requests, double errors, double limit)
{
	struct odds odds = {.no_data = exp(-requests)};
	unsigned most = (unsigned)(requests + 12 * sqrt(requests) + 20);
	for (unsigned n = 1; n <= most; n++)
		odds.fail += gsl_ran_poisson_pdf(n, requests) * chance_of_failure(n, errors, limit);
	odds.pass = 1 - odds.fail - odds.no_data;
	return odds;
}

/* chance[k]: that look k + 1 is the one to reach the limit of failures. Without data nothing is
 * counted and nothing forgotten. */
static void first_passage(const struct odds *odds, int looks, int limit, bool consecutive,
			  double chance[LOOKS_MOST])
{
	double at[16] = {1};
	for (int k = 0; k < looks; k++) {
		double next[16] = {0};
		chance[k] = at[limit - 1] * odds[k].fail;
		for (int f = 0; f < limit; f++) {
			next[f] += at[f] * odds[k].no_data;
			next[consecutive ? 0 : f] += at[f] * odds[k].pass;
			if (f + 1 < limit)
				next[f + 1] += at[f] * odds[k].fail;
		}
		memcpy(at, next, sizeof at);
	}
}

/* ---- the same window again and again */

struct habit {
	double rate, errors, max;
	const char *limit; /* the same as max */
	bool consecutive;
	int fail_limit;
};

static void simulate(const struct habit *s, int looks, int64_t counts[LOOKS_MOST + 1])
{
	char text[2048];
	struct world world;
	struct results results;
	snprintf(
		text, sizeof text,
		"scenario: threshold\n"
		"traffic: {poisson: {rate: %g/s}, timeout: 1s}\n"
		"versions:\n"
		"  stable: {latency: {constant: {time: 0s}}}\n"
		"  candidate: {like: stable, errors: %g%%}\n"
		"telemetry: {scrape: 10s}\n"
		"cases: {bad: []}\n"
		"rollouts:\n"
		"  r:\n"
		"    canary: {steps: [50%% for 2h]}\n"
		"    checks: [{metric: error_rate, threshold: {max: %s}, every: 10s, window: 10s,\n"
		"              fail_limit: %d, in_a_row: %s}]\n"
		"horizon: %ds\n"
		"trials: 20000\n"
		"seed: 31\n",
		s->rate, 100 * s->errors, s->limit, s->fail_limit, s->consecutive ? "yes" : "no",
		10 * looks + 1);
	world_read(&world, text);
	scenario_describe(&world.scenario, &results);
	const struct study study = {
		.plans = world.scenario.plans, .points = 1, .trials = TRIALS, .threads = 2};
	cr_assert(study_run(&study, &results));
	memset(counts, 0, (LOOKS_MOST + 1) * sizeof *counts);
	for (int t = 0; t < TRIALS; t++) {
		double at = results_value(&results, results_column("detection_time"), 0, t, 0);
		counts[isnan(at) ? looks : (int)lround(at / 10) - 1]++;
	}
	results_free(&results);
	world_free(&world);
}

/* Pearson's test with rare looks put together. */
static void expect_law(const int64_t *counts, const double *chance, int cells)
{
	double statistic = 0, observed = 0, expected = 0;
	int bins = 0;
	for (int k = 0; k < cells; k++) {
		observed += (double)counts[k];
		expected += TRIALS * chance[k];
		if (expected < 10 && k + 1 < cells)
			continue;
		if (expected > 0)
			statistic += (observed - expected) * (observed - expected) / expected;
		bins += expected > 0;
		observed = expected = 0;
	}
	cr_assert_gt(bins, 5);
	cr_assert_gt(gsl_cdf_chisq_Q(statistic, bins - 1), 1e-5, "%g in %d bins", statistic, bins);
}

static void expect_habit(const struct habit *s, int looks)
{
	struct odds odds[LOOKS_MOST] = {{0}};
	double chance[LOOKS_MOST + 1], sum = 0;
	int64_t counts[LOOKS_MOST + 1];
	for (int k = 0; k < looks; k++)
		odds[k] = poisson_odds(5 * s->rate, s->errors, s->max);
	first_passage(odds, looks, s->fail_limit, s->consecutive, chance);
	for (int k = 0; k < looks; k++)
		sum += chance[k];
	chance[looks] = 1 - sum;
	simulate(s, looks, counts);
	double back = 1 - (double)counts[looks] / TRIALS, error = sqrt(sum * (1 - sum) / TRIALS);
	cr_assert_float_eq(back, sum, 4 * error + 1e-9);
	expect_law(counts, chance, looks + 1);
}

Test(slow_threshold, the_first_failure_is_geometric)
{
	const struct habit s = {10, 0.04, 0.08, "8%", false, 1};
	expect_habit(&s, 40);
}

Test(slow_threshold, several_failures_are_negative_binomial)
{
	const struct habit s = {10, 0.05, 0.08, "8%", false, 3};
	expect_habit(&s, 50);
}

Test(slow_threshold, failures_in_a_row_are_runs)
{
	const struct habit s = {10, 0.07, 0.08, "8%", true, 3};
	expect_habit(&s, 50);
}

Test(slow_threshold, windows_without_data_neither_count_nor_forget)
{
	const struct habit s = {0.3, 0.5, 0.5, "50%", true, 2};
	expect_habit(&s, 40);
}

/* ---- a ladder: every stage is one window, larger than the one before */

static const double weights[] = {0.05, 0.1, 0.2, 0.4, 0.6, 0.8};

enum { STAGES = 6, PER_STAGE = 200 };

/* What becomes of a ladder: the chance of rolling back, and candidate requests until then. */
static void climb(const struct odds odds[STAGES], int limit, double *back, double *requests)
{
	double chance[LOOKS_MOST], going = 1;
	first_passage(odds, STAGES, limit, true, chance);
	*requests = 0;
	for (int k = 0; k < STAGES; k++) {
		*requests += going * weights[k] * PER_STAGE;
		going -= chance[k];
	}
	*back = 1 - going;
}

/* Error rate, limit, failures that are forgiven, chance to roll back, mean candidate requests: for
 * counts that are fixed, from an independent dynamic programme; they check this file's own. */
static const struct {
	double errors, limit;
	const char *text;
	int forgiven;
	double back, requests;
} fixed[] = {
	{0.01, 0.02, "2%", 0, 0.6749391973706482, 201.71106502661667},
	{0.01, 0.02, "2%", 1, 0.1455973928549069, 386.54132422039663},
	{0.01, 0.05, "5%", 0, 0.11890061383634119, 380.99143378947804},
	{0.02, 0.02, "2%", 0, 0.9564683683666585, 94.43666571939906},
	{0.02, 0.02, "2%", 1, 0.5447964667542808, 288.2752500332159},
	{0.02, 0.02, "2%", 2, 0.2181521708537137, 385.5764068859936},
};

Test(slow_threshold, this_file_reckons_as_others_do)
{
	for (int i = 0; i < 6; i++) {
		struct odds odds[STAGES];
		double back, requests;
		for (int k = 0; k < STAGES; k++) {
			odds[k].fail = chance_of_failure((unsigned)lround(weights[k] * PER_STAGE),
							 fixed[i].errors, fixed[i].limit);
			odds[k].pass = 1 - odds[k].fail;
			odds[k].no_data = 0;
		}
		climb(odds, fixed[i].forgiven + 1, &back, &requests);
		cr_assert_float_eq(back, fixed[i].back, 1e-10);
		cr_assert_float_eq(requests, fixed[i].requests, 1e-8);
	}
}

static void simulate_ladder(int row, double *back, double *requests, double *error)
{
	char text[2048];
	struct world world;
	double sum = 0, squares = 0;
	snprintf(text, sizeof text,
		 "scenario: ladder\n"
		 "traffic: {poisson: {rate: 20/s}, timeout: 1s}\n"
		 "versions:\n"
		 "  stable: {latency: {constant: {time: 0s}}}\n"
		 "  candidate: {like: stable, errors: %g%%}\n"
		 "telemetry: {scrape: 10s}\n"
		 "cases: {bad: []}\n"
		 "rollouts:\n"
		 "  r:\n"
		 "    canary: {steps: [5%% for 10s, 10%% for 10s, 20%% for 10s, 40%% for 10s,\n"
		 "                     60%% for 10s, 80%% for 10s]}\n"
		 "    checks: [{metric: error_rate, threshold: {max: %s}, every: 10s,\n"
		 "              fail_limit: %d, in_a_row: yes, no_data: pass}]\n"
		 "    rollback: {takes: 0s}\n"
		 "horizon: 60001ms\n"
		 "seed: 32\n",
		 100 * fixed[row].errors, fixed[row].text, fixed[row].forgiven + 1);
	world_read(&world, text);
	int backs = 0;
	for (uint64_t t = 0; t < TRIALS; t++) {
		const struct result *result = world_run(&world, 0, 0, t);
		double exposed = (double)result->exposed_requests;
		backs += result->outcome == OUTCOME_ROLLED_BACK;
		sum += exposed;
		squares += exposed * exposed;
	}
	*back = (double)backs / TRIALS;
	*requests = sum / TRIALS;
	*error = sqrt((squares / TRIALS - *requests * *requests) / TRIALS);
	world_free(&world);
}

Test(slow_threshold, a_ladder_is_climbed_as_far_as_chance_has_it)
{
	for (int i = 0; i < 6; i++) {
		struct odds odds[STAGES];
		double back, requests, seen_back, seen_requests, error;
		for (int k = 0; k < STAGES; k++) {
			odds[k] = poisson_odds(weights[k] * PER_STAGE, fixed[i].errors,
					       fixed[i].limit);
			odds[k].pass += odds[k].no_data; /* no_data: pass */
			odds[k].no_data = 0;
		}
		climb(odds, fixed[i].forgiven + 1, &back, &requests);
		simulate_ladder(i, &seen_back, &seen_requests, &error);
		cr_assert_float_eq(seen_back, back, 4 * sqrt(back * (1 - back) / TRIALS));
		/* The last millisecond is everybody's, where nobody rolled back: 0.02 requests. */
		cr_assert_float_eq(seen_requests, requests + 0.02 * (1 - back), 4 * error);
	}
}
