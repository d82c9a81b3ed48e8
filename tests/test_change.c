/* Detectors of change, number by number: against their definitions, written out the long way, and
 * against numbers worked out by hand. */
#include "sim/stats/adwin.h"
#include "sim/stats/cusum.h"
#include "sim/stats/ewma.h"
#include "sim/stats/page_hinkley.h"
#include "sim/stats/shiryaev_roberts.h"
#include "tests/random.h"

#include <criterion/criterion.h>

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

enum { LONG = 600 };

static bool near(double a, double b, double tolerance)
{
	return a == b || fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

/* Normal numbers whose mean shifts half way. */
static void fill_stream(double *x, int n, double shift, uint64_t seed)
{
	for (int i = 0; i < n; i++)
		x[i] = gsl_cdf_ugaussian_Pinv(random_share(&seed)) + (i < n / 2 ? 0 : shift);
}

/* ---- CUSUM */

/* Montgomery, Introduction to Statistical Quality Control, table 9.1 and 9.2: (x - 10) with k =
 * 0.5: the sums of the first periods and of the shift that ends in an alarm at 29 with h = 5. */
static const double montgomery[][3] = {
	{9.45, 0, 0.05},  {7.99, 0, 1.56},    {9.29, 0, 1.77},	{11.66, 1.16, 0}, {12.16, 2.82, 0},
	{10.18, 2.50, 0}, {8.04, 0.04, 1.46}, {11.46, 1.00, 0}, {9.20, 0, 0.30},  {10.34, 0, 0},
	{9.03, 0, 0.47},  {11.47, 0.97, 0},   {10.51, 0.98, 0}, {9.40, 0, 0.10},  {10.08, 0, 0},
	{9.37, 0, 0.13},  {10.62, 0.12, 0},   {10.31, 0, 0},	{8.52, 0, 0.98},  {10.84, 0.34, 0},
	{10.90, 0.74, 0}, {9.33, 0, 0.17},    {12.29, 1.79, 0}, {11.50, 2.79, 0}, {10.60, 2.89, 0},
	{11.08, 3.47, 0}, {10.38, 3.35, 0},   {11.62, 4.47, 0}, {11.31, 5.28, 0}, {10.52, 5.30, 0},
};

Test(change, cusum_has_the_sums_of_the_textbook)
{
	struct cusum sum = {0};
	int first = 0;
	for (size_t i = 0; i < LENGTH(montgomery); i++) {
		cusum_add(&sum, montgomery[i][0] - 10, 0.5);
		cr_expect_float_eq(sum.up, montgomery[i][1], 1e-9, "period %zu: up %g", i + 1,
				   sum.up);
		cr_expect_float_eq(sum.down, montgomery[i][2], 1e-9, "period %zu: down %g", i + 1,
				   sum.down);
		if (!first && sum.up > 5)
			first = (int)i + 1;
	}
	cr_expect_eq(first, 29);
}

/* Page 1954: the sum is how far the walk stands above its lowest point. */
Test(change, cusum_is_the_height_above_the_lowest_point)
{
	double x[LONG];
	fill_stream(x, LONG, 0.5, 1);
	for (double k = 0; k < 1; k += 0.3) {
		struct cusum sum = {0};
		double up = 0, lowest = 0, down = 0, highest = 0;
		for (int i = 0; i < LONG; i++) {
			cusum_add(&sum, x[i], k);
			up += x[i] - k;
			down += x[i] + k;
			lowest = fmin(lowest, up);
			highest = fmax(highest, down);
			cr_expect_float_eq(sum.up, up - lowest, 1e-11);
			cr_expect_float_eq(sum.down, highest - down, 1e-11);
		}
	}
}

Test(change, cusum_starts_where_it_is_told)
{
	struct cusum sum = {2.5, 2.5};
	cusum_add(&sum, 1, 0.5);
	cr_expect_eq(sum.up, 3);
	cr_expect_eq(sum.down, 1);
}

/* ---- EWMA */

/* By definition: sum of lambda (1 - lambda)^j x_{t - j}; and its variance likewise. */
Test(change, ewma_weighs_by_age)
{
	double x[LONG];
	fill_stream(x, LONG, 1, 2);
	for (double lambda = 0.05; lambda <= 1; lambda += 0.19) {
		struct ewma e = {0};
		for (int t = 1; t <= 200; t++) {
			double z = 0, variance = 0;
			ewma_add(&e, x[t - 1], lambda);
			for (int j = 0; j < t; j++) {
				double weight = lambda * pow(1 - lambda, j);
				z += weight * x[t - 1 - j];
				variance += weight * weight;
			}
			cr_expect_float_eq(e.z, z, 1e-12);
			cr_expect(near(ewma_limit(&e, lambda, 3), 3 * sqrt(variance), 1e-12));
		}
	}
}

Test(change, ewma_limits_widen_to_those_of_the_long_run)
{
	struct ewma e = {0};
	cr_expect_eq(ewma_limit(&e, 0.2, 3), 0);
	double before = 0, wide = ewma_limit_in_the_long_run(0.2, 3);
	cr_expect(near(wide, 1, 1e-15));
	for (int i = 0; i < 30; i++) {
		ewma_add(&e, 0, 0.2);
		cr_expect_gt(ewma_limit(&e, 0.2, 3), before);
		before = ewma_limit(&e, 0.2, 3);
	}
	e.t = 1e9;
	cr_expect_eq(ewma_limit(&e, 0.2, 3), wide);
	e.t = 1;
	cr_expect_eq(ewma_limit(&e, 1, 3), 3, "who forgets everything has no beginning");
	cr_expect(near(ewma_limit(&e, 1e-9, 3), 3e-9, 1e-12));
}

/* ---- Page and Hinkley */

/* By definition: the sums since the last alarm, less their minimum; means taken afresh. */
static int alarms_by_definition(const double *x, int n, const struct page_hinkley_rule *rule,
				int *alarm)
{
	int alarms = 0, start = 0;
	double sum = 0, lowest = 0;
	for (int i = 0; i < n; i++) {
		double mean = 0;
		for (int j = start; j <= i; j++)
			mean += x[j] / (i - start + 1);
		sum += x[i] - mean - rule->delta;
		lowest = fmin(lowest, sum);
		if (sum - lowest < rule->lambda || i - start + 2 < rule->least)
			continue;
		alarm[alarms++] = i;
		start = i + 1;
		sum = lowest = 0;
	}
	return alarms;
}

Test(change, page_hinkley_alarms_by_definition)
{
	double x[LONG];
	static int expected[LONG];
	for (uint64_t seed = 1; seed <= 20; seed++) {
		const struct page_hinkley_rule rule = {0.01 * (double)seed, 6, 1, 10};
		struct page_hinkley test = {0};
		fill_stream(x, LONG, 1, seed);
		int alarms = alarms_by_definition(x, LONG, &rule, expected), found = 0;
		cr_expect_gt(alarms, 0);
		for (int i = 0; i < LONG; i++)
			if (page_hinkley_add(&test, x[i], &rule)) {
				cr_expect_lt(found, alarms);
				cr_expect_eq(i, expected[found++]);
			}
		cr_expect_eq(found, alarms);
	}
}

/* By hand: mean 1, 1.5, 2; above it 0, 0.5, 1; of the sum half is kept. */
Test(change, page_hinkley_keeps_its_sum_until_the_next_number)
{
	const struct page_hinkley_rule rule = {.delta = 0.1, .lambda = 1.05, .alpha = 0.5};
	struct page_hinkley test = {0};
	cr_expect_not(page_hinkley_add(&test, 1, &rule));
	cr_expect_eq(test.sum, 0);
	cr_expect_not(page_hinkley_add(&test, 2, &rule));
	cr_expect_float_eq(test.sum, 0.4, 1e-15);
	cr_expect(page_hinkley_add(&test, 3, &rule));
	cr_expect_float_eq(test.sum, 1.1, 1e-15);
	cr_expect_not(page_hinkley_add(&test, 7, &rule));
	cr_expect_eq(test.n, 1);
	cr_expect_eq(test.mean, 7);
	cr_expect_eq(test.sum, 0);
}

Test(change, page_hinkley_waits_for_enough_numbers)
{
	const struct page_hinkley_rule rule = {.lambda = 0, .alpha = 1, .least = 30};
	struct page_hinkley test = {0};
	int first = -1;
	for (int i = 0; i < 40 && first < 0; i++)
		if (page_hinkley_add(&test, 1, &rule))
			first = i;
	cr_expect_eq(first, 28, "the count runs one ahead: %d", first);
}

/* ---- Shiryaev and Roberts */

/* By definition: for each moment the product of the ratios since, and all of them added. */
Test(change, shiryaev_roberts_sums_the_ratios_of_all_moments)
{
	double x[LONG];
	fill_stream(x, LONG, 0.5, 4);
	struct shiryaev_roberts s = {0};
	for (int n = 0; n < 300; n++) {
		double got = shiryaev_roberts_add(&s, shiryaev_roberts_normal(x[n], 0.6)), sum = 0;
		for (int start = 0; start <= n; start++) {
			double ratio = 1;
			for (int i = start; i <= n; i++)
				ratio *= exp(0.6 * x[i] - 0.18);
			sum += ratio;
		}
		cr_expect_float_eq(got, log(sum), 1e-10, "%d: %g, not %g", n, got, log(sum));
	}
}

Test(change, shiryaev_roberts_survives_any_ratio)
{
	struct shiryaev_roberts s = {0};
	for (int i = 0; i < 10; i++)
		shiryaev_roberts_add(&s, 1e5);
	cr_expect(near(shiryaev_roberts_add(&s, 0), 1e6, 1e-9));
	cr_expect(near(shiryaev_roberts_add(&s, -2e6), -1e6, 1e-9));
	cr_expect_eq(s.log1p_sum, 0, "as good as nothing");
	cr_expect_eq(shiryaev_roberts_add(&s, 0), 0, "as at the start");
}

Test(change, shiryaev_roberts_ratio_of_shares_is_that_of_the_binomial_law)
{
	for (double p0 = 0.001; p0 < 0.9; p0 *= 3)
		for (double p1 = 0.002; p1 < 0.95; p1 *= 2.5)
			for (double x = 0; x <= 20; x += 4) {
				double known =
					x * log(p1 / p0) + (20 - x) * log((1 - p1) / (1 - p0));
				double got = shiryaev_roberts_bernoulli(x, 20, p0, p1);
				cr_expect_float_eq(got, known, 1e-12 * (1 + fabs(known)));
			}
	cr_expect(near(shiryaev_roberts_bernoulli(0, 1e12, 1e-9, 2e-9), -1000.0000015, 1e-12));
}

/* ---- ADWIN */

/* A histogram that is never merged: as many buckets of one number as the window is long. Cuts are
 * tried behind every number that ends one of the histogram's buckets, of which it is told. */
static bool cut_by_definition(const double *x, int from, int to, int middle, double delta,
			      int least)
{
	int n = to - from, n0 = middle - from, n1 = to - middle;
	double mean = 0, mean0 = 0, mean1 = 0, variance = 0;
	if (n0 < least || n1 < least)
		return false;
	for (int i = from; i < to; i++)
		mean += x[i] / n;
	for (int i = from; i < to; i++)
		variance += (x[i] - mean) * (x[i] - mean) / n;
	for (int i = from; i < middle; i++)
		mean0 += x[i] / n0;
	for (int i = middle; i < to; i++)
		mean1 += x[i] / n1;
	double log_delta = log(2 * log(n) / delta);
	double inverse = 1.0 / (n0 - least + 1) + 1.0 / (n1 - least + 1);
	double bound = sqrt(2 * inverse * variance * log_delta) + 2.0 / 3 * log_delta * inverse;
	return fabs(mean0 - mean1) > bound;
}

/* The ends of the histogram's buckets, oldest first, as places of the stream. */
static int bucket_ends(const struct adwin *a, int to, int *end)
{
	int count = 0, at = to - (int)a->n;
	for (int row = a->rows - 1; row >= 0; row--)
		for (int b = 0; b < a->count[row]; b++)
			end[count++] = at += 1 << row;
	return count;
}

Test(change, adwin_keeps_the_moments_of_its_window)
{
	double x[LONG];
	const struct adwin_rule rule = {.delta = 0.01, .clock = 4, .least_part = 5, .grace = 10};
	for (uint64_t seed = 1; seed < 6; seed++) {
		struct adwin a = {0};
		int cuts = 0;
		fill_stream(x, LONG, 3, seed);
		for (int i = 0; i < LONG; i++) {
			double sum = 0, squares = 0;
			cuts += adwin_add(&a, x[i], &rule);
			int from = i + 1 - (int)a.n;
			for (int j = from; j <= i; j++)
				sum += x[j];
			for (int j = from; j <= i; j++)
				squares += pow(x[j] - sum / a.n, 2);
			cr_expect_float_eq(a.sum, sum, 1e-9);
			cr_expect_float_eq(a.squares, squares, 1e-9);
		}
		cr_expect_gt(cuts, 0);
		cr_expect_lt(a.n, 0.6 * LONG, "the old mean is forgotten: %g", a.n);
	}
}

/* After each look no bucket's end is a cut; and before it cut, one was. */
Test(change, adwin_cuts_when_two_parts_differ_and_only_then)
{
	double x[LONG];
	const struct adwin_rule rule = {.delta = 0.05, .clock = 1, .least_part = 5, .grace = 10};
	struct adwin a = {0};
	int end[LONG], cuts = 0;
	fill_stream(x, LONG, 2, 9);
	for (int i = 0; i < LONG; i++) {
		int whole = (int)a.n + 1;
		bool cut = adwin_add(&a, x[i], &rule), differs = false;
		int count = bucket_ends(&a, i + 1, end), from = i + 1 - (int)a.n;
		for (int b = 0; b < count && a.n > 10; b++)
			differs |= cut_by_definition(x, from, i + 1, end[b], 0.05, 5);
		cr_expect_not(differs, "%d: a cut is left", i);
		cr_expect_eq(cut, (int)a.n < whole);
		cuts += cut;
	}
	cr_expect_gt(cuts, 0);
}

/* Sizes fall by halves from the oldest, at most so many of each. */
Test(change, adwin_has_a_logarithm_of_buckets)
{
	for (int most = 2; most <= ADWIN_BUCKETS; most++) {
		const struct adwin_rule rule = {
			.delta = 1e-9, .buckets = most, .clock = 32, .least_part = 5, .grace = 10};
		struct adwin a = {0};
		for (int i = 0; i < 20000; i++) {
			double n = 0;
			adwin_add(&a, 1, &rule);
			for (int row = 0; row < a.rows; row++) {
				cr_expect_leq(a.count[row], most);
				n += a.count[row] * ldexp(1, row);
			}
			cr_expect_eq(n, a.n);
		}
		cr_expect_eq(a.n, 20000, "a constant is never cut");
		cr_expect_eq(a.squares, 0);
		cr_expect_leq(a.rows, 15);
	}
}

Test(change, adwin_as_river_begins_anew)
{
	const struct adwin_rule rule = {
		.delta = 0.05, .clock = 1, .least_part = 1, .grace = 0, .begin_anew = true};
	struct adwin a = {0};
	bool cut = false;
	int i = 0;
	for (; i < 200 && !cut; i++)
		cut = adwin_add(&a, i < 20 ? 0 : 1000, &rule);
	cr_assert(cut);
	cr_expect_gt(a.n, 1);
	adwin_add(&a, 5, &rule);
	cr_expect_eq(a.n, 1);
	cr_expect_eq(a.sum, 5);
}

Test(change, adwin_without_numbers_or_with_few_is_quiet)
{
	const struct adwin_rule rule = {.delta = 1, .clock = 1, .least_part = 1};
	struct adwin a = {0};
	cr_expect_not(adwin_add(&a, 1e300, &rule));
	cr_expect_eq(a.n, 1);
	adwin_add(&a, -1e300, &rule);
	adwin_add(&a, 0, &rule);
	cr_expect_leq(a.n, 3);
	cr_expect_geq(a.n, 1);
}
