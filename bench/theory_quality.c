/* Right answers and what becomes known of them beside their laws: whole trials, by the numbers they
 * report. */
#include "bench/theory.h"
#include "bench/theory_world.h"

#include "sim/answers.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

enum { TRIALS = 60, CANDIDATE = 1 };

/* Everybody gets the candidate at once. */
static void open_quality(struct world *world, int seed, const char *labels, const char *checks)
{
	world_open(world,
		   "scenario: quality\ntraffic: {poisson: {rate: 20/s}}\n"
		   "versions:\n  stable: {latency: 1ms, quality: {accuracy: 92%%}}\n"
		   "  candidate: {like: stable, quality: {accuracy: 85%%, agreement: 90%%}}\n"
		   "telemetry: {labels: {%s}}\ncases: {it: []}\n"
		   "rollouts: {all: {instant: {}, checks: [%s]}}\nhorizon: 2000s\nseed: %d\n",
		   labels, checks, seed);
}

struct cells {
	struct moments both, stable, candidate, neither;
};

static void measure_cells(const struct theory *theory, struct cells *cells)
{
	struct world world;
	memset(cells, 0, sizeof *cells);
	open_quality(&world, theory_seed(theory), "", "");
	for (uint64_t t = 0; t < TRIALS; t++) {
		const struct result *row = world_run(&world, t);
		double all = (double)row->exposed_requests;
		double wrong = (double)row->wrong_answers;
		double stable = (double)row->quality_harmed;
		double candidate = (double)row->quality_helped;
		moments_add(&cells->both, (all - wrong - candidate) / all);
		moments_add(&cells->stable, stable / all);
		moments_add(&cells->candidate, candidate / all);
		moments_add(&cells->neither, (wrong - stable) / all);
	}
	world_close(&world);
}

static void expect_cells(struct theory *theory)
{
	/* Agreement is the share of both right and both wrong. */
	const double stable = 0.92, own = 0.85, agreement = 0.9;
	const double both = (stable + own + agreement - 1) / 2;
	struct cells cells;
	measure_cells(theory, &cells);
	theory_expect(theory, "both right", both, "2x2 table", &cells.both);
	theory_expect(theory, "only stable right", stable - both, "2x2 table", &cells.stable);
	theory_expect(theory, "only the candidate right", own - both, "2x2 table",
		      &cells.candidate);
	theory_expect(theory, "neither right", agreement - both, "2x2 table", &cells.neither);
}

/* Labels of a Poisson stream that are delayed independently have come with the law's chance at
 * their age, which is uniform on the horizon. */
static void expect_labels(struct theory *theory)
{
	const double mean = 500, age = 2000 - 0.001, share = 0.4;
	const double come = share * (age - mean * -expm1(-age / mean)) / 2000;
	struct world world;
	struct moments labels = {0};
	open_quality(&world, theory_seed(theory), "share: 40%, delay: {exponential: {mean: 500s}}",
		     "");
	for (uint64_t t = 0; t < TRIALS; t++) {
		const struct result *row = world_run(&world, t);
		moments_add(&labels, (double)row->version_labels[CANDIDATE] /
					     (double)row->version_requests[CANDIDATE]);
	}
	theory_expect(theory, "labels that arrived, of 40 %", come, "integral of the delay's cdf",
		      &labels);
	world_close(&world);
}

/* The binormal area, Phi(sqrt(2) margin), less what dashboards lose by keeping scores in bins of an
 * eighth of a standard deviation, half of all ties counting. */
static double area_in_bins(double accuracy_of_both)
{
	double margin = gsl_cdf_ugaussian_Pinv(accuracy_of_both), area = 0, below = 0;
	const int middle = SCORE_BINS / 2;
	for (int b = 0; b < SCORE_BINS; b++) {
		double low = b ? (b - middle) / 8.0 : -INFINITY;
		double high = b < SCORE_BINS - 1 ? (b + 1 - middle) / 8.0 : INFINITY;
		double positive =
			gsl_cdf_ugaussian_P(high - margin) - gsl_cdf_ugaussian_P(low - margin);
		double negative =
			gsl_cdf_ugaussian_P(high + margin) - gsl_cdf_ugaussian_P(low + margin);
		area += positive * (below + negative / 2);
		below += negative;
	}
	return area;
}

/* As a dashboard sees it at the end, of all that it was told about the candidate. */
static double area_seen(const struct trial *trial)
{
	const struct metric metric = {.kind = METRIC_AUC};
	const struct lookback lookback = {PARAM_UNSET, MARK_START};
	const struct requests *r = &trial->requests;
	return labels_read(&r->answers->labels, &r->telemetry, trial->plan->horizon, CANDIDATE,
			   UINT32_MAX, &metric, &lookback, &(struct counts){0})
		.value;
}

static void expect_area(struct theory *theory)
{
	struct world world;
	struct moments area = {0};
	open_quality(&world, theory_seed(theory), "prevalence: 30%",
		     "{metric: auc, threshold: {min: 0.1}}");
	for (uint64_t t = 0; t < TRIALS; t++) {
		world_run(&world, t);
		moments_add(&area, area_seen(world.trial));
	}
	theory_expect(theory, "AUC of an accuracy of 85 %", area_in_bins(0.85),
		      "Green, Swets 1966; in bins", &area);
	world_close(&world);
}

void theory_quality(struct theory *theory)
{
	theory_heading("Quality: shares of answers");
	expect_cells(theory);
	expect_labels(theory);
	expect_area(theory);
}
