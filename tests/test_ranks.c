/* Ranks and distributions: what histograms say must be what the values themselves say with ties,
 * and the fast way must be the definition. */
#include "sim/stats/adjusted.h"
#include "sim/stats/anderson_darling.h"
#include "sim/stats/best_arm.h"
#include "sim/stats/delong.h"
#include "sim/stats/kolmogorov.h"
#include "sim/stats/linucb.h"
#include "sim/stats/mann_whitney.h"
#include "sim/stats/psi.h"
#include "sim/stats/root.h"
#include "sim/stats/welch.h"

#include "tests/random.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

enum { BINS = 12, MOST = 200 };

struct pair {
	uint64_t x[BINS], y[BINS];
	double a[MOST], b[MOST];
	int n1, n2;
};

/* The same numbers as counts and as values. */
static struct pair draw_pair(uint64_t *random, int n1, int n2)
{
	struct pair p = {.n1 = n1, .n2 = n2};
	for (int i = 0; i < n1; i++) {
		p.a[i] = (double)random_to(random, BINS - 1);
		p.x[(int)p.a[i]]++;
	}
	for (int i = 0; i < n2; i++) {
		p.b[i] = (double)(random_to(random, BINS - 1) + random_to(random, BINS - 1)) / 2;
		p.b[i] = floor(p.b[i]);
		p.y[(int)p.b[i]]++;
	}
	return p;
}

Test(ranks, counts_in_bins_are_values_with_ties)
{
	uint64_t random = 5;
	for (int i = 0; i < 50; i++) {
		struct pair p = draw_pair(&random, 3 + i, 100 - i);
		struct mann_whitney of_values = mann_whitney_of(p.a, p.n1, p.b, p.n2);
		struct mann_whitney of_counts = mann_whitney_of_counts(p.x, p.y, BINS);
		cr_assert_float_eq(of_values.u1, of_counts.u1, 1e-9);
		cr_assert_float_eq(of_values.sigma, of_counts.sigma, 1e-9);
		cr_assert_float_eq(kolmogorov_distance(p.a, p.n1, p.b, p.n2),
				   kolmogorov_distance_of_counts(p.x, p.y, BINS), 1e-12);
	}
}

Test(ranks, u_counts_pairs)
{
	uint64_t random = 9;
	for (int t = 0; t < 30; t++) {
		struct pair p = draw_pair(&random, 7, 20);
		double pairs = 0;
		for (int i = 0; i < p.n1; i++)
			for (int j = 0; j < p.n2; j++)
				pairs += p.a[i] > p.b[j] ? 1 : p.a[i] == p.b[j] ? 0.5 : 0;
		struct mann_whitney w = mann_whitney_of(p.a, p.n1, p.b, p.n2);
		cr_assert_eq(w.u1, pairs);
		cr_assert_float_eq(mann_whitney_effect(&w), pairs / 140, 1e-15);
	}
}

/* Kolmogorov's limit: 0.05 at 1.3581, 0.01 at 1.6276 (Smirnov 1948, table). Exact, two samples of 5
 * and 5: P(D >= 4/5) = 20 / 252 (Massey 1952). */
Test(ranks, kolmogorovs_tail_is_that_of_the_table)
{
	cr_assert_float_eq(kolmogorov_tail(1.3581), 0.05, 1e-5);
	cr_assert_float_eq(kolmogorov_tail(1.6276), 0.01, 1e-5);
	cr_assert_float_eq(kolmogorov_tail(0.828), 0.5, 1e-3);
	cr_assert_float_eq(kolmogorov_tail(1 - 1e-9), kolmogorov_tail(1 + 1e-9), 1e-8);
	double work[6];
	cr_assert_float_eq(kolmogorov_exact(0.8, 5, 5, work), 20.0 / 252, 1e-12);
	cr_assert_float_eq(kolmogorov_exact(1.0, 5, 5, work), 2.0 / 252, 1e-12);
	/* One sample of 10: P(D < 0.40925) = 0.95 (Miller 1956). */
	cr_assert_float_eq(kolmogorov_one_sample(0.40925, 10), 0.05, 1e-4);
	cr_assert_float_eq(kolmogorov_one_sample(0.13403, 100), 0.05, 1e-4);
}

/* Percentage points of A^2: Anderson and Darling 1954. Far out the first term of the law is all:
 * mpmath 1.2.1, by quadrature of Smirnov's integral. */
Test(ranks, anderson_and_darlings_tail_is_that_of_the_table)
{
	static const double points[][2] = {{1.933, 0.10}, {2.492, 0.05}};
	for (unsigned i = 0; i < sizeof points / sizeof *points; i++)
		cr_expect_float_eq(anderson_darling_tail(points[i][0]) / points[i][1], 1, 0.001,
				   "%g", points[i][0]);
	static const double far[][2] = {{10, 1.381503541068586e-5},
					{30, 1.659548952778318e-14},
					{100, 3.628383098211147e-45},
					{400, 9.353046483500216e-176},
					{690, 8.076936633979251e-302}};
	for (unsigned i = 0; i < sizeof far / sizeof *far; i++)
		cr_expect_float_eq(anderson_darling_tail(far[i][0]) / far[i][1], 1, 1e-12, "%g",
				   far[i][0]);
	cr_expect_eq(anderson_darling_tail(0), 1);
	cr_expect(isnan(anderson_darling_tail(NAN)));
}

/* DeLong's areas by all pairs, variances by placements of each. */
Test(ranks, delong_by_ranks_is_delong_by_definition)
{
	uint64_t random = 3;
	for (int t = 0; t < 20; t++) {
		enum { N = 40 };
		double label[N], s1[N], s2[N], work[6 * N], area = 0, pos = 0;
		for (int i = 0; i < N; i++) {
			label[i] = i % 3 == 0;
			pos += label[i];
			s1[i] = (double)random_to(&random, 9) + 2 * label[i];
			s2[i] = (double)random_to(&random, 9);
		}
		for (int i = 0; i < N; i++)
			for (int j = 0; j < N; j++)
				if (label[i] > label[j])
					area += s1[i] > s1[j] ? 1 : s1[i] == s1[j] ? 0.5 : 0;
		struct delong d = delong_compare(label, s1, s2, N, work);
		struct delong same = delong_compare(label, s1, s1, N, work);
		cr_assert_float_eq(d.area1, area / (pos * (N - pos)), 1e-12);
		cr_assert_float_eq(same.variance1, same.covariance, 1e-15);
		cr_assert(d.variance1 > 0 && fabs(d.covariance) <= sqrt(d.variance1 * d.variance2));
	}
}

Test(ranks, the_stability_index_is_nothing_for_what_is_alike_and_grows)
{
	uint64_t even[BINS], shifted[BINS] = {0};
	for (int b = 0; b < BINS; b++)
		even[b] = 10000;
	double before = psi_of_counts(even, even, BINS, 6);
	cr_assert_float_eq(before, 0, 1e-12);
	for (int by = 1; by < 6; by++) {
		for (int b = 0; b < BINS; b++)
			shifted[b] = b < by ? 1 : 10000;
		double index = psi_of_counts(shifted, even, BINS, 6);
		cr_assert_gt(index, before);
		before = index;
	}
	/* Two groups of 0.7 and 0.3 against halves: 0.2 log(0.7 / 0.5) - 0.2 log(0.3 / 0.5). */
	uint64_t x[2] = {700000, 300000}, y[2] = {500000, 500000};
	cr_assert_float_eq(psi_of_counts(x, y, 2, 2), 0.2 * log(1.4) - 0.2 * log(0.6), 1e-5);
}

static double cubic(const void *context, double x)
{
	return x * x * x - *(const double *)context;
}

Test(ranks, roots_are_found_to_the_tolerance)
{
	for (double wanted = 0.01; wanted < 1e6; wanted *= 11) {
		double root = root_find(cubic, &wanted, 0, 1000, 1e-12);
		cr_assert_float_eq(root, cbrt(wanted), 1e-11 * (1 + cbrt(wanted)));
		double rough = root_find(cubic, &wanted, 0, 1000, 1e-2);
		cr_assert_float_eq(rough, cbrt(wanted), 1e-2);
	}
}

/* A case in closed form: equal variances and sizes
 * give Student's test with 2n - 2 degrees of freedom. */
Test(ranks, welch_is_student_where_variances_and_sizes_are_equal)
{
	struct moments x = {0}, y = {0};
	for (int i = 0; i < 8; i++) {
		moments_add(&x, i);
		moments_add(&y, i + 2);
	}
	struct welch w = welch_test(&x, &y);
	cr_assert_float_eq(w.df, 14, 1e-12);
	cr_assert_float_eq(w.t, -2 / sqrt(2 * 6.0 / 8), 1e-12);
	cr_assert_float_eq(w.less + w.greater, 1, 1e-12);
	struct interval ci = welch_interval(&w, 0.95);
	cr_assert_float_eq(ci.high - ci.low, 2 * 2.1447866879169273 * w.error, 1e-9);
}

/* What is known before and explains all leaves no variance. */
Test(ranks, cuped_takes_away_what_is_explained)
{
	double x[6] = {1, 2, 3, 4, 5, 6}, y[6], z[6];
	for (int i = 0; i < 6; i++) {
		y[i] = 3 * x[i] + 1;
		z[i] = 3 * x[i] + 1;
	}
	struct pairs a = {x, y, 6}, b = {x, z, 6};
	double slope = adjusted_slope(&a, &b);
	cr_assert_float_eq(slope, 3, 1e-12);
	struct moments m = adjusted_moments(&a, slope, adjusted_centre(&a, &b));
	cr_assert_float_eq(moments_variance(&m), 0, 1e-20);
	cr_assert_float_eq(m.mean, 3 * 3.5 + 1, 1e-12);
}

Test(ranks, chances_to_be_best_sum_to_one)
{
	const struct best_arm_law beta[4] = {{3, 7}, {5, 6}, {0.5, 0.5}, {200, 300}};
	const struct best_arm_law same[3] = {{2, 5}, {2, 5}, {2, 5}};
	double chance[4], picked[4], sum = 0, all = 0;
	best_arm_chances(BEST_ARM_BETA, beta, 4, chance);
	best_arm_top_two(chance, 4, 0.5, picked);
	for (int i = 0; i < 4; i++) {
		sum += chance[i];
		all += picked[i];
	}
	cr_assert_float_eq(sum, 1, 1e-8);
	cr_assert_float_eq(all, 1, 1e-8);
	best_arm_chances(BEST_ARM_GAUSSIAN, same, 3, chance);
	for (int i = 0; i < 3; i++)
		cr_assert_float_eq(chance[i], 1.0 / 3, 1e-10);
}

/* One feature: mean sum(r x) / (lambda + sum(x^2)), width |x| / sqrt(lambda + sum(x^2)). */
Test(ranks, linucb_of_one_feature_is_a_ratio)
{
	struct linucb arm;
	linucb_begin(&arm, 1, 2);
	const double xs[3] = {1, 2, -1}, rewards[3] = {1, 0.5, 0};
	for (int i = 0; i < 3; i++)
		linucb_learn(&arm, &xs[i], rewards[i]);
	double x = 1.5;
	cr_assert_float_eq(linucb_index(&arm, &x, 0.7), 1.5 * 2 / (2 + 6.0) + 0.7 * 1.5 / sqrt(8),
			   1e-12);
}
