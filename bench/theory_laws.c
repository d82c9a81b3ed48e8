/* Latencies of requests beside the laws they were asked to follow: means and tails, by formulas and
 * quantiles that are not the simulator's own. */
#include "bench/theory.h"
#include "bench/theory_world.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

enum { TRIALS = 40 };

#define NS_PER_MS 1e6

struct measured {
	struct moments mean_ms, below;
};

/* The mean, and the share of the requests that are faster than a level. */
static void measure(const struct theory *theory, const char *law, double level_ms,
		    struct measured *m)
{
	struct world world;
	struct visits visits;
	memset(m, 0, sizeof *m);
	world_open(&world,
		   "scenario: laws\ntraffic: {poisson: {rate: 50/s}, timeout: 1h}\n"
		   "versions: {stable: {latency: {%s}}, candidate: {like: stable}}\n"
		   "telemetry: {scrape: 1d}\ncases: {calm: []}\n"
		   "rollouts: {all: {instant: {}}}\nhorizon: 1000s\nseed: %d\n",
		   law, theory_seed(theory));
	for (uint64_t t = 0; t < TRIALS; t++) {
		double sum = 0, below = 0, all = 0;
		visits_begin(&visits, &world, t);
		while (visits_next(&visits))
			for (int i = 0; i < visits.count; i++, all++) {
				sum += visits.stayed_ns[i];
				below += visits.stayed_ns[i] < level_ms * NS_PER_MS;
			}
		moments_add(&m->mean_ms, sum / all / NS_PER_MS);
		moments_add(&m->below, below / all);
	}
	world_close(&world);
}

/* Of p50 80 ms and p99 400 ms: exp(mu + sigma^2 / 2). */
static double lognormal_mean_ms(void)
{
	double sigma = log(400 / 80.0) / gsl_cdf_ugaussian_Pinv(0.99);
	return 80 * exp(sigma * sigma / 2);
}

static void expect_tails(struct theory *theory)
{
	struct measured m;
	const double shape = pow(100 / 60.0, 2); /* of the gamma law: (mean / sd)^2 */
	measure(theory, "gamma: {mean: 100ms, sd: 60ms}",
		gsl_cdf_gamma_Pinv(0.99, shape, 100 / shape), &m);
	theory_expect(theory, "gamma: mean, ms", 100, "as asked", &m.mean_ms);
	theory_expect(theory, "gamma: share below its p99", 0.99, "GSL's quantile", &m.below);
	measure(theory, "weibull: {scale: 80ms, shape: 0.7}", 80 * pow(-log(0.01), 1 / 0.7), &m);
	theory_expect(theory, "weibull: mean, ms", 80 * tgamma(1 + 1 / 0.7), "Weibull 1951",
		      &m.mean_ms);
	theory_expect(theory, "weibull: share below its p99", 0.99, "Weibull 1951", &m.below);
	measure(theory, "pareto: {min: 40ms, shape: 3}", 40 * pow(0.01, -1 / 3.0), &m);
	theory_expect(theory, "pareto: mean, ms", 60, "a min / (a - 1)", &m.mean_ms);
	theory_expect(theory, "pareto: share below its p99", 0.99, "Pareto 1896", &m.below);
}

void theory_laws(struct theory *theory)
{
	struct measured m;
	theory_heading("Latency laws");
	measure(theory, "lognormal: {p50: 80ms, p99: 400ms}", 80, &m);
	theory_expect(theory, "lognormal: mean, ms", lognormal_mean_ms(), "exp(mu + sigma^2 / 2)",
		      &m.mean_ms);
	theory_expect(theory, "lognormal: share below the p50", 0.5, "as asked", &m.below);
	measure(theory, "lognormal: {p50: 80ms, p99: 400ms}", 400, &m);
	theory_expect(theory, "lognormal: share below the p99", 0.99, "as asked", &m.below);
	measure(theory, "exponential: {mean: 80ms}", 80 * M_LN2, &m);
	theory_expect(theory, "exponential: mean, ms", 80, "as asked", &m.mean_ms);
	theory_expect(theory, "exponential: share below its p50", 0.5, "mean x ln 2", &m.below);
	expect_tails(theory);
	measure(theory, "uniform: {from: 20ms, to: 120ms}", 119, &m);
	theory_expect(theory, "uniform: share below its p99", 0.99, "as asked", &m.below);
	measure(theory, "normal: {mean: 100ms, sd: 40ms}", 0, &m);
	theory_expect(theory, "normal above 0: mean, ms", 100, "as asked", &m.mean_ms);
	measure(theory,
		"mixture: {parts: [{share: 90%, exponential: {mean: 50ms}}, "
		"{share: 10%, constant: {time: 1s}}]}",
		1000, &m);
	theory_expect(theory, "mixture: mean, ms", 145, "weighted", &m.mean_ms);
	theory_expect(theory, "mixture: share below 1 s", 0.9 * -expm1(-20), "weighted", &m.below);
}
