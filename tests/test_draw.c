/* Every law against GSL's distribution functions: its moments, its shape over several regimes, its
 * tails and its ends. Seeds are fixed, so a test that passes once passes always. */
#include "sim/draw.h"

#include "sim/ziggurat.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	MANY = 2000000, /* sees one part in a thousand: a constant of a rejection misread */
	SOME = 100000,
	BINS = 200,
};

#define REJECT_BELOW	1e-4
#define STANDARD_ERRORS 5

static double *numbers(size_t count)
{
	double *x = malloc(count * sizeof *x);
	cr_assert_not_null(x);
	return x;
}

/* The standard error of the variance is taken from the fourth moment of the sample. */
static void expect_moments(const char *law, const double *x, size_t count, double mean,
			   double variance)
{
	double first = 0, second = 0, fourth = 0, n = (double)count;
	for (size_t i = 0; i < count; i++) {
		double square = (x[i] - mean) * (x[i] - mean);
		first += x[i] - mean;
		second += square;
		fourth += square * square;
	}
	double z_mean = first / n / sqrt(variance / n);
	double z_variance = (second / n - variance) / sqrt((fourth / n - variance * variance) / n);
	cr_expect_lt(fabs(z_mean), STANDARD_ERRORS, "%s: mean off by %.2f s.e.", law, z_mean);
	cr_expect_lt(fabs(z_variance), STANDARD_ERRORS, "%s: variance off by %.2f s.e.", law,
		     z_variance);
}

/* Pearson's chi-square in equally likely bins, of values that their own law made uniform. */
static void expect_uniform(const char *law, const double *u, size_t count, int bins)
{
	double seen[1024] = {0}, expected = (double)count / bins, statistic = 0;
	for (size_t i = 0; i < count; i++) {
		cr_assert(u[i] >= 0 && u[i] <= 1, "%s: %g", law, u[i]);
		seen[u[i] < 1 ? (int)(u[i] * bins) : bins - 1]++;
	}
	for (int i = 0; i < bins; i++)
		statistic += (seen[i] - expected) * (seen[i] - expected) / expected;
	double p = gsl_cdf_chisq_Q(statistic, bins - 1);
	cr_expect_gt(p, REJECT_BELOW, "%s: p = %g", law, p);
}

/* Marsaglia & Tsang 2000 print r = 7.69711747013104972 and v = 0.0039496598225815571993, and for
 * the normal r = 3.6541528853610088 and v = 0.00492867323399. */
static void expect_table(const double *edge, const double *density, long double r, long double v,
			 long double (*f)(long double), long double (*inverse)(long double))
{
	long double x = r, y = f(r);
	cr_expect_float_eq((double)(v / y), edge[0], 1e-10);
	cr_expect_eq(density[0], 0);
	for (int i = 1; i < ZIGGURAT_LAYERS; i++) {
		cr_expect_float_eq(edge[i], (double)x, 1e-13, "edge %d", i);
		cr_expect_float_eq(density[i], (double)y, 1e-15, "density %d", i);
		y += v / x;
		x = inverse(y);
	}
	cr_expect_float_eq((double)y, 1, 1e-13, "the layers must close");
	cr_expect_eq(edge[ZIGGURAT_LAYERS], 0);
	cr_expect_eq(density[ZIGGURAT_LAYERS], 1);
}

static long double exponential_f(long double x)
{
	return expl(-x);
}

static long double exponential_inverse(long double y)
{
	return -logl(y);
}

static long double normal_f(long double x)
{
	return expl(-x * x / 2);
}

static long double normal_inverse(long double y)
{
	return sqrtl(-2 * logl(y));
}

Test(draw, the_exponential_table_is_what_its_formulas_give)
{
	long double r = 7.69711747013104972L, v = (r + 1) * expl(-r);
	cr_expect_float_eq((double)v, 0.0039496598225815571993, 1e-17);
	expect_table(exponential_edge, exponential_density, r, v, exponential_f,
		     exponential_inverse);
}

Test(draw, the_normal_table_is_what_its_formulas_give)
{
	long double r = 3.65415288536100877L;
	long double v = r * normal_f(r) + sqrtl(acosl(-1) / 2) * erfcl(r / sqrtl(2));
	cr_expect_float_eq((double)v, 0.00492867323399, 1e-13);
	expect_table(normal_edge, normal_density, r, v, normal_f, normal_inverse);
}

static void expect_share(const char *law, size_t seen, size_t count, double share)
{
	double n = (double)count, z = ((double)seen - n * share) / sqrt(n * share * (1 - share));
	cr_expect_lt(fabs(z), STANDARD_ERRORS, "%s: share off by %.2f s.e.", law, z);
}

typedef double draw_one(struct rng *);
typedef void draw_fill(struct rng *, double *, size_t);

/* How many are beyond, against the binomial, and how they lie there, against the law's tail. */
static void expect_tail(const char *law, draw_fill *fill, double sign, double from,
			double (*above)(double))
{
	enum { CHUNK = 100000, CHUNKS = 300 };
	double *x = numbers(CHUNK), *u = numbers(CHUNK), share = above(from);
	size_t beyond = 0;
	struct rng rng;
	rng_stream(&rng, 19, 0, law);
	for (int chunk = 0; chunk < CHUNKS; chunk++) {
		fill(&rng, x, CHUNK);
		for (size_t i = 0; i < CHUNK; i++)
			if (sign * x[i] > from) {
				cr_assert_lt(beyond, CHUNK);
				u[beyond++] = above(sign * x[i]) / share;
			}
	}
	expect_share(law, beyond, (size_t)CHUNK * CHUNKS, share);
	expect_uniform(law, u, beyond, 20);
	free(x);
	free(u);
}

static void expect_exponential(const double *x, size_t count)
{
	double *u = numbers(count);
	for (size_t i = 0; i < count; i++)
		u[i] = gsl_cdf_exponential_P(x[i], 1);
	expect_uniform("exponential", u, count, 1000);
	expect_moments("exponential", x, count, 1, 1);
	free(u);
}

static void expect_normal(const double *x, size_t count)
{
	double *u = numbers(count);
	for (size_t i = 0; i < count; i++)
		u[i] = gsl_cdf_ugaussian_P(x[i]);
	expect_uniform("normal", u, count, 1000);
	expect_moments("normal", x, count, 0, 1);
	free(u);
}

Test(draw, exponentials_are_exponential)
{
	struct rng rng;
	rng_stream(&rng, 1, 0, "exponential");
	double *x = numbers(MANY);
	for (size_t i = 0; i < MANY; i++)
		x[i] = draw_exponential(&rng);
	expect_exponential(x, MANY);
	free(x);
}

Test(draw, normals_are_normal)
{
	struct rng rng;
	rng_stream(&rng, 1, 0, "normal");
	double *x = numbers(MANY);
	for (size_t i = 0; i < MANY; i++)
		x[i] = draw_normal(&rng);
	expect_normal(x, MANY);
	free(x);
}

Test(draw, filled_exponentials_are_exponential)
{
	struct rng rng;
	rng_stream(&rng, 2, 0, "exponential");
	double *x = numbers(MANY);
	draw_fill_exponential(&rng, x, MANY);
	expect_exponential(x, MANY);
	free(x);
}

Test(draw, filled_normals_are_normal)
{
	struct rng rng;
	rng_stream(&rng, 2, 0, "normal");
	double *x = numbers(MANY);
	draw_fill_normal(&rng, x, MANY);
	expect_normal(x, MANY);
	free(x);
}

static double exponential_above(double x)
{
	return gsl_cdf_exponential_Q(x, 1);
}

Test(draw, tails_begin_at_r_and_go_on_by_their_law)
{
	expect_tail("exponential", draw_fill_exponential, 1, 7.69711747013104972,
		    exponential_above);
	expect_tail("normal", draw_fill_normal, 1, 3.6541528853610088, gsl_cdf_ugaussian_Q);
	expect_tail("negative normal", draw_fill_normal, -1, 3.6541528853610088,
		    gsl_cdf_ugaussian_Q);
}

Test(draw, filled_uniforms_are_single_uniforms)
{
	enum { LONGEST = 700 };
	double out[LONGEST];
	for (size_t count = 0; count <= LONGEST; count++) {
		struct rng fast, slow;
		rng_stream(&fast, 3, count, "uniform");
		slow = fast;
		draw_fill_uniform(&fast, out, count);
		for (size_t i = 0; i < count; i++)
			cr_assert_eq(out[i], rng_open_uniform(&slow));
		cr_assert(fast.state == slow.state);
	}
}

static void expect_fill_of_one(draw_one *one, draw_fill *fill)
{
	struct rng a, b;
	rng_stream(&a, 4, 0, "one");
	b = a;
	for (int i = 0; i < SOME; i++) {
		double filled, single = one(&b);
		fill(&a, &filled, 1);
		cr_assert_eq(filled, single);
		cr_assert(a.state == b.state);
	}
}

Test(draw, a_fill_of_one_is_a_single_draw)
{
	expect_fill_of_one(draw_exponential, draw_fill_exponential);
	expect_fill_of_one(draw_normal, draw_fill_normal);
}

/* Each value that one word settles is the single draw at that word's place. */
static size_t settled_in_place(draw_one *one, struct rng at, const double *out, size_t count)
{
	size_t settled = 0;
	for (size_t i = 0; i < count; i++) {
		struct rng from = at;
		double value = one(&from);
		rng_next(&at);
		if (from.state != at.state)
			continue;
		cr_assert_eq(out[i], value);
		settled++;
	}
	return settled;
}

static void expect_block_then_rest(draw_one *one, draw_fill *fill)
{
	enum { BLOCK = 256, AT_MOST = 64 };
	double once[2 * BLOCK], twice[2 * BLOCK];
	for (uint64_t trial = 0; trial < 200; trial++) {
		struct rng start, a, b;
		rng_stream(&start, 5, trial, "block");
		a = b = start;
		fill(&a, once, 2 * BLOCK);
		fill(&b, twice, BLOCK);
		size_t unsettled = BLOCK - settled_in_place(one, start, twice, BLOCK), extra = 0;
		rng_advance(&start, BLOCK);
		for (; start.state != b.state && extra < AT_MOST; extra++)
			rng_next(&start);
		cr_expect(extra >= unsettled && extra < AT_MOST, "%zu", extra);
		fill(&b, twice + BLOCK, BLOCK);
		cr_assert_arr_eq(once, twice, sizeof once);
		cr_assert(a.state == b.state);
	}
}

Test(draw, a_fill_takes_a_block_of_words_and_then_what_they_left_unsettled)
{
	expect_block_then_rest(draw_exponential, draw_fill_exponential);
	expect_block_then_rest(draw_normal, draw_fill_normal);
}

static void expect_gamma(uint64_t row, double shape, double *x, double *u)
{
	char law[64];
	snprintf(law, sizeof law, "gamma(%g)", shape);
	struct rng rng;
	rng_stream(&rng, 6, row, "gamma");
	for (size_t i = 0; i < SOME; i++) {
		x[i] = draw_gamma(&rng, shape);
		u[i] = gsl_cdf_gamma_P(x[i], shape, 1);
	}
	expect_uniform(law, u, SOME, BINS);
	expect_moments(law, x, SOME, shape, shape);
}

Test(draw, gammas_are_gamma_from_small_shapes_to_large)
{
	static const double shapes[] = {0.02, 0.3, 0.99, 1, 1.5, 20, 5000, 2e5};
	double *x = numbers(SOME), *u = numbers(SOME);
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		expect_gamma(i, shapes[i], x, u);
	free(x);
	free(u);
}

/* A gamma of shape s is normal but for a skewness of 2 / sqrt(s). */
Test(draw, gammas_of_huge_shape_are_normal)
{
	struct rng rng;
	rng_stream(&rng, 7, 0, "gamma");
	double *x = numbers(SOME), *u = numbers(SOME), shape = 1e14;
	for (size_t i = 0; i < SOME; i++) {
		x[i] = (draw_gamma(&rng, shape) - shape) / sqrt(shape);
		u[i] = gsl_cdf_ugaussian_P(x[i]);
	}
	expect_uniform("gamma(1e14)", u, SOME, BINS);
	expect_moments("gamma(1e14)", x, SOME, 0, 1);
	free(x);
	free(u);
}

static double beta_variance(double a, double b)
{
	return a / (a + b) * (b / (a + b)) / (a + b + 1);
}

static void expect_beta(uint64_t row, double a, double b, double *x, double *u)
{
	char law[64];
	snprintf(law, sizeof law, "beta(%g, %g)", a, b);
	struct rng rng;
	rng_stream(&rng, 8, row, "beta");
	for (size_t i = 0; i < SOME; i++) {
		x[i] = draw_beta(&rng, a, b);
		u[i] = gsl_cdf_beta_P(x[i], a, b);
	}
	expect_uniform(law, u, SOME, BINS);
	expect_moments(law, x, SOME, a / (a + b), beta_variance(a, b));
}

Test(draw, betas_are_beta)
{
	static const double shapes[][2] = {{1, 1},    {2, 3},	 {0.5, 0.5}, {0.3, 5},
					   {20, 980}, {0.01, 3}, {2, 0.7},   {4000, 6000}};
	double *x = numbers(SOME), *u = numbers(SOME);
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		expect_beta(i, shapes[i][0], shapes[i][1], x, u);
	free(x);
	free(u);
}

/* Where both gammas would often be zero: the middle half against GSL, and the half above it. */
Test(draw, betas_of_small_shapes_are_beta_in_the_middle_too)
{
	static const double shapes[][2] = {{1e-3, 1e-3}, {1e-3, 4e-3}, {2e-4, 1e-4}};
	for (size_t row = 0; row < sizeof shapes / sizeof *shapes; row++) {
		double a = shapes[row][0], b = shapes[row][1];
		size_t middle = 0, above = 0, count = 5 * SOME;
		struct rng rng;
		rng_stream(&rng, 9, row, "beta");
		for (size_t i = 0; i < count; i++) {
			double x = draw_beta(&rng, a, b);
			middle += x > 0.25 && x <= 0.75;
			above += x > 0.75;
		}
		double quarter = gsl_cdf_beta_P(0.25, a, b), rest = gsl_cdf_beta_Q(0.75, a, b);
		expect_share("middle of small beta", middle, count, 1 - quarter - rest);
		expect_share("top of small beta", above, count, rest);
	}
}

/* Here a beta is 0 or 1, even where the logarithms of the gammas leave the range of a double. */
Test(draw, betas_of_tiny_shapes_are_coins)
{
	static const double shapes[][2] = {{1e-8, 3e-8},     {1e-19, 1e-19},
					   {1e-30, 3e-30},   {1e-300, 2e-300},
					   {1e-310, 3e-310}, {0x1p-1074, 0x1p-1074}};
	for (size_t row = 0; row < sizeof shapes / sizeof *shapes; row++) {
		double a = shapes[row][0], b = shapes[row][1];
		size_t ones = 0;
		struct rng rng;
		rng_stream(&rng, 10, row, "beta");
		for (size_t i = 0; i < SOME; i++) {
			double x = draw_beta(&rng, a, b);
			cr_assert(x >= 0 && x <= 1, "beta(%g, %g) gave %g", a, b, x);
			ones += x > 0.5;
		}
		expect_share("tiny beta", ones, SOME, a / (a + b));
	}
}

Test(draw, betas_of_unlike_shapes_stand_at_their_ends)
{
	struct rng rng;
	rng_stream(&rng, 10, 99, "beta");
	for (int i = 0; i < 1000; i++) {
		cr_assert_eq(draw_beta(&rng, 1e-310, 0.5), 0);
		cr_assert_eq(draw_beta(&rng, 5, 1e-310), 1);
	}
}

typedef double mass_of(unsigned k, double p, unsigned n);

static double poisson_mass(unsigned k, double mean, unsigned n)
{
	(void)n;
	return gsl_ran_poisson_pdf(k, mean);
}

/* Chi-square over bins of neighbouring counts, each with 20 or more expected; the last takes the
 * rest. One bin alone far off would be a wrong entry in a table. */
static void expect_counts(const char *law, const double *x, size_t count, mass_of *mass, double a,
			  unsigned n, double mean, double sd)
{
	unsigned first = (unsigned)fmax(0, floor(mean - 8 * sd));
	unsigned width = (unsigned)(16 * sd + 30), bins = 0;
	unsigned *seen = calloc(width, sizeof *seen);
	cr_assert_not_null(seen);
	for (size_t i = 0; i < count; i++) {
		cr_assert(x[i] >= first && x[i] < first + width, "%s gave %g", law, x[i]);
		seen[(unsigned)x[i] - first]++;
	}
	double statistic = 0, expected = 0, left = (double)count, observed = 0;
	for (unsigned k = 0; k < width; k++) {
		double here = first + k <= n ? (double)count * mass(first + k, a, n) : 0;
		expected += here;
		left -= here;
		observed += seen[k];
		if ((expected < 20 || left < 20) && k + 1 < width)
			continue;
		if (k + 1 == width)
			expected += left;
		double z = (observed - expected) / sqrt(fmax(expected, 1e-9));
		cr_expect_lt(fabs(z), 5.5, "%s: bin up to %u off by %.2f s.e.", law, first + k, z);
		statistic += z * z;
		bins++;
		expected = observed = 0;
	}
	free(seen);
	double p = bins > 1 ? gsl_cdf_chisq_Q(statistic, bins - 1) : 1;
	cr_expect_gt(p, REJECT_BELOW, "%s: p = %g in %u bins", law, p, bins);
}

static void expect_binomial(uint64_t row, unsigned n, double p, double *x, size_t count)
{
	char law[64];
	snprintf(law, sizeof law, "binomial(%u, %g)", n, p);
	struct rng rng;
	rng_stream(&rng, 11, row, "binomial");
	for (size_t i = 0; i < count; i++)
		x[i] = (double)draw_binomial(&rng, n, p);
	double mean = n * p, variance = n * p * (1 - p);
	expect_moments(law, x, count, mean, variance);
	expect_counts(law, x, count, gsl_ran_binomial_pdf, p, n, mean, sqrt(variance));
}

Test(draw, binomials_are_binomial_by_search)
{
	static const struct {
		unsigned n;
		double p;
	} rows[] = {{1, 0.3},	 {7, 0.5},	  {19, 0.5},	     {100, 0.099},
		    {100, 0.93}, {1000000, 5e-6}, {4000000000, 1e-9}};
	double *x = numbers(SOME);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		expect_binomial(i, rows[i].n, rows[i].p, x, SOME);
	free(x);
}

Test(draw, binomials_are_binomial_by_rejection)
{
	static const struct {
		unsigned n;
		double p;
	} rows[] = {{20, 0.5},	 {25, 0.6},	{120, 0.1},    {1000, 0.3},
		    {1000, 0.7}, {3000, 0.004}, {100000, 0.5}, {1000000, 2e-5}};
	double *x = numbers(MANY);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		expect_binomial(100 + i, rows[i].n, rows[i].p, x, MANY);
	free(x);
}

static void expect_poisson(uint64_t row, double mean, double *x, size_t count)
{
	char law[64];
	snprintf(law, sizeof law, "poisson(%g)", mean);
	struct rng rng;
	rng_stream(&rng, 12, row, "poisson");
	for (size_t i = 0; i < count; i++)
		x[i] = (double)draw_poisson(&rng, mean);
	expect_moments(law, x, count, mean, mean);
	expect_counts(law, x, count, poisson_mass, mean, UINT32_MAX, mean, sqrt(mean));
}

Test(draw, poissons_are_poisson_by_search)
{
	static const double means[] = {0.01, 0.5, 3, 9.99};
	double *x = numbers(SOME);
	for (size_t i = 0; i < sizeof means / sizeof *means; i++)
		expect_poisson(i, means[i], x, SOME);
	free(x);
}

Test(draw, poissons_are_poisson_by_rejection)
{
	static const double means[] = {10, 12.5, 30, 100, 1000, 1e5};
	double *x = numbers(MANY);
	for (size_t i = 0; i < sizeof means / sizeof *means; i++)
		expect_poisson(100 + i, means[i], x, MANY);
	free(x);
}

static void expect_standard_normal(const char *law, const double *z)
{
	double *u = numbers(SOME);
	for (size_t i = 0; i < SOME; i++)
		u[i] = gsl_cdf_ugaussian_P(z[i]);
	expect_uniform(law, u, SOME, BINS);
	expect_moments(law, z, SOME, 0, 1);
	free(u);
}

/* By Berry and Esseen these laws are within 2e-6 of the normal: less than this sample can see. */
Test(draw, counts_of_a_trillion_are_normal)
{
	static const double shares[] = {0.5, 0.3, 0.9, 1e-2};
	const uint64_t n = 1000000000000;
	double *z = numbers(SOME);
	struct rng rng;
	rng_stream(&rng, 13, 0, "large");
	for (size_t row = 0; row < sizeof shares / sizeof *shares; row++) {
		double p = shares[row], mean = (double)n * p, sd = sqrt(mean * (1 - p));
		for (size_t i = 0; i < SOME; i++)
			z[i] = ((double)draw_binomial(&rng, n, p) - mean) / sd;
		expect_standard_normal("binomial of 1e12", z);
	}
	for (size_t i = 0; i < SOME; i++)
		z[i] = ((double)draw_poisson(&rng, 1e12) - 1e12) / 1e6;
	expect_standard_normal("poisson of 1e12", z);
	free(z);
}

/* Rare among very many is Poisson: by Le Cam 1960 within n p^2 = 1e-10. */
Test(draw, rare_events_among_a_trillion_are_poisson)
{
	double *x = numbers(SOME);
	struct rng rng;
	rng_stream(&rng, 14, 0, "rare");
	for (int row = 0; row < 2; row++) {
		double mean = row == 0 ? 4 : 14;
		for (size_t i = 0; i < SOME; i++)
			x[i] = (double)draw_binomial(&rng, 1000000000000, mean * 1e-12);
		expect_counts("rare", x, SOME, poisson_mass, mean, UINT32_MAX, mean, sqrt(mean));
	}
	free(x);
}

Test(draw, certain_counts_are_certain)
{
	struct rng rng;
	rng_stream(&rng, 15, 0, "certain");
	for (int i = 0; i < 1000; i++) {
		cr_assert_eq(draw_binomial(&rng, 0, 0.5), 0);
		cr_assert_eq(draw_binomial(&rng, 1000000000000, 0), 0);
		cr_assert_eq(draw_binomial(&rng, 1000000000000, 1), 1000000000000);
		cr_assert_leq(draw_binomial(&rng, 1, 1 - 0x1p-53), 1);
		cr_assert_leq(draw_binomial(&rng, 3, 0x1p-1000), 0);
		cr_assert_eq(draw_poisson(&rng, 0), 0);
	}
}

/* Pearson's statistic has a mean of exactly cells - 1, which holds the covariances too. */
Test(draw, multinomials_have_their_means_and_covariances)
{
	enum { CELLS = 5, ITEMS = 1000, DRAWS = 20000 };
	static const double share[CELLS] = {3, 0.1, 1.5, 0.4, 5}; /* sums to 10 */
	double total[CELLS] = {0}, *statistic = numbers(DRAWS), sum = 0;
	struct rng rng;
	rng_stream(&rng, 16, 0, "multinomial");
	for (int draw = 0; draw < DRAWS; draw++) {
		uint64_t out[CELLS], items = 0;
		draw_multinomial(&rng, ITEMS, CELLS, share, out);
		statistic[draw] = 0;
		for (int i = 0; i < CELLS; i++) {
			double expected = ITEMS * share[i] / 10, off = (double)out[i] - expected;
			statistic[draw] += off * off / expected;
			total[i] += (double)out[i];
			items += out[i];
		}
		cr_assert_eq(items, ITEMS);
	}
	/* Its variance: Haldane 1937. */
	double inverse = 0, n = ITEMS, k = CELLS;
	for (int i = 0; i < CELLS; i++)
		inverse += 10 / share[i];
	double variance = 2 * (k - 1) + (inverse - k * k - 2 * k + 2) / n;
	expect_moments("Pearson's statistic", statistic, DRAWS, k - 1, variance);
	for (int i = 0; i < CELLS; i++) {
		double expected = n * DRAWS * share[i] / 10;
		sum += (total[i] - expected) * (total[i] - expected) / expected;
	}
	cr_expect_gt(gsl_cdf_chisq_Q(sum, CELLS - 1), REJECT_BELOW);
	free(statistic);
}

Test(draw, a_multinomial_gives_nothing_to_empty_cells_and_loses_nothing)
{
	/* Seven tenths, subtracted one by one from their sum, leave 1e-16 and not 0. */
	static const double share[] = {0, 0.1, 0.1, 0.1, 0.1, 0, 0.1, 0.1, 0.1, 0};
	enum { CELLS = sizeof share / sizeof *share };
	struct rng rng;
	rng_stream(&rng, 17, 0, "multinomial");
	for (uint64_t n = 0; n < 2000; n++) {
		uint64_t out[CELLS], items = 0;
		draw_multinomial(&rng, n * n * n, CELLS, share, out);
		for (int i = 0; i < CELLS; i++) {
			items += out[i];
			cr_assert(share[i] > 0 || out[i] == 0, "cell %d", i);
		}
		cr_assert_eq(items, n * n * n);
	}
}

Test(draw, nobody_among_cells_without_a_share_is_allowed)
{
	uint64_t out[2] = {1, 1};
	struct rng rng;
	rng_stream(&rng, 18, 0, "multinomial");
	draw_multinomial(&rng, 0, 2, (double[]){0, 0}, out);
	cr_expect_eq(out[0], 0);
	cr_expect_eq(out[1], 0);
}
