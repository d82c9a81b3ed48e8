/* Right answers, late labels and faults beside their laws: whole trials, by the numbers they
 * report. */
#include "bench/theory.h"
#include "bench/theory_world.h"

#include "sim/answers.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

enum { TRIALS = 60, CANDIDATE = 1 };

/* Everybody gets the candidate at once. */
static void open_outcomes(struct world *world, const char *quality, const char *more,
			  const char *faults, const char *rollout)
{
	world_open(world,
		   "scenario: outcomes\ntraffic: {poisson: {rate: 20/s}, timeout: 10s}\n"
		   "versions:\n  stable: {latency: 1ms%s}\n  candidate: {like: stable%s}\n"
		   "%s\ncases: {it: [%s]}\nrollouts: {it: {%s}}\nhorizon: 2000s\nseed: 35\n",
		   quality, *quality ? ", quality: {accuracy: 85%, agreement: 90%}" : "", more,
		   faults, rollout);
}

static const char *const at_once = "instant: {}";
static const char *const accuracy = ", quality: {accuracy: 92%}";

/* ---- quality */

struct cells {
	struct moments both, stable, candidate, neither;
};

static void measure_cells(struct cells *cells)
{
	struct world world;
	memset(cells, 0, sizeof *cells);
	open_outcomes(&world, accuracy, "", "", at_once);
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
	measure_cells(&cells);
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
	open_outcomes(&world, accuracy,
		      "telemetry: {labels: {share: 40%, delay: {exponential: {mean: 500s}}}}", "",
		      at_once);
	for (uint64_t t = 0; t < TRIALS; t++) {
		const struct result *row = world_run(&world, t);
		moments_add(&labels, (double)row->version_labels[CANDIDATE] /
					     (double)row->version_requests[CANDIDATE]);
	}
	theory_expect(theory, "labels that arrived, of 40 %", come, "integral of the delay's cdf",
		      &labels);
	world_close(&world);
}

/* As a dashboard sees it at the end, of all that it was told about the candidate. */
static double area_seen(const struct trial *trial)
{
	const struct metric metric = {METRIC_AUC, 0};
	const struct lookback lookback = {PARAM_UNSET, MARK_START};
	const struct requests *r = &trial->requests;
	return labels_read(&r->answers->labels, &r->telemetry, trial->plan->horizon, CANDIDATE,
			   UINT32_MAX, &metric, &lookback)
		.value;
}

static void expect_area(struct theory *theory)
{
	struct world world;
	struct moments area = {0};
	open_outcomes(&world, accuracy, "telemetry: {labels: {prevalence: 30%}}", "",
		      "instant: {}, checks: [{metric: auc, threshold: {min: 0.1}}]");
	for (uint64_t t = 0; t < TRIALS; t++) {
		world_run(&world, t);
		moments_add(&area, area_seen(world.trial));
	}
	theory_expect(theory, "AUC of an accuracy of 85 %",
		      gsl_cdf_ugaussian_P(M_SQRT2 * gsl_cdf_ugaussian_Pinv(0.85)),
		      "Green, Swets 1966", &area);
	world_close(&world);
}

void theory_quality(struct theory *theory)
{
	theory_heading("Quality: shares of answers");
	expect_cells(theory);
	expect_labels(theory);
	expect_area(theory);
}

/* ---- faults */

struct fates {
	struct moments failed, exposed;
};

static void measure_fates(const char *faults, const char *rollout, struct fates *fates)
{
	struct world world;
	memset(fates, 0, sizeof *fates);
	open_outcomes(&world, "", "", faults, rollout);
	for (uint64_t t = 0; t < TRIALS; t++) {
		const struct result *row = world_run(&world, t);
		moments_add(&fates->failed, (double)row->version_failures[CANDIDATE] /
						    (double)row->version_requests[CANDIDATE]);
		moments_add(&fates->exposed, (double)row->exposed_requests / (double)row->requests);
	}
	world_close(&world);
}

/* The mean share of [0, seconds] spent on, by a chain of two states that begins on. */
static double share_on(double on_s, double off_s, double seconds)
{
	double leaves = 1 / on_s + 1 / off_s, settled = on_s / (on_s + off_s);
	return settled + (1 - settled) * -expm1(-leaves * seconds) / leaves / seconds;
}

void theory_faults(struct theory *theory)
{
	static const char *const canary = "canary: {steps: [5% for 1h]}";
	struct fates fates;
	theory_heading("Faults: shares of requests");
	measure_fates("{burst: {errors: +100%, lasts: 5s, gap: 15s}}", at_once, &fates);
	theory_expect(theory, "within bursts of 5 s, gaps of 15 s", share_on(5, 15, 2000),
		      "two-state Markov chain", &fates.failed);
	measure_fates("{weight_skew: {by: +3%}}", canary, &fates);
	theory_expect(theory, "to the candidate: asked 5 %, skewed by 3 %", 0.08, "as asked",
		      &fates.exposed);
	measure_fates("{timeout: {hangs: 2%}}", at_once, &fates);
	theory_expect(theory, "never answered", 0.02, "as asked", &fates.failed);
}
