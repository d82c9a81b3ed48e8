/* Means and variances must keep their digits on data chosen to lose them, however the data were
 * split; the interval must be Student's. */
#include "sim/stats/moments.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* n, level, the point of Student's t with n - 1 degrees of freedom: mpmath 1.3 at 30 digits, by
 * inverting the incomplete beta. At 95 and 99 % the printed tables: 12.706, 4.303, 3.182 ... */
static const double student[][3] = {
	{2, 0.95, 12.706204736174705},
	{2, 0.99, 63.656741162871581},
	{3, 0.95, 4.3026527297494639},
	{3, 0.99, 9.9248432009182931},
	{4, 0.95, 3.1824463052837096},
	{4, 0.99, 5.8409093097333573},
	{5, 0.95, 2.7764451051977944},
	{5, 0.99, 4.6040948713499932},
	{6, 0.95, 2.5705818356363155},
	{6, 0.99, 4.0321429835552281},
	{7, 0.95, 2.44691185114497},
	{7, 0.99, 3.7074280213247798},
	{9, 0.95, 2.3060041352041667},
	{9, 0.99, 3.3553873313333955},
	{11, 0.95, 2.2281388519862747},
	{11, 0.99, 3.1692726726169512},
	{16, 0.95, 2.1314495455597757},
	{16, 0.99, 2.9467128834752389},
	{21, 0.95, 2.0859634472658648},
	{21, 0.99, 2.8453397097861085},
	{31, 0.95, 2.0422724563012383},
	{31, 0.99, 2.7499956535672253},
	{61, 0.95, 2.0002978220142605},
	{61, 0.99, 2.6602830288550372},
	{121, 0.95, 1.9799304050824408},
	{121, 0.99, 2.617421145106866},
	{2, 0.5, 1.0},
	{3, 0.9, 2.9199855803537257},
	{1001, 0.95, 1.9623390808264085},
	{10, 0.999, 4.7809125859311391},
	{2, 1 - 0x1p-40, 699970842190.26595},
	{3, 1 - 0x1p-40, 1048575.9999992847},
	{6, 1 - 0x1p-40, 461.20750171315145},
	{41, 1 - 0x1p-40, 10.262673403438289},
};

/* NIST StRD, univariate summary statistics, NumAcc1 to 4: one value, then two in turn; the
 * certified mean and standard deviation are exact. */
static const struct {
	double first, then[2];
	int n;
	double mean, deviation;
} nist[] = {
	{10000001, {10000003, 10000002}, 3, 10000002, 1},
	{1.2, {1.1, 1.3}, 1001, 1.2, 0.1},
	{1000000.2, {1000000.1, 1000000.3}, 1001, 1000000.2, 0.1},
	{10000000.2, {10000000.1, 10000000.3}, 1001, 10000000.2, 0.1},
};

/* Differ by at most `tolerance` of the larger, or are the same. */
static bool near(double a, double b, double tolerance)
{
	return a == b || fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

static struct moments of(const double *values, size_t n)
{
	struct moments moments = {0};
	for (size_t i = 0; i < n; i++)
		moments_add(&moments, values[i]);
	return moments;
}

static void expect_same(const struct moments *a, const struct moments *b)
{
	cr_expect_eq(a->n, b->n);
	cr_expect(near(a->mean, b->mean, 1e-14), "mean %.17g, not %.17g", a->mean, b->mean);
	cr_expect(near(a->m2, b->m2, 1e-12), "m2 %.17g, not %.17g", a->m2, b->m2);
	cr_expect_eq(a->low, b->low);
	cr_expect_eq(a->high, b->high);
}

Test(moments, have_the_certified_values_of_nist)
{
	for (size_t i = 0; i < LENGTH(nist); i++) {
		struct moments moments = {0};
		moments_add(&moments, nist[i].first);
		for (int k = 1; k < nist[i].n; k++)
			moments_add(&moments, nist[i].then[(k - 1) % 2]);
		double deviation = sqrt(moments_variance(&moments));
		cr_expect(near(moments.mean, nist[i].mean, 1e-14), "row %zu", i);
		/* The data themselves are rounded to doubles of relative size 1e-16. */
		double rounding = 1e-14 + 1e-15 * nist[i].mean / nist[i].deviation;
		cr_expect(near(deviation, nist[i].deviation, rounding), "row %zu: %.17g", i,
			  deviation);
	}
}

/* Whole numbers have exact sums: n sum x^2 - (sum x)^2 in 128 bits. */
static void check_whole_numbers(uint64_t n, uint64_t modulus, int64_t offset)
{
	struct moments moments = {0};
	__extension__ __int128 sum = 0, squares = 0, wide;
	for (uint64_t i = 0; i < n; i++) {
		int64_t x = (int64_t)(i * i % modulus) + offset;
		moments_add(&moments, (double)x);
		sum += x;
		wide = x;
		squares += wide * wide;
	}
	wide = n;
	wide = wide * squares - sum * sum;
	double mean = (double)((long double)sum / n);
	double variance = (double)((long double)wide / n / (n - 1));
	cr_expect(near(moments.mean, mean, 1e-13), "n %g offset %g", (double)n, (double)offset);
	double slack = 1e-12 + fabs((double)offset) * 1e-15;
	cr_expect(near(moments_variance(&moments), variance, slack),
		  "n %g offset %g: %.17g, not %.17g", (double)n, (double)offset,
		  moments_variance(&moments), variance);
}

Test(moments, of_whole_numbers_are_exact_to_rounding)
{
	static const int64_t offsets[] = {0, -77, 1000000, -1000000000};
	for (size_t i = 0; i < LENGTH(offsets); i++)
		for (uint64_t n = 2; n < 50000; n *= 7)
			check_whole_numbers(n, 1009, offsets[i]);
}

Test(moments, merged_are_those_of_all_values)
{
	double values[97];
	for (size_t i = 0; i < LENGTH(values); i++)
		values[i] = 1e3 + (double)(i * i * i % 389) / 7;
	struct moments all = of(values, LENGTH(values));
	for (size_t split = 0; split <= LENGTH(values); split++) {
		struct moments left = of(values, split);
		struct moments right = of(values + split, LENGTH(values) - split);
		moments_merge(&left, &right);
		expect_same(&left, &all);
	}
}

Test(moments, merged_with_nothing_stay_as_they_are)
{
	struct moments nothing = {0}, none = {0};
	moments_merge(&nothing, &none);
	cr_expect_eq(nothing.n, 0);
	struct moments some = of((const double[]){-5, -3}, 2), before = some;
	moments_merge(&some, &none);
	expect_same(&some, &before);
	moments_merge(&nothing, &some);
	expect_same(&nothing, &before);
}

/* 1e12 values of mean 3 against 1e12 of mean 5, no spread: each lies 1 from the common mean. */
Test(moments, merge_huge_counts)
{
	struct moments a = {1e12, 3, 0, 3, 3}, b = {1e12, 5, 0, 5, 5};
	moments_merge(&a, &b);
	cr_expect_eq(a.mean, 4);
	cr_expect_eq(a.m2, 2e12);
	cr_expect_eq(a.low, 3);
	cr_expect_eq(a.high, 5);
	struct interval interval = moments_mean_interval(&a, 0.95);
	cr_expect(near(interval.high - 4, 1.959963984540054 / sqrt(2e12), 1e-9));
}

Test(moments, keep_the_extremes_on_either_side_of_0)
{
	struct moments above = of((const double[]){3, 2, 7}, 3);
	cr_expect_eq(above.low, 2);
	cr_expect_eq(above.high, 7);
	struct moments moments = of((const double[]){-2, -7, -3}, 3);
	cr_expect_eq(moments.low, -7);
	cr_expect_eq(moments.high, -2);
}

Test(moments, variance_needs_two_values)
{
	struct moments moments = {0};
	cr_expect(isnan(moments_variance(&moments)));
	moments_add(&moments, 4);
	cr_expect(isnan(moments_variance(&moments)));
	moments_add(&moments, 6);
	cr_expect_eq(moments_variance(&moments), 2);
}

/* With n values, m2 = n (n - 1) makes the standard error 1, and the limit Student's point. */
Test(moments, interval_reaches_to_the_known_points_of_student)
{
	for (size_t i = 0; i < LENGTH(student); i++) {
		double n = student[i][0];
		struct moments moments = {n, 0, n * (n - 1), 0, 0};
		struct interval got = moments_mean_interval(&moments, student[i][1]);
		/* Far out, GSL keeps ten digits. */
		cr_expect(near(got.high, student[i][2], 1e-10), "row %zu: %.17g, not %.17g", i,
			  got.high, student[i][2]);
		cr_expect_eq(got.low, -got.high);
	}
}

/* Student 1908, table of sleep: the differences under two drugs; mean 1.58, t = 4.06 as printed. */
Test(moments, interval_of_students_sleepers_is_as_printed)
{
	static const double hours[] = {1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4};
	struct moments moments = of(hours, LENGTH(hours));
	struct interval interval = moments_mean_interval(&moments, 0.95);
	cr_expect_float_eq(moments.mean, 1.58, 1e-12);
	cr_expect_float_eq(moments.mean / sqrt(moments_variance(&moments) / 10), 4.0621, 1e-4);
	/* R: t.test(extra ~ group, data = sleep, paired = TRUE). */
	cr_expect_float_eq(interval.low, 0.7001142, 1e-7);
	cr_expect_float_eq(interval.high, 2.4598858, 1e-7);
}

static void expect_everything(struct interval interval)
{
	cr_expect_eq(interval.low, -INFINITY);
	cr_expect_eq(interval.high, INFINITY);
}

Test(moments, interval_of_too_few_values_excludes_nothing)
{
	struct moments moments = {0};
	expect_everything(moments_mean_interval(&moments, 0.95));
	moments_add(&moments, 4);
	expect_everything(moments_mean_interval(&moments, 0.95));
}

Test(moments, interval_at_level_1_excludes_nothing)
{
	struct moments alike = of((const double[]){2, 2, 2}, 3);
	expect_everything(moments_mean_interval(&alike, 1));
}

Test(moments, interval_of_equal_values_is_that_value)
{
	struct moments alike = of((const double[]){0.1, 0.1, 0.1}, 3);
	struct interval interval = moments_mean_interval(&alike, 1 - 1e-12);
	cr_expect_eq(interval.low, 0.1);
	cr_expect_eq(interval.high, 0.1);
}
