/* An interval that says 95 % must contain the truth in 95 % of all studies: here the truth is
 * known, and many small studies are made. */
#include "sim/report/cell.h"

#include "sim/study.h"

#include "tests/world.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

enum { STUDIES = 4000, TRIALS = 60, LOOKS = 12 };

/* A look every ten seconds at about 20 requests of the candidate, which fail too often one time in
 * five or so; who is never caught hurts till the end. */
static const char *const text =
	"scenario: confidence\n"
	"traffic: {poisson: {rate: 4/s}, timeout: 1s}\n"
	"versions:\n"
	"  stable: {latency: {constant: {time: 0s}}}\n"
	"  candidate: {like: stable, errors: 10%}\n"
	"telemetry: {scrape: 10s}\n"
	"slo: {latency: 1s}\n"
	"cases:\n"
	"  bad: []\n"
	"  late: [{step: {at: 115s, errors: +1%}}]\n"
	"  good: [{step: {errors: -10%}}]\n"
	"rollouts:\n"
	"  checked:\n"
	"    canary: {steps: [50% for 1h]}\n"
	"    checks: [{metric: error_rate, threshold: {max: 15%}, every: 10s, window: 10s}]\n"
	"  small: {canary: {steps: [20% for 1h]}}\n"
	"  large: {canary: {steps: [60% for 1h]}}\n"
	"horizon: 121s\n"
	"trials: 60\n";

enum { CHECKED, SMALL, LARGE };
enum { BAD, LATE, GOOD };

struct count {
	int covered, studies;
};

static void note(struct count *count, struct estimate estimate, double truth)
{
	count->covered += estimate.low <= truth && truth <= estimate.high;
	count->studies++;
}

/* Not less than promised, and for those that promise no more than that, not more either. */
static void expect_coverage(const struct count *count, bool exactly, const char *what)
{
	double coverage = (double)count->covered / count->studies;
	double error = sqrt(CELL_LEVEL * (1 - CELL_LEVEL) / count->studies);
	cr_assert_eq(count->studies, STUDIES);
	cr_assert_geq(coverage, CELL_LEVEL - 4 * error, "%s: %g", what, coverage);
	if (exactly)
		cr_assert_leq(coverage, CELL_LEVEL + 4 * error, "%s: %g", what, coverage);
}

/* The chance that a window of a Poisson number of requests has more than 15 % failures. */
static double chance_of_alarm(double requests)
{
	double chance = 0;
	for (unsigned n = 1; n < 120; n++)
		for (unsigned x = 0; x <= n; x++)
			if ((double)x / n > 0.15)
				chance += gsl_ran_poisson_pdf(n, requests) *
					  gsl_ran_binomial_pdf(x, 0.1, n);
	return chance;
}

/* The first look by which a share p has been caught; infinite if that never happens. */
static double detection_quantile(double alarm, double p)
{
	for (int k = 1; k <= LOOKS; k++)
		if (1 - pow(1 - alarm, k) >= p)
			return 10 * k;
	return INFINITY;
}

static double poisson_quantile(double mean, double p)
{
	unsigned x = 0;
	while (gsl_cdf_poisson_P(x, mean) < p)
		x++;
	return x;
}

struct tallies {
	struct count never, p50, p95, missed, mean, harm_p95, users, difference, healthy;
};

static void summarise(const struct results *results, double alarm, struct tallies *tallies)
{
	struct cell cell;
	/* Thinned Poisson arrivals are Poisson: every one of these fails on the candidate only. */
	double harm = 121 * 4 * 0.1, never = pow(1 - alarm, LOOKS);
	cell_summarise(results, CHECKED, BAD, 0, &cell);
	note(&tallies->never, cell.never_detected, never);
	note(&tallies->missed, cell.missed, never);
	note(&tallies->p50, cell.detection_p50, detection_quantile(alarm, 0.5));
	note(&tallies->p95, cell.detection_p95, detection_quantile(alarm, 0.95));
	cell_summarise(results, SMALL, BAD, 0, &cell);
	note(&tallies->mean, cell.harmed_requests_mean, 0.2 * harm);
	note(&tallies->users, cell.harmed_users_mean, 0.2 * harm);
	note(&tallies->harm_p95, cell.harmed_requests_p95, poisson_quantile(0.2 * harm, 0.95));
	note(&tallies->difference,
	     cell_paired_difference(results, results_column("harmed_requests"),
				    results_cell(results, LARGE, BAD, 0),
				    results_cell(results, SMALL, BAD, 0)),
	     0.4 * harm);
	cell_summarise(results, CHECKED, GOOD, 0, &cell);
	note(&tallies->healthy, cell.false_rollback, 0);
}

static void make_studies(struct tallies *tallies)
{
	struct world world;
	double alarm = chance_of_alarm(20);
	world_read(&world, text);
	for (uint64_t s = 0; s < STUDIES; s++) {
		struct results results;
		world.scenario.plans[0].seed = 1000 + s;
		scenario_describe(&world.scenario, &results);
		const struct study study = {
			.plans = world.scenario.plans, .points = 1, .trials = TRIALS, .threads = 1};
		cr_assert(study_run(&study, &results));
		summarise(&results, alarm, tallies);
		results_free(&results);
	}
	world_free(&world);
}

Test(slow_confidence, intervals_cover_the_truth_as_often_as_they_say)
{
	struct tallies t = {0};
	make_studies(&t);
	expect_coverage(&t.never, false, "share never detected");
	expect_coverage(&t.missed, false, "share missed");
	expect_coverage(&t.p50, false, "median detection time");
	expect_coverage(&t.p95, false, "95th percentile of the detection time");
	expect_coverage(&t.harm_p95, false, "95th percentile of harmed requests");
	expect_coverage(&t.mean, true, "mean of harmed requests");
	expect_coverage(&t.users, true, "mean of harmed users");
	expect_coverage(&t.difference, true, "paired difference");
	cr_assert_eq(t.healthy.covered, STUDIES);
}

/* A candidate that never fails is sometimes rolled back for nothing: here a look in a hundred has
 * no data, which this rollout takes for failure. */
Test(slow_confidence, false_alarms_are_covered_as_often_as_they_say)
{
	static const char *const rare = "scenario: rare\n"
					"traffic: {poisson: {rate: 1/s}, timeout: 1s}\n"
					"versions:\n"
					"  stable: {latency: {constant: {time: 0s}}}\n"
					"  candidate: {like: stable}\n"
					"telemetry: {scrape: 10s}\n"
					"cases: {good: []}\n"
					"rollouts:\n"
					"  r:\n"
					"    canary: {steps: [50% for 1h]}\n"
					"    checks: [{metric: error_rate, threshold: {max: 15%}, "
					"every: 10s, window: 10s,\n"
					"              no_data: fail}]\n"
					"horizon: 121s\n"
					"trials: 60\n";
	struct world world;
	struct count count = {0, 0};
	double truth = 1 - pow(1 - exp(-5), LOOKS);
	world_read(&world, rare);
	for (uint64_t s = 0; s < STUDIES; s++) {
		struct results results;
		struct cell cell;
		world.scenario.plans[0].seed = 9000 + s;
		scenario_describe(&world.scenario, &results);
		const struct study study = {
			.plans = world.scenario.plans, .points = 1, .trials = TRIALS, .threads = 1};
		cr_assert(study_run(&study, &results));
		cell_summarise(&results, 0, 0, 0, &cell);
		note(&count, cell.false_rollback, truth);
		results_free(&results);
	}
	expect_coverage(&count, false, "share of false rollbacks");
	world_free(&world);
}
