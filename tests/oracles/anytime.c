/* Boundaries that hold at all times, a trace of sample ratios, bands, quantiles and their ranks. */
#include "tests/oracles/oracle.h"

#include "sim/stats/evalue.h"
#include "sim/stats/mixture.h"
#include "sim/stats/quantile.h"
#include "sim/stats/quantile_sequence.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_VALUES = 4096 };

#define ROOTS 1e-8 /* found by halving */

static double argument(const struct oracle *o, int row, int number)
{
	char name[8];
	snprintf(name, sizeof name, "arg%d", number);
	return oracle_number(o, row, name);
}

/* NaN: not known here, which is wrong. */
static double boundary(const char *function, const double a[8])
{
	if (!strcmp(function, "normal_mixture_bound"))
		return mixture_normal_bound(a[1], mixture_rho(a[3], a[4], a[5] > 0), a[2],
					    a[5] > 0);
	if (!strcmp(function, "normal_log_mixture"))
		return mixture_normal(a[1], a[2], mixture_rho(a[3], a[4], a[5] > 0), a[5] > 0);
	if (!strcmp(function, "gamma_poisson_mixture_bound"))
		return mixture_gamma_poisson_bound(a[1], mixture_rho(a[3], a[5], true), a[2], a[4]);
	if (!strcmp(function, "gamma_poisson_log_mixture"))
		return mixture_gamma_poisson(a[1], a[2], mixture_rho(a[3], a[5], true), a[4]);
	if (!strcmp(function, "gamma_exponential_mixture_bound"))
		return mixture_gamma_exponential_bound(a[1], mixture_rho(a[3], a[5], true), a[2],
						       a[4]);
	if (!strcmp(function, "gamma_exponential_log_mixture"))
		return mixture_gamma_exponential(a[1], a[2], mixture_rho(a[3], a[5], true), a[4]);
	if (!strcmp(function, "beta_binomial_mixture_bound"))
		return mixture_beta_binomial_bound(a[1], mixture_rho(a[3], a[6], a[7] > 0), a[2],
						   a[4], a[5], a[7] > 0);
	if (!strcmp(function, "beta_binomial_log_mixture"))
		return mixture_beta_binomial(a[1], a[2], mixture_rho(a[3], a[6], a[7] > 0), a[4],
					     a[5], a[7] > 0);
	if (!strcmp(function, "poly_stitching_bound"))
		return mixture_stitched_bound(a[1], a[3], a[2], a[4], a[5], a[6]);
	if (!strcmp(function, "empirical_process_lil_bound"))
		return quantile_sequence_exact_band(a[1], a[3], a[2]);
	if (!strcmp(function, "double_stitching_bound"))
		return quantile_sequence_stitched(a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
	return NAN;
}

static int compare_boundaries(void)
{
	struct oracle *o = oracle_open("confseq_boundaries.csv");
	for (int row = 0; row < o->rows; row++) {
		const char *function = oracle_text(o, row, "function");
		double a[8] = {0};
		for (int i = 1; i <= 7; i++)
			a[i] = argument(o, row, i);
		if (!strcmp(function, "bernoulli_ci")) {
			struct interval ci = quantile_sequence_share(a[1], a[2], a[3], a[4], a[5]);
			oracle_compare(o, row, "value", ci.low, ROOTS, 1e-12);
			oracle_compare(o, row, "value2", ci.high, ROOTS, 1e-12);
			continue;
		}
		oracle_compare(o, row, "value", boundary(function, a), ROOTS, 1e-10);
	}
	return !oracle_close(o);
}

static int compare_bands(void)
{
	struct oracle *o = oracle_open("cdf_band_radius.csv");
	for (int row = 0; row < o->rows; row++)
		oracle_compare(o, row, "radius_howard_ramdas_0.85",
			       quantile_sequence_band(oracle_number(o, row, "n"), 1,
						      oracle_number(o, row, "alpha")),
			       1e-9, 0);
	return !oracle_close(o);
}

/* Days add up. */
static int compare_trace(void)
{
	struct oracle *o = oracle_open("ssrm_trace.csv");
	const double half[2] = {0.5, 0.5};
	double smallest = 1;
	double sum[2] = {0, 0};
	for (int row = 0; row < o->rows; row++) {
		oracle_compare(o, row, "day", row + 1, 0, 0);
		sum[0] += oracle_number(o, row, "n1");
		sum[1] += oracle_number(o, row, "n2");
		double log_e = evalue_multinomial(sum, half, 2, 10000);
		smallest = fmin(smallest, evalue_to_p(log_e));
		oracle_compare(o, row, "log_e_k10000", log_e, 1e-9, 1e-12);
		oracle_compare(o, row, "p_running_min", smallest, 1e-9, 0);
	}
	return !oracle_close(o);
}

static int compare_ranks(void)
{
	struct oracle *o = oracle_open("quantile_order_ci.csv");
	for (int row = 0; row < o->rows; row++) {
		struct quantile_ranks r = quantile_ranks((size_t)oracle_number(o, row, "n"),
							 oracle_number(o, row, "p"),
							 1 - oracle_number(o, row, "alpha"));
		oracle_compare(o, row, "lower_rank", (double)r.low, 0, 0);
		oracle_compare(o, row, "upper_rank", (double)r.high, 0, 0);
		oracle_compare(o, row, "coverage", r.coverage, 1e-9, 0);
	}
	return !oracle_close(o);
}

/* How many values from 1 on, and how much the others are more: "1..1000 vs 85+1..85+1000". */
static bool read_shift(const char *words, int *n, int *shift)
{
	const char *from = strstr(words, "1..");
	return from && sscanf(from, "1..%d vs %d+1", n, shift) == 2 && *n + *shift <= MOST_VALUES;
}

/* Rows that say in words what is compared; all others are cases. */
static int compare_shifts(void)
{
	struct oracle *o = oracle_open("quantile_ab.csv");
	for (int row = 0; row < o->rows; row++) {
		uint64_t x[MOST_VALUES] = {0}, y[MOST_VALUES] = {0};
		int n = 0, shift = 0;
		if (*oracle_text(o, row, "x"))
			continue;
		bool read = read_shift(oracle_text(o, row, "case"), &n, &shift);
		oracle_compare_to(o, row, "understood", read, 1, 0, 0);
		if (!read)
			continue;
		for (int i = 0; i < n; i++)
			x[i] = y[i + shift] = 1;
		double log_e = quantile_sequence_ab(x, y, n + shift, oracle_number(o, row, "p"),
						    oracle_number(o, row, "t_opt"),
						    oracle_number(o, row, "alpha_opt"));
		oracle_compare(o, row, "log_e", log_e, 1e-9, 0);
		oracle_compare(o, row, "p_value", evalue_to_p(log_e), 1e-9, 0);
	}
	return !oracle_close(o);
}

int oracles_of_all_times(void)
{
	return compare_boundaries() + compare_bands() + compare_trace() + compare_ranks() +
	       compare_shifts();
}
