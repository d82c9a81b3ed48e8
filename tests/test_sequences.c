/* Inference that holds at all times: the published values of each boundary, what must be true of
 * any e-value, and what sums over stretches of time must not depend on. */
#include "sim/stats/always_valid.h"
#include "sim/stats/betting.h"
#include "sim/stats/contrast.h"
#include "sim/stats/crossing.h"
#include "sim/stats/evalue.h"
#include "sim/stats/group_sequential.h"
#include "sim/stats/mixture.h"
#include "sim/stats/proportion.h"
#include "sim/stats/quantile_sequence.h"
#include "sim/stats/rate_ratio.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>

/* Howard and others, confseq, uniform_boundaries_unittest: (s, v, v_opt) = (10, 100, 100), and
 * bounds at v = v_opt = 100, alpha = 5 %; the paper's companion prints them to seven digits. */
Test(sequences, mixtures_give_the_printed_values)
{
	gsl_set_error_handler_off();
	double two = mixture_rho(100, 0.05, false), one = mixture_rho(100, 0.05, true);
	cr_assert_float_eq(mixture_normal(10, 100, two, false), -0.6510052, 5e-8);
	cr_assert_float_eq(mixture_normal(10, 100, one, true), -0.06502391, 5e-9);
	cr_assert_float_eq(mixture_gamma_exponential(10, 100, one, 2), -0.2490165, 5e-8);
	cr_assert_float_eq(mixture_gamma_poisson(10, 100, one, 2), -0.06991219, 5e-9);
	cr_assert_float_eq(mixture_beta_binomial(10, 100, two, 0.2, 0.8, false), -0.6941012, 5e-8);
	cr_assert_float_eq(mixture_beta_binomial(10, 100, one, 0.2, 0.8, true), -0.07134019, 5e-9);
	cr_assert_float_eq(mixture_normal_bound(100, one, 0.05, true), 27.6607088, 5e-7);
	cr_assert_float_eq(mixture_gamma_exponential_bound(100, one, 0.05, 2), 33.02017, 5e-5);
	cr_assert_float_eq(mixture_gamma_poisson_bound(100, one, 0.05, 2), 30.1949, 5e-4);
	cr_assert_float_eq(mixture_beta_binomial_bound(100, one, 0.05, 0.2, 0.8, true), 28.41238,
			   5e-5);
	cr_assert_float_eq(mixture_stitched_bound(100, 10, 0.05, 3, 1.4, 2), 64.48755, 5e-5);
	cr_assert_float_eq(quantile_sequence_exact_band(1000, 100, 0.05), 0.08204769, 2e-7);
}

/* At its own bound a mixture is 1 / alpha. */
/* The unit tests of confseq print five digits. */
Test(sequences, stitched_quantiles_give_the_printed_values)
{
	cr_expect_float_eq(quantile_sequence_stitched(0.5, 1000, 0.05, 100, 0.5, 1.4, 2), 68.62803,
			   1e-5);
	cr_expect_float_eq(quantile_sequence_stitched(0.9, 1000, 0.05, 100, 0.5, 1.4, 2), 43.72119,
			   1e-5);
	cr_expect_float_eq(quantile_sequence_stitched(0.1, 1000, 0.05, 100, 0.5, 1.4, 2), 59.96521,
			   1e-5);
}

Test(sequences, bounds_are_where_mixtures_reach_one_over_alpha)
{
	gsl_set_error_handler_off();
	for (double v = 1; v < 1e6; v *= 7)
		for (double alpha = 0.2; alpha > 1e-6; alpha /= 9) {
			double rho = mixture_rho(100, 0.05, false), limit = -log(alpha);
			double s = mixture_normal_bound(v, rho, alpha, false);
			cr_assert_float_eq(mixture_normal(s, v, rho, false), limit, 1e-9);
			s = mixture_normal_bound(v, rho, alpha, true);
			cr_assert_float_eq(mixture_normal(s, v, rho, true), limit, 1e-9);
			s = mixture_gamma_exponential_bound(v, rho, alpha, 1.5);
			cr_assert_float_eq(mixture_gamma_exponential(s, v, rho, 1.5), limit, 1e-7);
			s = mixture_gamma_poisson_bound(v, rho, alpha, 1.5);
			cr_assert_float_eq(mixture_gamma_poisson(s, v, rho, 1.5), limit, 1e-7);
		}
}

/* Johari and others' test is a normal mixture: s = n d, v = n V, rho = V^2 / tau^2. */
Test(sequences, msprt_is_a_two_sided_normal_mixture)
{
	for (double n = 10; n < 1e6; n *= 5)
		for (double d = -0.1; d <= 0.1; d += 0.03) {
			double V = 0.3, tau2 = 0.004;
			cr_assert_float_eq(always_valid_msprt(d, V / n, tau2),
					   mixture_normal(n * d, n * V, V * V / tau2, false), 1e-9);
		}
}

/* Its interval holds just what its e-value does not reject. */
Test(sequences, intervals_are_what_is_not_rejected)
{
	for (double n = 100; n < 1e7; n *= 3) {
		double half = always_valid_msprt_half(1 / n, 0.01, 0.05);
		cr_assert_float_eq(always_valid_msprt(half, 1 / n, 0.01), -log(0.05), 1e-9);
		double rho = always_valid_rho(0.05, 5000);
		half = always_valid_half(1 / n, n, rho, 0.05);
		cr_assert_float_eq(always_valid_log_e(half, 1 / n, n, rho), -log(0.05), 1e-9);
	}
}

/* Summed over all that may happen, chance times e-value is 1. */
Test(sequences, e_values_of_counts_are_fair_by_enumeration)
{
	const double theta[2] = {0.3, 0.7};
	double multinomial = 0, poisson = 0, calibrated = 0;
	for (unsigned x = 0; x <= 40; x++) {
		double count[2] = {x, 40.0 - x};
		multinomial += gsl_ran_binomial_pdf(x, 0.3, 40) *
			       exp(evalue_multinomial(count, theta, 2, 5));
	}
	for (unsigned x = 0; x < 200; x++)
		poisson += gsl_ran_poisson_pdf(x, 20) * exp(evalue_poisson(x, 20, 3, 3));
	for (int i = 0; i < 1000000; i++)
		calibrated += exp(evalue_of_p((i + 0.5) / 1e6, 0.5)) / 1e6;
	cr_assert_float_eq(multinomial, 1, 1e-10);
	cr_assert_float_eq(poisson, 1, 1e-8);
	cr_assert_float_eq(calibrated, 1, 1e-3);
}

/* mpmath, 40 digits: (1 - p + p log p) / (p log^2 p); 1/2 at p = 1. */
static const double p_to_e_mixed[][2] = {
	{1, 0.5},
	{0.9999, 0.5000166679167722},
	{0.9995, 0.5000833645965336},
	{0.999, 0.5001667917723161},
	{0.9985, 0.5002502816067253},
	{0.99, 0.5016792731683641},
	{0.95, 0.5086596417746911},
	{0.9, 0.518032541215405},
	{0.7, 0.56514833550027},
	{0.5, 0.6386739401166444},
	{0.3, 0.7791108474285052},
	{0.2, 0.9228934690571766},
	{0.1, 1.263210791201274},
	{0.05, 1.783322181482338},
	{0.025, 2.594911629848884},
	{0.01, 4.450992260085819},
	{0.001, 20.79113354098806},
	{1e-4, 117.7619487807197},
	{1e-6, 5239.136184250708},
	{1e-12, 1309803451.43204},
	{1e-50, 7.544467880464557e+45},
	{1e-300, 2.095685522351266e+294},
};

Test(sequences, p_values_have_the_mixed_e_values_of_the_formula)
{
	for (unsigned i = 0; i < sizeof p_to_e_mixed / sizeof *p_to_e_mixed; i++) {
		double p = p_to_e_mixed[i][0], wanted = p_to_e_mixed[i][1];
		cr_expect_float_eq(exp(evalue_of_p_mixed(p)) / wanted, 1, 1e-11, "%g", p);
	}
}

Test(sequences, means_of_e_values_do_not_overflow)
{
	const double large[] = {900, 900, 900 - log(2)}, small[] = {-900, -INFINITY};
	cr_expect_float_eq(evalue_mean(large, 3), 900 + log(2.5 / 3), 1e-12);
	cr_expect_float_eq(evalue_mean(small, 2), -900 - log(2), 1e-12);
	cr_expect_eq(evalue_mean(small + 1, 1), -INFINITY);
}

/* If both rates are equal, an event is the first's with chance s, whatever happened before. */
Test(sequences, the_mixture_over_rate_ratios_is_fair_at_any_share)
{
	for (double share = 0.02; share < 1; share += 0.14) {
		double mean = 0;
		for (unsigned x = 0; x <= 30; x++) {
			struct rate_ratio m = {{0}};
			rate_ratio_add(&m, x, 30.0 - x, share);
			mean += gsl_ran_binomial_pdf(x, share, 30) * exp(rate_ratio_log_e(&m));
		}
		cr_assert_float_eq(mean, 1, 1e-10, "share %g: %g", share, mean);
	}
}

Test(sequences, rate_ratios_do_not_care_how_events_are_cut_into_stretches)
{
	struct rate_ratio whole = {{0}}, parts = {{0}};
	rate_ratio_add(&whole, 12, 30, 0.2);
	for (int i = 0; i < 6; i++)
		rate_ratio_add(&parts, 2, 5, 0.2);
	cr_assert_float_eq(rate_ratio_log_e(&whole), rate_ratio_log_e(&parts), 1e-12);
	cr_assert_float_eq(log(rate_ratio_likely(&whole)), log(12.0 / 42 / (30.0 / 42) * 4), 0.08);
}

/* Tides of both and a growing share make a difference of plain means; stretch by stretch they
 * don't. */
Test(sequences, a_contrast_compares_like_with_like)
{
	struct contrast c = {0};
	double plain1 = 0, plain2 = 0;
	const double rate[2] = {0.01, 0.05}, n1[2] = {100, 900}, n2[2] = {900, 100};
	for (int t = 0; t < 2; t++) {
		double v = rate[t] * (1 - rate[t]);
		contrast_add(&c, n1[t], n2[t], 0, v, v);
		plain1 += rate[t] * n1[t] / 1000;
		plain2 += rate[t] * n2[t] / 1000;
	}
	cr_assert_gt(plain1, 2 * plain2, "the plain means lie far apart");
	cr_assert_eq(contrast_z(&c), 0);
	/* Where shares and rates stay, it is the two-sample z. */
	struct contrast same = {0};
	for (int t = 0; t < 5; t++)
		contrast_add(&same, 200, 300, 0.03 - 0.02, 0.024 * 0.976, 0.024 * 0.976);
	cr_assert_float_eq(contrast_z(&same), proportion_z(30, 1000, 30, 1500), 1e-9);
}

/* A sum of known numbers: log(2/alpha) / n is what both sides cost at least. */
Test(sequences, bets_cover_the_mean_and_narrow)
{
	double x[2000], before = 1;
	for (int i = 0; i < 2000; i++)
		x[i] = (i * 7919 % 2000) / 2000.0 * 0.5; /* evenly from 0 to 1/2, in some order */
	for (int n = 20; n <= 2000; n *= 10) {
		struct interval bet = betting_interval(x, n, 0.05);
		struct interval plain = betting_bernstein(x, n, 0.05);
		cr_assert(bet.low < 0.25 && bet.high > 0.25, "%d: %g to %g", n, bet.low, bet.high);
		cr_assert_lt(bet.high - bet.low, before);
		cr_assert_lt(bet.high - bet.low, plain.high - plain.low);
		before = bet.high - bet.low;
	}
}

/* Crossing one boundary at one look is the normal tail; at two, what quadrature of the bivariate
 * law gives: Armitage, McPherson and Rowe 1969. */
Test(sequences, crossing_is_exact_where_it_can_be_known)
{
	const double information[2] = {1, 2}, low[2] = {-1.959963984540054, -1.959963984540054};
	const double high[2] = {1.959963984540054, 1.959963984540054};
	struct crossing_chances one = crossing_run(information, low, high, 1, 0, NULL, NULL);
	struct crossing_chances two = crossing_run(information, low, high, 2, 0, NULL, NULL);
	cr_assert_float_eq(one.up, 0.025, 1e-12);
	cr_assert_float_eq(two.up + two.down, 0.08311780335451785, 1e-11);
	cr_assert_float_eq(two.up, two.down, 1e-13);
	/* A drift of mu: the first look is Phi(mu - z). */
	struct crossing_chances drift = crossing_run(information, low, high, 1, 2.8, NULL, NULL);
	cr_assert_float_eq(drift.up, gsl_cdf_ugaussian_P(2.8 - high[0]), 1e-12);
}

/* Jennison and Turnbull 2000, tables 2.1 and 2.3, two-sided 5 %. */
Test(sequences, constants_are_those_of_the_tables)
{
	static const struct {
		int looks;
		double pocock, obf;
	} rows[] = {{1, 1.960, 1.960},	{2, 2.178, 1.977}, {3, 2.289, 2.004}, {4, 2.361, 2.024},
		    {5, 2.413, 2.040},	{6, 2.453, 2.053}, {8, 2.512, 2.072}, {10, 2.555, 2.087},
		    {15, 2.626, 2.110}, {20, 2.672, 2.126}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		cr_expect_float_eq(group_sequential_constant(0.05, rows[i].looks, 0.5),
				   rows[i].pocock, 6e-4);
		cr_expect_float_eq(group_sequential_constant(0.05, rows[i].looks, 0), rows[i].obf,
				   6e-4);
	}
}

Test(sequences, spent_levels_add_up_to_the_whole)
{
	const double fraction[5] = {0.1, 0.3, 0.55, 0.8, 1};
	for (int s = SPENDING_OBRIEN_FLEMING; s <= SPENDING_HSD; s++) {
		double z[5], low[5], up[5], sum = 0;
		group_sequential_spend((enum spending)s, 0.025, 2, fraction, 5, 0, z);
		for (int k = 0; k < 5; k++)
			low[k] = -INFINITY;
		crossing_run(fraction, low, z, 5, 0, up, NULL);
		for (int k = 0; k < 5; k++) {
			sum += up[k];
			cr_assert_float_eq(
				sum,
				group_sequential_spent((enum spending)s, 0.025, 2, fraction[k]),
				1e-10);
		}
		cr_assert_float_eq(sum, 0.025, 1e-10);
	}
}

/* confseq's QuantileABTest: 1..1000 against the same 70, 85, 100 further up, medians. */
Test(sequences, quantiles_that_lie_apart_are_told_apart_as_published)
{
	static const struct {
		int apart;
		double p;
	} rows[] = {{70, 0.814704}, {85, 0.0838055}, {100, 0.0054947}};
	for (size_t i = 0; i < 3; i++) {
		static uint64_t x[1200], y[1200];
		for (int b = 0; b < 1200; b++) {
			x[b] = b >= 1 && b <= 1000;
			y[b] = b >= 1 + rows[i].apart && b <= 1000 + rows[i].apart;
		}
		double log_e = quantile_sequence_ab(x, y, 1200, 0.5, 100, 0.05);
		cr_expect_float_eq(evalue_to_p(log_e), rows[i].p, 1e-6 + 1e-5 * rows[i].p);
	}
}
