/* With four values there are 256 resamples: all of them together are a bootstrap without chance,
 * and its intervals must be those that NumPy and SciPy have for the same. */
#include "sim/calculator/input.h"
#include "sim/calculator/list.h"
#include "sim/stats/bootstrap.h"
#include "sim/stats/quantile.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

enum { VALUES = 4, ALL = 256 };

static bootstrap_statistic *const statistics[] = {bootstrap_mean, bootstrap_sd, bootstrap_quantile};

/* NumPy 1.24.2 and SciPy 1.10.1: mean, std, quantile of all resamples, Efron's formulas of 1987. */
static const struct known {
	double x[VALUES];
	int statistic;
	double q, level, se, bias, acceleration;
	struct interval percentile, bca;
} known[] = {
	{{0.79, 8.02, 10.97, 13.13},
	 0,
	 0,
	 0.9,
	 2.33527459862441,
	 -1.77635683940025e-15,
	 -0.056145750501582,
	 {4.2725, 11.8525},
	 {3.335, 11.3125}},
	{{0.5, 3.47, 5.59, 6.64},
	 1,
	 0,
	 0.95,
	 0.815065175130214,
	 -0.508495181968403,
	 0.0538031393138756,
	 {0.525, 3.27003950027111},
	 {1.33049802705603, 3.5449306528243}},
	{{0.16, 2.79, 3.57, 7.91},
	 2,
	 0.5,
	 0.5,
	 1.77839300118581,
	 0.2671875,
	 -1.4441470159369e-16,
	 {2.79, 4.035},
	 {1.865, 3.57}},
	{{2.74, 4.32, 6.57, 9.54},
	 2,
	 0.9,
	 0.9,
	 1.59956928330585,
	 -0.762382812500001,
	 0.0894734495940903,
	 {4.32, 9.54},
	 {5.895, 9.54}},
	{{0.23, 2.16, 3.69, 4.07},
	 2,
	 0.3,
	 0.95,
	 1.26028783260696,
	 0.0638515624999998,
	 -0.0343871327869869,
	 {0.23, 3.879},
	 {0.23, 3.686}},
	{{0.6, 11.31, 14.32, 14.32},
	 0,
	 0,
	 0.5,
	 2.82648843315254,
	 0,
	 -0.0834801009739695,
	 {7.46, 12.815},
	 {7.46, 10.89}},
	{{2.51, 2.66, 4.37, 26.63},
	 1,
	 0,
	 0.9,
	 5.45358478915779,
	 -3.15210838970057,
	 0.0958338698002424,
	 {0.0866025403784441, 13.8825222852333},
	 {0.88283633817373, 13.9256884928538}},
	{{1.77, 4.14, 6.35, 13.23},
	 2,
	 0.5,
	 0.95,
	 2.79700191381457,
	 0.7046875,
	 1.05650538786099e-16,
	 {1.77, 13.23},
	 {1.77, 13.23}},
	{{0.91, 1.59, 4.09, 7.78},
	 2,
	 0.9,
	 0.5,
	 1.89130992872859,
	 -0.8835234375,
	 0.090640714558885,
	 {4.09, 7.78},
	 {5.923, 7.78}},
	{{1.44, 3.85, 6.66, 9.5},
	 2,
	 0.3,
	 0.9,
	 2.11396674383879,
	 0.447367187499999,
	 -0.0214552714842327,
	 {1.44, 7.1685},
	 {1.44, 6.379}},
	{{1.17, 4.82, 5.41, 7.47},
	 0,
	 0,
	 0.95,
	 1.1383117874687,
	 0,
	 -0.0416599242451077,
	 {2.23, 6.8075},
	 {2.0825, 6.44}},
	{{0.85, 0.85, 1.76, 8.17},
	 1,
	 0,
	 0.5,
	 1.57162402844694,
	 -0.905971444136824,
	 0.0950694650975763,
	 {0.525388744962559, 3.66},
	 {3.205, 3.9808824398618}},
	{{2.2, 3.63, 5.72, 5.84},
	 2,
	 0.5,
	 0.9,
	 1.1003760943512,
	 -0.204687499999999,
	 4.80436872208689e-18,
	 {2.73625, 5.795},
	 {2.915, 5.84}},
	{{1.57, 4.49, 4.79, 5.99},
	 2,
	 0.9,
	 0.95,
	 0.633111246148732,
	 -0.265281250000001,
	 0.0953175911930286,
	 {3.824, 5.99},
	 {4.7, 5.99}},
	{{4.32, 8.89, 12.25, 12.54},
	 2,
	 0.3,
	 0.5,
	 2.85457947587182,
	 0.0475156250000008,
	 -0.0372634071517674,
	 {4.32, 11.457},
	 {4.32, 8.89}},
	{{3.49, 3.62, 4.34, 12.04},
	 0,
	 0,
	 0.9,
	 1.79124975541506,
	 8.88178419700125e-16,
	 0.0939114755001398,
	 {3.5875, 8.618125},
	 {3.735, 10.115}},
	{{0.46, 3.19, 5.51, 8.57},
	 1,
	 0,
	 0.95,
	 0.97048578467499,
	 -0.62314848916292,
	 0.00155396747377399,
	 {1.16, 4.055},
	 {2.06504842558232, 4.68231068312787}},
	{{4.2, 8.52, 8.52, 10.9},
	 2,
	 0.5,
	 0.5,
	 1.52147103740001,
	 -0.303125000000001,
	 0,
	 {7.55, 8.52},
	 {8.52, 9.71}},
	{{2.36, 6.26, 9.56, 17.97},
	 2,
	 0.9,
	 0.9,
	 3.94343705276937,
	 -1.7261953125,
	 0.0941159485569226,
	 {6.26, 17.97},
	 {8.57, 17.97}},
	{{8.03, 8.93, 10.67, 12.48},
	 2,
	 0.3,
	 0.95,
	 1.13867310654383,
	 0.4001640625,
	 -0.0101477081501403,
	 {8.03, 12.125},
	 {8.03, 10.67}},
	{{0.77, 2.88, 5.23, 8.3},
	 0,
	 0,
	 0.5,
	 1.40234201864413,
	 0,
	 0.0175003130212678,
	 {3.18, 5.41},
	 {3.5275, 5.41}},
	{{1.15, 3.86, 5.62, 8.18},
	 1,
	 0,
	 0.9,
	 0.845336257465422,
	 -0.539287682851546,
	 0.000427766618999633,
	 {1.01613647377374, 3.515},
	 {2.04274325356859, 4.05877239240307}},
	{{3.06, 3.46, 5.54, 7.8},
	 2,
	 0.5,
	 0.95,
	 1.31839370477271,
	 0.290624999999999,
	 0,
	 {3.06, 7.8},
	 {3.06, 7.8}},
	{{1.85, 1.85, 6.66, 7.84},
	 2,
	 0.9,
	 0.5,
	 1.52640951824927,
	 -0.830078124999998,
	 0.0403637941997577,
	 {6.043, 7.84},
	 {6.66, 7.84}},
	{{4.41, 7.24, 14.02, 14.32},
	 2,
	 0.3,
	 0.9,
	 3.59039271644093,
	 1.3860234375,
	 -0.00713737081051653,
	 {4.41, 14.02},
	 {4.41, 13.342}},
	{{1.77, 7.51, 7.74, 7.87},
	 0,
	 0,
	 0.95,
	 1.28946196410082,
	 0,
	 -0.0955055884962875,
	 {3.2625, 7.805},
	 {3.205, 7.7725}},
};

static double replicate(const struct known *k, unsigned resample)
{
	int times[VALUES] = {0};
	for (int i = 0; i < VALUES; i++, resample /= VALUES)
		times[resample % VALUES]++;
	return statistics[k->statistic](k->x, times, VALUES, k->q);
}

static double acceleration(const struct known *k)
{
	struct bootstrap_influence sum = {0};
	double without[VALUES];
	for (int i = 0; i < VALUES; i++) {
		int times[VALUES] = {1, 1, 1, 1};
		times[i] = 0;
		without[i] = statistics[k->statistic](k->x, times, VALUES, k->q);
	}
	bootstrap_add_influence(&sum, without, VALUES);
	return bootstrap_acceleration(&sum);
}

static void expect_interval(struct interval got, struct interval wanted, int row)
{
	cr_expect_float_eq(got.low, wanted.low, 1e-11, "row %d: %.15g", row, got.low);
	cr_expect_float_eq(got.high, wanted.high, 1e-11, "row %d: %.15g", row, got.high);
}

Test(bootstrap, of_all_resamples_is_that_of_numpy)
{
	const int once[VALUES] = {1, 1, 1, 1};
	for (int row = 0; row < (int)(sizeof known / sizeof *known); row++) {
		const struct known *k = &known[row];
		double replicates[ALL], a = acceleration(k);
		double estimate = statistics[k->statistic](k->x, once, VALUES, k->q);
		for (unsigned r = 0; r < ALL; r++)
			replicates[r] = replicate(k, r);
		struct bootstrap b = bootstrap_of(estimate, replicates, ALL, a, k->level);
		cr_expect_float_eq(a, k->acceleration, 1e-12);
		cr_expect_float_eq(b.se, k->se, 1e-12);
		cr_expect_float_eq(b.bias, k->bias, 1e-12);
		expect_interval(b.percentile, k->percentile, row);
		expect_interval(b.bca, k->bca, row);
		cr_expect_float_eq(b.basic.low + b.percentile.high, 2 * estimate, 1e-12);
		cr_expect_float_eq(b.basic.high + b.percentile.low, 2 * estimate, 1e-12);
	}
}

/* Maritz and Jarrett's standard error is that of all resamples. */
Test(bootstrap, of_an_order_statistic_has_a_closed_form)
{
	for (int row = 0; row < (int)(sizeof known / sizeof *known); row++) {
		struct known k = known[row];
		k.statistic = 2;
		for (int rank = 1; rank <= VALUES; rank++) {
			double mean = 0, square = 0;
			k.q = (rank - 1) / 3.0;
			for (unsigned r = 0; r < ALL; r++) {
				double value = replicate(&k, r);
				mean += value / ALL;
				square += value * value / ALL;
			}
			cr_expect_float_eq(
				quantile_standard_error(k.x, VALUES, (rank - 0.25) / VALUES),
				sqrt(square - mean * mean), 1e-7);
		}
	}
}

Test(bootstrap, of_equal_values_is_sure)
{
	double same[3] = {7, 7, 7};
	struct bootstrap b = bootstrap_of(7, same, 3, 0, 0.95);
	cr_expect_eq(b.se, 0);
	cr_expect_eq(b.bca.low, 7);
	cr_expect_eq(b.bca.high, 7);
}

Test(bootstrap, has_no_accelerated_interval_beyond_all_replicates)
{
	double above[3] = {8, 9, 10};
	struct bootstrap b = bootstrap_of(7, above, 3, 0, 0.95);
	cr_expect(isnan(b.bca.low) && isnan(b.bca.high));
	cr_expect_eq(b.bias, 2);
}

/* ---- as it is asked for */

struct answers {
	double estimate, se, bias, percentile_lo, percentile_hi, basic_lo, basic_hi, bca_lo, bca_hi;
};

static struct answers ask(const char *name, const char *const (*words)[2])
{
	const struct calculation *c = calculation_find(name);
	struct arena arena = {0};
	void *input = arena_take(&arena, c->input_size);
	struct answers answers;
	char why[256];
	cr_assert_eq(c->answer_size, sizeof answers);
	for (const struct param *p = c->inputs; p->key; p++)
		input_default(p, input, &arena);
	for (; **words; words++)
		for (const struct param *p = c->inputs; p->key; p++)
			if (!strcmp(p->key, **words))
				cr_assert(input_set(p, input, (*words)[1], &arena, why, sizeof why),
					  "%s", why);
	c->calculate(input, &answers, &arena);
	arena_free(&arena);
	return answers;
}

#define X "3.1;0.4;2.7;8.9;5.5;1.2;6.3;2.2;4.8;7.1"
#define Y "2.1;1.4;3.7;0.9;2.5;1.9"

/* NumPy 1.24.2: std(X) / sqrt(10), and that of both together. */
Test(bootstrap, of_means_has_the_standard_error_of_the_formula)
{
	const char *const one[][2] = {{"x", X}, {"resamples", "200000"}, {NULL}};
	const char *const two[][2] = {{"x", X}, {"y", Y}, {"resamples", "200000"}, {NULL}};
	struct answers a = ask("bootstrap", one), b = ask("bootstrap_difference", two);
	cr_expect_float_eq(a.estimate, 4.22, 1e-14);
	cr_expect_float_eq(a.se, 0.82374753413895, 4 * 0.82374753413895 / sqrt(400000));
	cr_expect_float_eq(a.bias, 0, 4 * 0.82374753413895 / sqrt(200000));
	cr_expect_float_eq(b.estimate, 4.22 - 12.5 / 6, 1e-14);
	cr_expect_float_eq(b.se, 0.899328350204463, 4 * 0.899328350204463 / sqrt(400000));
}

Test(bootstrap, is_the_same_for_the_same_seed_only)
{
	const char *const first[][2] = {{"x", X}, {"seed", "1"}, {NULL}};
	const char *const other[][2] = {{"x", X}, {"seed", "2"}, {NULL}};
	struct answers a = ask("bootstrap", first), b = ask("bootstrap", first);
	struct answers c = ask("bootstrap", other);
	cr_expect_eq(memcmp(&a, &b, sizeof a), 0);
	cr_expect_neq(a.se, c.se);
}
