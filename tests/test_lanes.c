/* The vector functions must be as accurate as they say, and give the same bytes whatever the
 * compiler made of them. */
#include "sim/stats/lanes.h"

#include "tests/random.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <string.h>

/* The same text once more, without clones, vectors or optimisation. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC optimize("O0")
#endif
#undef LANES_CLONED
#define LANES_CLONED
#define lanes_log	      plain_log
#define lanes_exp	      plain_exp
#define lanes_uniform	      plain_uniform
#define lanes_complement      plain_complement
#define lanes_whole	      plain_whole
#define lanes_normal_quantile plain_normal_quantile
void plain_log(double *x, int count);
void plain_exp(double *x, int count);
void plain_normal_quantile(double *x, int count);
void plain_uniform(const uint32_t *bits, double *u, int count);
void plain_complement(const uint32_t *bits, double *u, int count);
void plain_whole(const double *x, int64_t *whole, int count, double most);
#include "sim/stats/lanes.c"
#undef lanes_log
#undef lanes_exp
#undef lanes_uniform
#undef lanes_complement
#undef lanes_whole
#undef lanes_normal_quantile
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC pop_options
#endif

enum { VALUES = 4096 };

typedef void lanes_function(double *x, int count);

/* The error of `got` in units of the last place of the true value. */
static double ulps(double got, long double truth)
{
	int exponent;
	frexpl(truth, &exponent);
	return (double)(fabsl((long double)got - truth) / ldexpl(1, exponent - DBL_MANT_DIG));
}

static double worst_error(lanes_function *function, long double (*truth)(long double),
			  const double *x, double *worst_at)
{
	double y[VALUES], worst = 0;
	memcpy(y, x, sizeof y);
	function(y, VALUES);
	for (int i = 0; i < VALUES; i++) {
		double error = ulps(y[i], truth((long double)x[i]));
		if (error > worst) {
			worst = error;
			*worst_at = x[i];
		}
	}
	return worst;
}

static void expect_below(lanes_function *function, long double (*truth)(long double),
			 double (*draw)(uint64_t *random), double bound)
{
	uint64_t random = 9;
	double x[VALUES], at = 0;
	for (int round = 0; round < 8; round++) {
		for (int i = 0; i < VALUES; i++)
			x[i] = draw(&random);
		double worst = worst_error(function, truth, x, &at);
		cr_assert_lt(worst, bound, "%g units at %.17g", worst, at);
	}
}

static double draw_uniform(uint64_t *random)
{
	return random_share(random);
}

static double draw_near_one(uint64_t *random)
{
	return 1 + (random_share(random) - 0.5) * exp(-30 * random_share(random));
}

static double draw_any_size(uint64_t *random)
{
	return exp(1400 * (random_share(random) - 0.5));
}

static double draw_exponent(uint64_t *random)
{
	return 1399 * (random_share(random) - 0.5);
}

static double draw_small(uint64_t *random)
{
	return (random_share(random) - 0.5) * exp(-40 * random_share(random));
}

static double draw_tail(uint64_t *random)
{
	return exp(-690 * random_share(random));
}

static double draw_upper_tail(uint64_t *random)
{
	return 1 - exp(-36 * random_share(random));
}

static double draw_near_half(uint64_t *random)
{
	return 0.5 + draw_small(random);
}

Test(lanes, log_is_within_two_units)
{
	expect_below(lanes_log, logl, draw_uniform, 2);
	expect_below(lanes_log, logl, draw_near_one, 2);
	expect_below(lanes_log, logl, draw_any_size, 2);
}

Test(lanes, exp_is_within_two_units)
{
	expect_below(lanes_exp, expl, draw_exponent, 2);
	expect_below(lanes_exp, expl, draw_small, 2);
}

static long double normal_density(long double z)
{
	return expl(-0.5L * z * z) / sqrtl(2 * acosl(-1.0L));
}

/* Newton's method in extended precision: in the middle on the distance from one half, further out
 * on the logarithm of the tail, so that nothing cancels in either. */
static long double normal_quantile(long double p)
{
	long double tail = p < 0.5L ? p : 1 - p, z = 0;
	if (tail > 0.1L) {
		for (int i = 0; i < 16; i++)
			z += (p - 0.5L - 0.5L * erfl(z * sqrtl(0.5L))) / normal_density(z);
		return z;
	}
	z = tail > 1e-3L ? 1 : sqrtl(-2 * logl(tail));
	for (int i = 0; i < 16; i++) {
		long double q = 0.5L * erfcl(z * sqrtl(0.5L));
		z += logl(q / tail) * q / normal_density(z);
	}
	return p < 0.5L ? -z : z;
}

Test(lanes, normal_quantile_is_within_eight_units)
{
	expect_below(lanes_normal_quantile, normal_quantile, draw_uniform, 8);
	expect_below(lanes_normal_quantile, normal_quantile, draw_tail, 8);
	expect_below(lanes_normal_quantile, normal_quantile, draw_upper_tail, 8);
	expect_below(lanes_normal_quantile, normal_quantile, draw_near_half, 8);
}

/* The values Wichura prints to check an implementation of AS 241 (Applied Statistics 37, 1988). */
Test(lanes, normal_quantile_gives_the_published_values)
{
	double x[] = {0.25, 0.001, 1e-20};
	lanes_normal_quantile(x, 3);
	cr_assert_float_eq(x[0], -0.6744897501960817, 1e-15);
	cr_assert_float_eq(x[1], -3.090232306167814, 1e-14);
	cr_assert_float_eq(x[2], -9.262340089798408, 1e-14);
}

static void expect_same_bytes(lanes_function *function, lanes_function *plain,
			      double (*draw)(uint64_t *random))
{
	uint64_t random = 10;
	double x[VALUES], y[VALUES];
	for (int count = 1; count <= VALUES; count = 2 * count + 3) {
		for (int i = 0; i < count; i++)
			x[i] = y[i] = draw(&random);
		function(x, count);
		plain(y, count);
		cr_assert_eq(memcmp(x, y, (size_t)count * sizeof *x), 0);
	}
}

Test(lanes, every_compilation_gives_the_same_bytes)
{
	expect_same_bytes(lanes_log, plain_log, draw_any_size);
	expect_same_bytes(lanes_log, plain_log, draw_near_one);
	expect_same_bytes(lanes_exp, plain_exp, draw_exponent);
	expect_same_bytes(lanes_normal_quantile, plain_normal_quantile, draw_uniform);
	expect_same_bytes(lanes_normal_quantile, plain_normal_quantile, draw_tail);
}

/* Neighbours in the array must not matter: each value is as if it were alone. */
Test(lanes, values_do_not_depend_on_their_neighbours)
{
	uint64_t random = 11;
	double all[1000];
	for (int i = 0; i < 1000; i++)
		all[i] = draw_uniform(&random);
	double together[1000];
	memcpy(together, all, sizeof all);
	lanes_normal_quantile(together, 1000);
	for (int i = 0; i < 1000; i++) {
		lanes_normal_quantile(&all[i], 1);
		cr_assert_eq(all[i], together[i]);
	}
}

Test(lanes, uniforms_are_exact_and_open)
{
	uint32_t bits[VALUES] = {0, 1, UINT32_MAX, UINT32_MAX - 1, UINT32_C(1) << 31};
	double u[VALUES], rest[VALUES];
	uint64_t random = 19;
	for (int i = 5; i < VALUES; i++)
		bits[i] = (uint32_t)random_next(&random);
	lanes_uniform(bits, u, VALUES);
	lanes_complement(bits, rest, VALUES);
	for (int i = 0; i < VALUES; i++) {
		cr_assert_eq(u[i], ldexp(2.0 * bits[i] + 1, -33));
		cr_assert(u[i] > 0 && u[i] < 1);
		cr_assert_eq(rest[i], 1 - u[i]);
	}
}

Test(lanes, whole_numbers_are_cut_off_and_bounded)
{
	const double x[] = {0, 0.99, 1, 1.5, 4294967296.75, 9e17, 1e18, 1e19, 1e300, INFINITY};
	const int64_t expected[] = {0,
				    0,
				    1,
				    1,
				    4294967296,
				    900000000000000000,
				    1000000000000000000,
				    1000000000000000000,
				    1000000000000000000,
				    1000000000000000000};
	int64_t whole[10];
	lanes_whole(x, whole, 10, 1e18);
	for (int i = 0; i < 10; i++)
		cr_assert_eq(whole[i], expected[i]);
}
