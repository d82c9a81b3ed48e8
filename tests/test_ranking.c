/* The area under the ROC curve against all pairs, one by one, and against textbooks. */
#include "sim/stats/ranking.h"

#include "tests/random.h"

#include <criterion/criterion.h>
#include <math.h>

enum { BINS = 9 };

static double beats(int a, int b)
{
	return a > b ? 1 : a == b ? 0.5 : 0;
}

/* The definition: the mean over all pairs, and the variances of what each member's pairs say. */
static struct ranking by_pairs(const int *positive, int p, const int *negative, int n)
{
	double sum = 0, squares[2] = {0, 0};
	for (int i = 0; i < p; i++)
		for (int j = 0; j < n; j++)
			sum += beats(positive[i], negative[j]);
	double area = sum / p / n;
	for (int i = 0; i < p; i++) {
		double own = 0;
		for (int j = 0; j < n; j++)
			own += beats(positive[i], negative[j]) / n;
		squares[0] += (own - area) * (own - area) / (p - 1);
	}
	for (int j = 0; j < n; j++) {
		double own = 0;
		for (int i = 0; i < p; i++)
			own += beats(positive[i], negative[j]) / p;
		squares[1] += (own - area) * (own - area) / (n - 1);
	}
	return (struct ranking){area, squares[0] / p + squares[1] / n};
}

Test(ranking, is_the_mean_over_all_pairs_and_its_variance_de_longs)
{
	uint64_t random = 7;
	for (int round = 0; round < 200; round++) {
		int positive[40], negative[40];
		int p = 2 + (int)random_to(&random, 38), n = 2 + (int)random_to(&random, 38);
		uint64_t bins[2][BINS] = {{0}};
		for (int i = 0; i < p; i++)
			bins[1][positive[i] = (int)random_to(&random, BINS - 1)]++;
		for (int j = 0; j < n; j++)
			bins[0][negative[j] = (int)random_to(&random, BINS - 2)]++;
		struct ranking expected = by_pairs(positive, p, negative, n);
		struct ranking ranking = ranking_of(bins[1], bins[0], BINS);
		cr_assert_float_eq(ranking.area, expected.area, 1e-12);
		cr_assert_float_eq(ranking.variance, expected.variance, 1e-12);
	}
}

/* Hanley and McNeil 1982, table I: 51 abnormal and 58 normal patients in five ratings. They find
 * an area of 0.893 by trapezoids, and by their own formula a standard error of 0.032. */
Test(ranking, of_the_patients_of_hanley_and_mcneil)
{
	const uint64_t normal[] = {33, 6, 6, 11, 2}, abnormal[] = {3, 2, 2, 11, 33};
	struct ranking ranking = ranking_of(abnormal, normal, 5);
	cr_assert_float_eq(ranking.area, 0.893, 0.0005);
	cr_assert_float_eq(sqrt(ranking.variance), 0.0320, 0.0015);
}

Test(ranking, needs_both_classes_and_two_of_each_for_its_variance)
{
	const uint64_t none[] = {0, 0}, one[] = {0, 1}, some[] = {3, 2};
	cr_assert(isnan(ranking_of(none, some, 2).area));
	cr_assert(isnan(ranking_of(some, none, 2).area));
	cr_assert_float_eq(ranking_of(one, some, 2).area, 0.8, 1e-12);
	cr_assert(isnan(ranking_of(one, some, 2).variance));
	cr_assert_float_eq(ranking_of(some, some, 2).area, 0.5, 1e-12);
}
