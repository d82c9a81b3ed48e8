/* Variance over mean of counts must be exact at every length, and its interval must hold the truth
 * as often as it says. */
#include "sim/stats/dispersion.h"
#include "sim/stats/jackknife.h"

#include "tests/random.h"

#include <criterion/criterion.h>

#include <math.h>

enum { LENGTHS = 6, WINDOWS = 1000 };

static struct dispersion count(const uint64_t *counts, int windows, int lengths)
{
	struct dispersion dispersion = {.lengths = lengths};
	for (int i = 0; i < windows; i++)
		dispersion_add(&dispersion, counts[i]);
	return dispersion;
}

static double index_of(const struct dispersion *dispersion, int length)
{
	struct moments counts = dispersion_counts(dispersion, length);
	return dispersion_index(&counts);
}

/* Knuth 1969, 3.4.1: uniforms are multiplied until they fall below exp(-mean). */
static uint64_t poisson(uint64_t *state, double mean)
{
	uint64_t n = 0;
	for (double p = random_share(state); p > exp(-mean); p *= random_share(state))
		n++;
	return n;
}

/* 1 to 7: mean 4, variance 14/3. In pairs 3, 7, 11: mean 7, variance 16. In fours only 10. */
Test(dispersion, of_a_few_counts_is_as_by_hand)
{
	const uint64_t counts[] = {1, 2, 3, 4, 5, 6, 7};
	struct dispersion d = count(counts, 7, 4);
	cr_expect_float_eq(index_of(&d, 0), 7.0 / 6, 1e-15);
	cr_expect_float_eq(index_of(&d, 1), 16.0 / 7, 1e-15);
	cr_expect_eq(dispersion_counts(&d, 2).n, 1);
	cr_expect_eq(dispersion_counts(&d, 2).mean, 10);
	cr_expect(isnan(index_of(&d, 2)));
	cr_expect_eq(dispersion_counts(&d, 3).n, 0);
}

Test(dispersion, at_every_length_is_that_of_windows_added_up_one_by_one)
{
	uint64_t counts[WINDOWS], state = 3;
	for (int i = 0; i < WINDOWS; i++)
		counts[i] = (uint64_t)random_to(&state, 9);
	struct dispersion d = count(counts, WINDOWS, LENGTHS);
	for (int k = 0; k < LENGTHS; k++) {
		int size = 1 << k, n = WINDOWS / size;
		long double mean = 0, squares = 0;
		for (int pass = 0; pass < 2; pass++)
			for (int w = 0; w < n; w++) {
				long double sum = 0;
				for (int i = 0; i < size; i++)
					sum += counts[w * size + i];
				if (pass)
					squares += (sum - mean) * (sum - mean);
				else
					mean += sum / n;
			}
		double expected = (double)(squares / (n - 1) / mean);
		cr_expect_float_eq(index_of(&d, k), expected, 1e-12, "length %d", size);
	}
}

Test(dispersion, of_a_clock_is_0)
{
	uint64_t counts[WINDOWS];
	for (int i = 0; i < WINDOWS; i++)
		counts[i] = 3;
	struct dispersion d = count(counts, WINDOWS, LENGTHS);
	for (int k = 0; k < LENGTHS; k++)
		cr_expect_eq(index_of(&d, k), 0);
}

/* Var(variance / mean) of Poisson counts is about 2 / (n - 1). */
Test(dispersion, of_a_poisson_process_is_1_and_of_one_that_comes_in_pairs_2)
{
	enum { MANY = 1 << 16 };
	struct dispersion one = {.lengths = LENGTHS}, pairs = {.lengths = LENGTHS};
	uint64_t state = 11;
	for (int i = 0; i < MANY; i++) {
		uint64_t n = poisson(&state, 2.5);
		dispersion_add(&one, n);
		dispersion_add(&pairs, 2 * n);
	}
	for (int k = 0; k < LENGTHS; k++) {
		double error = sqrt(2.0 / ((MANY >> k) - 1));
		cr_expect_float_eq(index_of(&one, k), 1, 4.5 * error);
		cr_expect_float_eq(index_of(&pairs, k), 2, 9 * error);
	}
}

Test(dispersion, merged_is_that_of_the_whole)
{
	uint64_t counts[WINDOWS], state = 5;
	for (int i = 0; i < WINDOWS; i++)
		counts[i] = (uint64_t)random_to(&state, 100);
	struct dispersion whole = count(counts, WINDOWS, LENGTHS);
	for (int cut = 0; cut <= WINDOWS; cut += 1 << (LENGTHS - 1)) {
		struct dispersion left = count(counts, cut, LENGTHS);
		struct dispersion right = count(counts + cut, WINDOWS - cut, LENGTHS);
		for (int k = 0; k < LENGTHS; k++) {
			struct moments both = dispersion_counts(&left, k);
			struct moments rest = dispersion_counts(&right, k);
			moments_merge(&both, &rest);
			cr_expect_eq(both.n, dispersion_counts(&whole, k).n);
			cr_expect_float_eq(dispersion_index(&both), index_of(&whole, k), 1e-12);
		}
	}
}

/* Four thousand million requests is the most a trial can have. */
Test(dispersion, of_the_largest_counts_loses_nothing)
{
	struct dispersion d = count((const uint64_t[]){2000000000, 2000000002}, 2, 1);
	cr_expect_eq(index_of(&d, 0), 2 / 2000000001.0);
}

/* ---- the interval */

static double mean_of(const struct moments *moments)
{
	return moments->mean;
}

/* Two numbers a and b: the pseudo-values differ by log(a / b), their mean is log((a + b)^2 / 4) -
 * log(a b) / 2, and Student's point with one degree of freedom is 12.7062. */
Test(jackknife, of_two_parts_is_as_by_hand)
{
	const struct moments parts[] = {{1, 2, 0, 2, 2}, {1, 3, 0, 3, 3}};
	struct interval got = jackknife_interval(parts, 2, mean_of, 0.95);
	double centre = log(6.25) - log(6) / 2, reach = 12.706204736174705 * log(1.5) / 2;
	cr_expect_float_eq(got.low, exp(centre - reach), 1e-12);
	cr_expect_float_eq(got.high, exp(centre + reach), 1e-9);
}

Test(jackknife, says_when_the_parts_tell_nothing)
{
	const struct moments parts[] = {{5, 2, 0, 2, 2}, {5, 2, 8, 1, 4}};
	struct interval one = jackknife_interval(parts, 1, mean_of, 0.95);
	cr_expect(one.low == 0 && isinf(one.high));
	struct interval lone = jackknife_interval(parts, 2, dispersion_index, 0.95);
	cr_expect(lone.low == 0 && isinf(lone.high), "one part alone varies");
	const struct moments still[] = {{5, 2, 0, 2, 2}, {5, 2, 0, 2, 2}};
	struct interval none = jackknife_interval(still, 2, dispersion_index, 0.95);
	cr_expect(none.low == 0 && none.high == 0);
	struct interval nothing = jackknife_interval(NULL, 0, dispersion_index, 0.95);
	cr_expect(nothing.low == 0 && isinf(nothing.high));
}

enum { REPEATS = 1500 };

/* How often the interval of `trials` trials holds the dispersion of counts whose mean is the same
 * in a trial and varies between trials, uniformly within a share `spread` of itself. */
static double coverage(int trials, double mean, double spread, double truth, uint64_t seed)
{
	enum { MOST = 40, IN_A_TRIAL = 50 };
	int held = 0;
	for (int r = 0; r < REPEATS; r++) {
		struct moments part[MOST];
		for (int t = 0; t < trials; t++) {
			struct dispersion d = {.lengths = 1};
			double own = mean * (1 + spread * (2 * random_share(&seed) - 1));
			for (int i = 0; i < IN_A_TRIAL; i++)
				dispersion_add(&d, poisson(&seed, own));
			part[t] = dispersion_counts(&d, 0);
		}
		struct interval got = jackknife_interval(part, trials, dispersion_index, 0.95);
		held += got.low <= truth && truth <= got.high;
	}
	return (double)held / REPEATS;
}

/* 4.5 standard errors of 1500 repeats are 2.5 %. */
Test(jackknife, holds_the_dispersion_of_poisson_counts_as_often_as_it_says)
{
	cr_expect_float_eq(coverage(5, 4, 0, 1, 1), 0.95, 0.025);
	cr_expect_float_eq(coverage(12, 4, 0, 1, 2), 0.95, 0.025);
	cr_expect_float_eq(coverage(12, 0.5, 0, 1, 3), 0.95, 0.025);
}

/* Variance: mean + (spread mean)^2 / 3. An interval that took windows of one trial for independent
 * would hold it far less often. */
Test(jackknife, holds_the_dispersion_of_counts_that_depend_on_their_trial)
{
	cr_expect_float_eq(coverage(40, 4, 0.5, 1 + 4 * 0.25 / 3, 4), 0.95, 0.03);
}
