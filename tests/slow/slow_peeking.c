/* Peeking: a two-sided z test at 5 % keeps its promise for one look at the data and breaks it for
 * every further one, by exactly as much as Armitage, McPherson and Rowe (1969) computed. */
#include "sim/study.h"

#include "tests/world.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

enum { TRIALS = 20000, LOOKS = 10, PER_LOOK = 6000, SIDE = PER_LOOK / 2 };

/* Ten looks at all data so far; the candidate is stable's equal, and half of the requests fail. */
static const char *const text =
	"scenario: peeking\n"
	"traffic: {poisson: {rate: 600/s}, timeout: 1s}\n"
	"versions:\n"
	"  stable: {latency: {constant: {time: 0s}}, errors: 50%}\n"
	"  candidate: {like: stable}\n"
	"telemetry: {scrape: 10s}\n"
	"cases: {healthy: []}\n"
	"rollouts:\n"
	"  peeking:\n"
	"    canary: {steps: [50% for 10m]}\n"
	"    sticky: no\n"
	"    checks: [{metric: error_rate, ztest: {alpha: 5%, sides: two}, every: 10s,\n"
	"              since: start}]\n"
	"    rollback: {takes: 0s}\n"
	"horizon: 101s\n"
	"trials: 20000\n"
	"seed: 21\n";

static const double z_at_5_percent = 1.959963984540054;

/* The chance of x of n at one half, for x around the middle. */
static double half_binomial(int n, int x)
{
	return exp(lgamma(n + 1.0) - lgamma(x + 1.0) - lgamma(n - x + 1.0) - n * log(2));
}

/* The level of one look, exactly, with all of the law within eight standard deviations. */
static double exact_level(int n, int m)
{
	int reach_n = (int)(4 * sqrt(n)), reach_m = (int)(4 * sqrt(m));
	double level = 0;
	for (int x = n / 2 - reach_n; x <= n / 2 + reach_n; x++) {
		double chance = half_binomial(n, x), inner = 0;
		for (int y = m / 2 - reach_m; y <= m / 2 + reach_m; y++) {
			double p = (double)(x + y) / (n + m);
			double error = sqrt(p * (1 - p) * (1.0 / n + 1.0 / m));
			double z = ((double)x / n - (double)y / m) / error;
			inner += fabs(z) > z_at_5_percent ? half_binomial(m, y) : 0;
		}
		level += chance * inner;
	}
	return level;
}

/* Counts are whole numbers, so the level of one look is not quite 5 %: this is by how much, on
 * average over the Poisson numbers of requests on both sides. */
static double lattice_error(void)
{
	enum { STEPS = 5 };
	double sum = 0;
	for (int i = 0; i < STEPS; i++)
		for (int j = 0; j < STEPS; j++) {
			double a = gsl_cdf_ugaussian_Pinv((i + 0.5) / STEPS);
			double b = gsl_cdf_ugaussian_Pinv((j + 0.5) / STEPS);
			sum += exact_level((int)(SIDE + a * sqrt(SIDE)),
					   (int)(SIDE + b * sqrt(SIDE)));
		}
	return fabs(sum / (STEPS * STEPS) - 0.05);
}

static void run_study(struct world *world, struct results *results)
{
	world_read(world, text);
	scenario_describe(&world->scenario, results);
	const struct study study = {
		.plans = world->scenario.plans, .points = 1, .trials = TRIALS, .threads = 2};
	cr_assert(study_run(&study, results));
}

static double alarms_within(const struct results *results, int looks)
{
	const struct column *decision = results_column("decision_time");
	int alarms = 0;
	for (int t = 0; t < TRIALS; t++)
		alarms += results_value(results, decision, 0, t, 0) <= 10 * looks;
	return (double)alarms / TRIALS;
}

/* Whole numbers matter most at the first look, where counts are smallest; no later look can add
 * more than that, so together they add at most that much each. */
static void expect_alarms(const struct results *results, int looks, double truth, double lattice)
{
	double share = alarms_within(results, looks);
	double error = sqrt(truth * (1 - truth) / TRIALS);
	cr_assert_float_eq(share, truth, 4 * error + looks * lattice,
			   "%d looks: %g should be %g +- %g, whole numbers %g", looks, share, truth,
			   error, looks * lattice);
}

Test(slow_peeking, every_look_adds_the_false_alarms_it_must)
{
	struct world world;
	struct results results;
	double lattice = lattice_error();
	cr_assert_lt(lattice, 3e-4);
	run_study(&world, &results);
	expect_alarms(&results, 1, 0.05, lattice);
	expect_alarms(&results, 2, 0.08312, lattice);
	expect_alarms(&results, 5, 0.14169, lattice);
	expect_alarms(&results, 10, 0.19336, lattice);
	results_free(&results);
	world_free(&world);
}
