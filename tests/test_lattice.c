/* Run lengths of counts must be exact to the last digits, however long, and thresholds the least
 * that will do. */
#include "sim/stats/absorption.h"
#include "sim/stats/cusum.h"
#include "sim/stats/ladder.h"
#include "sim/stats/lattice.h"
#include "sim/stats/legendre.h"
#include "tests/random.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static bool near(double a, double b, double tolerance)
{
	return a == b || fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

static double bernoulli(int m, double h, double p)
{
	struct ladder_level *scratch = malloc((size_t)m * sizeof *scratch);
	double got = lattice_bernoulli_run_length(m, h, p, scratch);
	free(scratch);
	return got;
}

static double poisson(double k, double h, double mean)
{
	size_t states = (size_t)lattice_poisson_states(k, h);
	double *scratch = malloc((states * (states + 2) + 1) * sizeof *scratch);
	double got = lattice_poisson_run_length(k, h, mean, scratch);
	free(scratch);
	return got;
}

/* ---- chains */

/* Gambler's ruin against a wall: from 0, at each step up with chance p and else down, until n. */
static void fill_walk(int n, double p, double *move, double *leave)
{
	memset(move, 0, (size_t)(n * n) * sizeof *move);
	memset(leave, 0, (size_t)n * sizeof *leave);
	for (int i = 0; i < n; i++) {
		if (i > 0)
			move[i * n + i - 1] = 1 - p;
		if (i < n - 1)
			move[i * n + i + 1] = p;
	}
	leave[n - 1] = p;
}

/* Feller 1968, XIV.3: between neighbours, a step up takes r times as long as the one below it, and
 * one more success. */
static double walk_time(int n, double p)
{
	double time = 0, up = 0;
	for (int i = 0; i < n; i++) {
		up = 1 / p + (1 - p) / p * up;
		time += up;
	}
	return time;
}

Test(lattice, absorption_takes_the_time_of_a_walk)
{
	enum { MOST = 40 };
	static double move[MOST * MOST], leave[MOST], time[MOST];
	for (int n = 1; n <= MOST; n++)
		for (double p = 0.05; p < 1; p += 0.1) {
			fill_walk(n, p, move, leave);
			absorption_times(n, move, leave, time);
			cr_expect(near(time[0], walk_time(n, p), 1e-13), "%d, %g: %g", n, p,
				  time[0]);
			for (int i = 1; i < n; i++)
				cr_expect(near(time[0], time[i] + walk_time(i, p), 1e-12));
		}
}

Test(lattice, absorption_without_a_way_out_takes_for_ever)
{
	double move[] = {0, 0.5, 0.5, 0}, leave[] = {0, 0}, time[2];
	absorption_times(2, move, leave, time);
	cr_expect_eq(time[0], INFINITY);
	cr_expect_eq(time[1], INFINITY);
	double alone[] = {1}, leaves[] = {0.25}, takes[1];
	absorption_times(1, alone, leaves, takes);
	cr_expect_eq(takes[0], 4);
}

/* Exact for polynomials of degree 2 n - 1. */
Test(lattice, legendre_integrates_polynomials)
{
	static double node[256], weight[256];
	for (int n = 1; n <= 256; n += n < 8 ? 1 : 31) {
		legendre_rule(n, -1, 3, node, weight);
		for (int degree = 0; degree < 2 * n && degree < 40; degree++) {
			double sum = 0,
			       exact = (pow(3, degree + 1) - pow(-1, degree + 1)) / (degree + 1);
			for (int i = 0; i < n; i++)
				sum += weight[i] * pow(node[i], degree);
			cr_expect(near(sum, exact, 1e-13), "%d nodes, degree %d: %g, not %g", n,
				  degree, sum, exact);
		}
		for (int i = 1; i < n; i++)
			cr_expect_gt(node[i], node[i - 1]);
	}
}

/* Abramowitz and Stegun 1964, table 25.4: n = 5 on [-1, 1]. */
Test(lattice, legendre_has_the_published_nodes)
{
	double node[5], weight[5];
	legendre_rule(5, -1, 1, node, weight);
	cr_expect(near(node[4], 0.906179845938664, 1e-15));
	cr_expect(near(node[3], 0.538469310105683, 1e-14));
	cr_expect_float_eq(node[2], 0, 1e-16);
	cr_expect(near(weight[4], 0.236926885056189, 1e-14));
	cr_expect(near(weight[3], 0.478628670499366, 1e-14));
	cr_expect(near(weight[2], 0.568888888888889, 1e-14));
}

/* ---- Bernoulli */

/* m, h, p, run length: elimination in rational numbers (Python's fractions). The last three: R
 * 4.2.2 solve(). */
static const double bernoullis[][4] = {
	{2, 1, 0.25, 4},
	{2, 5, 0.3, 285.7201646090535},
	{2, 20, 0.125, 1.2412130312961864e+17},
	{2, 30, 0.45, 22284.55890419363},
	{3, 2, 0.1, 10},
	{3, 10, 0.2, 658.2428514955857},
	{3, 25, 0.0625, 50686811243726.016},
	{4, 17, 0.3, 55.78128023331812},
	{5, 4, 0.05, 20},
	{5, 5, 0.05, 127.82034435122478},
	{5, 23, 0.1, 10636.752901750659},
	{7, 40, 0.02, 3344178352.8938265},
	{8, 8, 0.01, 1572.0028279984274},
	{10, 9, 0.001, 1000},
	{10, 10, 0.5, 4.003913894324853},
	{10, 37, 0.07, 707.2371226216616},
	{13, 60, 0.0009765625, 153142408614163.06},
	{20, 55, 0.01, 42875.1192701557},
	{25, 50, 0.9, 3.3333333333333335},
	{30, 70, 0.02, 745.6696600742868},
	{40, 41, 0.0001, 2646443.634827924},
	{100, 300, 0.01, 1130.66438754597},
	{500, 1200, 0.003, 1706.61873371906},
	{700, 1500, 0.002, 2373.3536801843},
};

Test(lattice, bernoulli_runs_as_long_as_exact_elimination_says)
{
	for (size_t i = 0; i < LENGTH(bernoullis); i++) {
		const double *r = bernoullis[i];
		double got = bernoulli((int)r[0], r[1], r[2]);
		cr_expect(near(got, r[3], 1e-12), "row %zu: %.17g, not %.17g", i, got, r[3]);
	}
}

/* With steps of one up or down, the walk of a gambler who cannot lose his last. */
Test(lattice, bernoulli_with_steps_of_one_is_a_walk)
{
	for (int h = 1; h < 60; h += 7)
		for (double p = 0.1; p < 1; p += 0.2)
			cr_expect(near(bernoulli(2, h, p), walk_time(h, p), 1e-12));
	cr_expect(near(bernoulli(2, 20, 0.5), 420, 1e-13), "n (n + 1)");
}

Test(lattice, bernoulli_without_room_alarms_at_the_first_failure)
{
	for (int m = 2; m < 1000; m = 3 * m)
		for (double p = 1e-9; p < 1; p *= 10)
			cr_expect(near(bernoulli(m, m - 1, p), 1 / p, 1e-13));
}

Test(lattice, bernoulli_at_the_ends_of_chance)
{
	cr_expect_eq(bernoulli(5, 10, 0), INFINITY);
	cr_expect_eq(bernoulli(5, 10, 1), 3);
	cr_expect_eq(bernoulli(5, 8, 1), 2);
	cr_expect_eq(bernoulli(2, 1, 1), 1);
	cr_expect(near(bernoulli(5, 9.5, 0.1), bernoulli(5, 10, 0.1), 1e-15), "sums are whole");
}

/* The process itself, with a fixed seed. */
Test(lattice, bernoulli_runs_as_long_as_it_does)
{
	enum { RUNS = 20000, M = 12, H = 30 };
	uint64_t state = 3;
	double sum = 0, squares = 0, p = 0.08;
	for (int i = 0; i < RUNS; i++) {
		struct cusum cusum = {0};
		double n = 0;
		for (; cusum.up < H; n++)
			cusum_add(&cusum, random_share(&state) < p ? M - 1 : -1, 0);
		sum += n / RUNS;
		squares += n * n / RUNS;
	}
	double error = sqrt((squares - sum * sum) / RUNS);
	cr_expect_float_eq(sum, bernoulli(M, H, p), 4 * error, "%g", sum);
}

Test(lattice, bernoulli_threshold_is_the_least_that_will_do)
{
	static const double wanted[] = {1, 50, 420, 1000, 1e5, 1e9, 1e14};
	for (int m = 2; m <= 2048; m = 2 * m + m / 2)
		for (size_t i = 0; i < LENGTH(wanted); i++) {
			double p = 0.8 / m, h = lattice_bernoulli_threshold(m, p, wanted[i]);
			cr_expect_geq(bernoulli(m, h, p), wanted[i] * (1 - 1e-11), "%d: %g", m, h);
			if (h > 1)
				cr_expect_lt(bernoulli(m, h - 1, p), wanted[i], "%d: %g", m, h);
		}
	cr_expect_eq(lattice_bernoulli_threshold(2, 0.5, 420), 20);
	cr_expect(isnan(lattice_bernoulli_threshold(2, 0.9, 1e15)));
}

Test(lattice, bernoulli_threshold_of_rare_failures_is_near)
{
	double h = lattice_bernoulli_threshold(1e5, 1e-5, bernoulli(100000, 3e5, 1e-5));
	cr_expect(near(h, 3e5, 1e-3), "%g", h);
}

/* ---- Poisson */

/* k, h, mean, run length: mpmath 1.3, the chain's linear system at 60 digits. */
static const double poissons[][4] = {
	{1, 1, 0.1, 213.72818170924743},	 {1, 4, 0.5, 632.66928507433186},
	{0.5, 3, 0.25, 263.84949403352642},	 {1.5, 5, 1, 273.64997235516874},
	{1.5, 7, 0.5, 2659675.3357916529},	 {1.25, 6, 1, 165.63573380504753},
	{2, 6, 2, 26.567596928604422},		 {7.0 / 3, 5, 2, 43.082987029910412},
	{2.25, 8, 1.5, 2607.4691297484081},	 {2.5, 8, 6, 2.921095205567233},
	{4, 10, 3, 1239.9103372413798},		 {5, 10, 2, 52048974.349033707},
	{5, 15, 5, 59.172874022553422},		 {5.25, 9, 4, 606.28035909296455},
	{6.25, 12, 2, 376479750771.68097},	 {6.25, 12, 15, 1.9880346160854714},
	{8, 20, 6.5, 15898.136764798129},	 {12, 20, 5, 303389475513035.38},
	{12, 20, 12, 46.451048179849649},	 {0.1, 2, 0.1, 60.043241137752222},
	{1.0 / 3, 2, 0.125, 199.02895518533504}, {30, 25, 25, 30460.701772777465},
	{0, 5, 1, 5.5000220246944496},
};

Test(lattice, poisson_runs_as_long_as_exact_elimination_says)
{
	for (size_t i = 0; i < LENGTH(poissons); i++) {
		const double *r = poissons[i];
		double got = poisson(r[0], r[1], r[2]);
		cr_expect(near(got, r[3], 1e-12), "row %zu: %.17g, not %.17g", i, got, r[3]);
	}
}

/* By hand: without a reference the sum never falls, and counts of mean 1 are there within a few. */
Test(lattice, poisson_at_the_ends)
{
	cr_expect_eq(poisson(1, 5, 0), INFINITY);
	cr_expect(near(poisson(0, 1, 0.5), 1 / -expm1(-0.5), 1e-14));
	cr_expect(near(poisson(1, 5, 1e4), 1, 1e-15));
	cr_expect_eq(lattice_poisson_states(1.23456, 5), 0);
	cr_expect_eq(lattice_poisson_states(0.001, 5), 0, "more than 4000 places");
	cr_expect_eq(lattice_poisson_states(1.5, 5), 10);
	cr_expect(isnan(poisson(1.23456, 5, 1)));
}

/* An alarm between places of the lattice is one at the next. */
Test(lattice, poisson_alarms_between_places_are_those_of_the_next)
{
	cr_expect_eq(poisson(1.5, 4.75, 1), poisson(1.5, 5, 1));
	cr_expect_eq(poisson(1, 4.01, 1), poisson(1, 5, 1));
}

Test(lattice, poisson_threshold_is_the_least_that_will_do)
{
	static const double ks[] = {0.5, 1, 1.25, 5, 110}, steps[] = {0.5, 1, 0.25, 1, 1};
	static const double wanted[] = {1, 50, 1000, 1e5};
	for (size_t j = 0; j < LENGTH(ks); j++)
		for (size_t i = 0; i < LENGTH(wanted); i++) {
			double k = ks[j], mean = 0.8 * k;
			double h = lattice_poisson_threshold(k, mean, wanted[i]);
			double step = steps[j];
			cr_expect_geq(poisson(k, h, mean), wanted[i] * (1 - 1e-11), "%g: %g", k, h);
			if (h > step)
				cr_expect_lt(poisson(k, h - step, mean), wanted[i], "%g: %g", k, h);
		}
	cr_expect(isnan(lattice_poisson_threshold(1.23456, 1, 100)));
	cr_expect(isnan(lattice_poisson_threshold(1, 2, 1e6)), "more than 256 places");
}

/* ---- scores */

/* Reynolds and Stoumbos 1999, section 4: p0 = 0.01 and p1 = 0.02 or so make sums of -1 and m - 1.
 */
Test(lattice, scores_are_likelihood_ratios)
{
	for (double p0 = 1e-6; p0 < 0.3; p0 *= 7)
		for (double factor = 1.1; factor < 3; factor += 0.6) {
			double p1 = p0 * factor, miss = log((1 - p1) / (1 - p0));
			double m = cusum_bernoulli_m(p0, p1);
			cr_expect(near((m - 1) * -miss, log(p1 / p0), 1e-9));
			double k = cusum_poisson_k(p0, p1);
			cr_expect_gt(k, p0);
			cr_expect_lt(k, p1);
			cr_expect(near(log(p1 / p0) * k, p1 - p0, 1e-14));
		}
	cr_expect(near(cusum_poisson_k(4, 6), 2 / log(1.5), 1e-15));
}
