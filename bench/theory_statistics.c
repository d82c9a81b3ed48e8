/* Statistics beside their promises: how often a test at one look is wrong, and how often an
 * interval covers the truth. */
#include "bench/theory.h"
#include "bench/theory_world.h"

#include "sim/stats/proportion.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

enum { TRIALS = 10000, REQUESTS = 200 };

#define ERRORS 0.04
#define LEVEL  0.95

/* A healthy candidate, looked at once, where the samples are large enough for the normal law. */
static void expect_false_alarms(struct theory *theory)
{
	struct world world;
	struct moments alarms = {0};
	world_open(&world,
		   "scenario: look\ntraffic: {poisson: {rate: 100/s}}\n"
		   "versions: {stable: {latency: 1ms, errors: 20%%}, candidate: {like: stable}}\n"
		   "telemetry: {scrape: 10s}\ncases: {healthy: []}\n"
		   "rollouts: {look: {canary: {steps: [50%% for 150s]},\n"
		   "  checks: [{metric: error_rate, ztest: {alpha: 5%%}, every: 100s}]}}\n"
		   "horizon: 160s\nseed: %d\n",
		   theory_seed(theory));
	for (uint64_t t = 0; t < TRIALS; t++)
		moments_add(&alarms, world_run(&world, t)->false_rollback);
	theory_expect(theory, "z test of alpha 5 %, one look: false alarms", 0.05,
		      "Neyman, Pearson 1933", &alarms);
	world_close(&world);
}

/* The interval covers the truth when neither tail beyond what was seen is too unlikely; so its true
 * coverage is a sum over all that can be seen, without any interval being computed. */
static double true_coverage(void)
{
	double sum = 0, tail = (1 - LEVEL) / 2;
	for (unsigned x = 0; x <= REQUESTS; x++) {
		double above = x ? gsl_cdf_binomial_Q(x - 1, ERRORS, REQUESTS) : 1;
		if (above > tail && gsl_cdf_binomial_P(x, ERRORS, REQUESTS) > tail)
			sum += gsl_ran_binomial_pdf(x, ERRORS, REQUESTS);
	}
	return sum;
}

/* Uniform arrivals: as many in every trial. */
static void expect_coverage(struct theory *theory)
{
	struct world world;
	struct moments covered = {0};
	world_open(&world,
		   "scenario: cover\ntraffic: {uniform: {rate: 2/s}}\n"
		   "versions: {stable: {latency: 1ms, errors: %g%%}, candidate: {like: stable}}\n"
		   "cases: {healthy: []}\nrollouts: {all: {instant: {}}}\n"
		   "horizon: %ds\nseed: %d\n",
		   100 * ERRORS, REQUESTS / 2, theory_seed(theory));
	for (uint64_t t = 0; t < TRIALS; t++) {
		const struct result *row = world_run(&world, t);
		struct interval i = proportion_clopper_pearson(
			(double)row->version_failures[1], (double)row->version_requests[1], LEVEL);
		moments_add(&covered, i.low <= ERRORS && ERRORS <= i.high);
	}
	theory_expect(theory, "interval of 95 % for 4 % of 200: coverage", true_coverage(),
		      "Clopper, Pearson 1934", &covered);
	world_close(&world);
}

void theory_statistics(struct theory *theory)
{
	theory_heading("Statistics");
	expect_false_alarms(theory);
	expect_coverage(theory);
}
