/* Published values of what holds at all times, from the test suites of other programs. */
#include "tests/oracles/published.h"

#include "sim/stats/always_valid.h"
#include "sim/stats/evalue.h"
#include "sim/stats/mixture.h"
#include "sim/stats/quantile_sequence.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- asymptotic confidence sequences of the lift, as GrowthBook and PostHog test theirs */

struct lift {
	double estimate, se2, n, tuned_for;
};

/* Two means and their variances; the delta method. */
static struct lift lift_of(double mean1, double variance1, double n1, double mean2,
			   double variance2, double n2, double tuned_for)
{
	double ratio = mean2 / mean1;
	return (struct lift){ratio - 1,
			     variance2 / (mean1 * mean1 * n2) +
				     variance1 * ratio * ratio / (mean1 * mean1 * n1),
			     n1 + n2, tuned_for};
}

static struct lift lift_of_shares(double x1, double n1, double x2, double n2)
{
	double p1 = x1 / n1, p2 = x2 / n2;
	return lift_of(p1, p1 * (1 - p1), n1, p2, p2 * (1 - p2), n2, 5000);
}

/* A row of the table of cases, which has the inputs of the others. */
static struct lift lift_of_case(const char *name, double tuned_for)
{
	struct lift lift = {NAN, NAN, NAN, tuned_for};
	struct oracle *cases = oracle_open("asymptotic_cs.csv");
	for (int row = 0; row < cases->rows; row++)
		if (!strcmp(oracle_text(cases, row, "case"), name)) {
			lift.estimate = oracle_number(cases, row, "estimate");
			lift.se2 = oracle_number(cases, row, "se2");
			lift.n = oracle_number(cases, row, "n_total");
		}
	oracle_free(cases);
	return lift;
}

static struct lift lift_named(const struct oracle *o, int row)
{
	if (published_says(o, row, "test_sequential_test_runs_prop:"))
		return lift_of_shares(1396, 3000, 2422, 3461);
	if (published_says(o, row, "test_sequential_test_runs:"))
		return lift_of_case("GrowthBook N=6461", 1000);
	if (published_says(o, row, "sample_mean_tuning_1000:"))
		return lift_of_case("PostHog sample_mean_tuning_1000", 1000);
	return lift_of_case("PostHog proportion_default_tuning", 5000);
}

static void asymptotic(struct oracle *o, int row)
{
	struct lift lift = lift_named(o, row);
	double rho = always_valid_rho(0.05, lift.tuned_for);
	double half = always_valid_half(lift.se2, lift.n, rho, 0.05);
	published_compare(o, row,
			  published_says(o, row, ": estimate") ? lift.estimate
			  : published_says(o, row, ": ci_lo")  ? lift.estimate - half
			  : published_says(o, row, ": ci_hi")  ? lift.estimate + half
							       : NAN);
}

/* ---- confseq's own tests: s or v, v_opt and the like stand in the inputs one after another */

static double share_low(const struct oracle *o, int row)
{
	return quantile_sequence_share(published_input(o, row, "x"), published_input(o, row, "n"),
				       0.05, published_input(o, row, "t_opt"), 0.05)
		.low;
}

/* At s = 10, v = 100, tuned for v = 100, as all of its mixtures are. */
static double log_mixture(const struct oracle *o, int row)
{
	bool one = published_says(o, row, "one-sided");
	double s = 10, v = 100, rho = mixture_rho(100, 0.05, one);
	if (published_says(o, row, " normal_"))
		return mixture_normal(s, v, rho, one);
	if (published_says(o, row, " gamma_exponential_"))
		return mixture_gamma_exponential(s, v, mixture_rho(100, 0.05, true), 2);
	if (published_says(o, row, " gamma_poisson_"))
		return mixture_gamma_poisson(s, v, mixture_rho(100, 0.05, true), 2);
	return published_says(o, row, " beta_binomial_")
		       ? mixture_beta_binomial(s, v, rho, 0.2, 0.8, one)
		       : NAN;
}

static void confseq(struct oracle *o, int row)
{
	double got = NAN;
	if (published_says(o, row, "_log_mixture"))
		got = log_mixture(o, row);
	else if (published_says(o, row, "poly_stitching_bound c=3"))
		got = mixture_stitched_bound(100, 10, 0.05, 3, 1.4, 2);
	else if (published_says(o, row, "empirical_process_lil_bound"))
		got = quantile_sequence_exact_band(1000, 100, 0.05);
	else if (published_says(o, row, "double_stitching_bound"))
		got = quantile_sequence_stitched(0.9, 1000, 0.05, 100, 0.5, 1.4, 2);
	else if (published_says(o, row, "Bernoulli CS lower"))
		got = share_low(o, row);
	published_compare(o, row, got);
}

/* ---- two samples 1..n, of which the other is shifted */

static void quantile_ab(struct oracle *o, int row)
{
	enum { MOST = 4096 };
	uint64_t x[MOST] = {0}, y[MOST] = {0};
	int n = 0, shift = 0;
	double p = published_input(o, row, "p"), got = NAN;
	const char *from = strstr(oracle_text(o, row, "inputs"), "1..");
	if (from && sscanf(from, "1..%d vs %d+1", &n, &shift) == 2 && n + shift <= MOST) {
		for (int i = 0; i < n; i++)
			x[i] = y[i + shift] = 1;
		got = evalue_to_p(quantile_sequence_ab(x, y, n + shift, p, 100, 0.05));
	}
	published_compare(o, row, got);
}

const struct published published_anytime[] = {
	{"ACS", asymptotic},
	{"CSQ", confseq},
	{"QAB", quantile_ab},
	{0},
};
