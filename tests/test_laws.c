/* Latency laws deliver what is asked of them: each is held to what it was given, to integrals of
 * other people's densities, to published numbers and to its own samples. */
#include "models/list.h"

#include "sim/scenario/tree.h"
#include "sim/stats/family.h"
#include "sim/stats/gamma.h"
#include "sim/stats/inverse.h"
#include "sim/stats/positive_normal.h"
#include "tests/random.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

struct law {
	struct world world;
	const struct latency *latency;
	const void *config;
};

static void law_open(struct law *law, const char *text)
{
	char scenario[4096];
	snprintf(scenario, sizeof scenario,
		 "scenario: laws\n"
		 "traffic: {poisson: {rate: 20/s}}\n"
		 "versions: {stable: {latency: {%s}}, candidate: {like: stable}}\n"
		 "cases: {healthy: []}\n"
		 "rollouts: {all: {instant: {}}}\n"
		 "horizon: 1m\n",
		 text);
	world_read(&law->world, scenario);
	const struct use *use = &law->world.scenario.plans[0].version[STABLE].service[0].latency;
	law->latency = (const struct latency *)use->plugin;
	law->config = use->config;
}

static void law_close(struct law *law)
{
	world_free(&law->world);
}

static double quantile(const struct law *law, double p)
{
	return law->latency->quantile(law->config, p);
}

static double cdf(const struct law *law, double ns)
{
	return law->latency->cdf(law->config, ns);
}

static double mean(const struct law *law)
{
	return law->latency->mean(law->config);
}

/* ---- integrals over u, of a law's own quantile, refined towards both ends */

typedef double integrand(double p, const void *context);

struct adapter {
	integrand *f;
	const void *context;
	bool upper;
};

/* Over t = log tail: tail f. */
static double at_log(double t, void *context)
{
	const struct adapter *it = context;
	double tail = exp(t);
	return tail * it->f(it->upper ? 1 - tail : tail, it->context);
}

static double rule(const gsl_function *f, double from, double to)
{
	double part, error, size, spread;
	gsl_integration_qk31(f, from, to, &part, &error, &size, &spread);
	return part;
}

/* From 2^-50 to 1 - 2^-50, by Gauss and Kronrod's rule on each octave. */
static double integrate(integrand *f, const void *context)
{
	double sum = 0;
	for (int side = 0; side < 2; side++) {
		struct adapter it = {f, context, side};
		gsl_function function = {at_log, &it};
		for (int octave = -50; octave < -1; octave++) {
			sum += rule(&function, octave * M_LN2, (octave + 1) * M_LN2);
		}
	}
	return sum;
}

static double value_at(double p, const void *law)
{
	return quantile(law, p);
}

static double square_at(double p, const void *law)
{
	double apart = quantile(law, p) - mean(law);
	return apart * apart;
}

static void expect_near(double got, double expected, double relative, const char *what)
{
	cr_assert(fabs(got - expected) <= relative * fabs(expected), "%s: %.15g, not %.15g", what,
		  got, expected);
}

/* ---- what every law promises */

static const char values_of_pi[] =
	"empirical: {values: [3ms, 1ms, 4ms, 1ms, 5ms, 9ms, 2ms, 6ms, 5ms, 3ms, 5ms]}";
static const char quantiles_with_a_jump[] =
	"empirical: {quantiles: {p100: 2s, p0: 5ms, p25: 80ms, p50: 80ms, p99.9: 400ms}}";
static const char mixture_with_a_gap[] =
	"mixture: {parts: [{share: 50%, uniform: {from: 1ms, to: 2ms}},"
	" {share: 30%, constant: {time: 1500us}}, {share: 20%, uniform: {from: 8ms, to: 9ms}}]}";

static const char *const texts[] = {
	"gamma: {mean: 100ms, sd: 60ms}",
	"gamma: {mean: 100ms, shape: 0.1}",
	"gamma: {p50: 3us, shape: 1000}",
	"gamma: {p50: 80ms, p999: 2s}",
	"weibull: {scale: 80ms, shape: 0.1}",
	"weibull: {mean: 80ms, shape: 100}",
	"weibull: {p50: 80ms, p99: 600ms}",
	"pareto: {min: 40ms, shape: 0.1}",
	"pareto: {min: 40ms, shape: 1000}",
	"pareto: {mean: 100ms, sd: 60ms}",
	"uniform: {from: 0s, to: 3ns}",
	"uniform: {from: 20ms, to: 1h}",
	"normal: {mean: 100ms, sd: 40ms}",
	"normal: {mean: 100ms, sd: 200us}",
	"normal: {mean: 100ms, sd: 99800us}",
	"normal: {p50: 100ms, p99: 600ms}",
	"lognormal: {mean: 100ms, sd: 300ms}",
	"empirical: {values: [7ms]}",
	values_of_pi,
	"empirical: {quantiles: {p0: 0s, p100: 1s}}",
	"empirical: {quantiles: {p0: 1s, p100: 1s}}",
	quantiles_with_a_jump,
	"mixture: {parts: [{share: 100%, exponential: {mean: 50ms}}]}",
	"mixture: {parts: [{share: 95%, lognormal: {p50: 80ms, p99: 400ms}},"
	" {share: 5%, constant: {time: 2s}}]}",
	mixture_with_a_gap,
	"mixture: {parts: [{share: 99.9%, gamma: {mean: 80ms, sd: 5ms}}, {share: 0.1%, mixture:"
	" {parts: [{share: 50%, pareto: {min: 1s, shape: 0.5}}, {share: 50%, weibull:"
	" {mean: 10s, shape: 2}}]}}]}",
	"mixture: {parts: [{share: 40%, empirical: {values: [1ms, 2ms, 3ms, 50ms]}},"
	" {share: 60%, exponential: {mean: 5ms}}]}",
};

enum { TEXTS = sizeof texts / sizeof *texts };

/* Inverses of each other, as far as a law without a density can be: at its p-quantile the cdf has
 * reached p, and just before it has not passed it. */
static void expect_inverses(const struct law *law, const char *text)
{
	static const double shares[] = {1e-12, 1e-9, 1e-5, 0.001,   0.01, 0.1,	    0.25,
					0.4,   0.5,  0.75, 0.94999, 0.95, 1 - 1e-4, 1 - 1e-9};
	uint64_t random = 31;
	for (int i = 0; i < 400; i++) {
		int count = sizeof shares / sizeof *shares;
		double p = i < count ? shares[i] : random_share(&random);
		double x = quantile(law, p);
		cr_assert(cdf(law, x) > p - 1e-9, "%s at %g", text, p);
		/* A quantile of 1e30 ns has fewer digits than that of 1e6. */
		cr_assert(cdf(law, x * (1 - 1e-13)) < p + 1e-9, "%s at %g", text, p);
	}
	cr_assert_eq(cdf(law, -1), 0, "%s", text);
	cr_assert_eq(cdf(law, INFINITY), 1, "%s", text);
}

static int compare_bits(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

/* Runs of neighbouring bits all over, ascending: in the middle, at both ends, and where cells of a
 * table meet. */
static void expect_monotone_quantiles(const struct law *law, const char *text)
{
	enum { RUN = 16, RUNS = 512, ALL = RUN * RUNS };
	uint64_t random = 32;
	uint32_t *bits = calloc(ALL, sizeof *bits);
	double *ns = calloc(ALL, sizeof *ns);
	for (int run = 0; run < RUNS; run++) {
		uint32_t from = (uint32_t)random_next(&random);
		uint32_t eighth = (uint32_t)(8 + random_next(&random) % 8);
		if (run % 2) /* the beginning of a cell of 8 an octave, seen from either end */
			from = (eighth << random_next(&random) % 29) - RUN / 2;
		from = run % 4 == 3 ? ~from - RUN : from;
		from = run == 0 ? 0 : run == 2 ? UINT32_MAX - RUN + 1 : from;
		for (int i = 0; i < RUN; i++)
			bits[run * RUN + i] = from + (uint32_t)i;
	}
	qsort(bits, ALL, sizeof *bits, compare_bits);
	for (int i = 0; i < ALL; i += RUN)
		law->latency->fill(law->config, bits + i, ns + i, RUN);
	for (int i = 0; i < ALL; i++) {
		double exact = quantile(law, latency_share(bits[i]));
		cr_assert(fabs(ns[i] - exact) <= 1e-9 * exact, "%s at %u: %.15g, not %.15g", text,
			  bits[i], ns[i], exact);
		cr_assert(i == 0 || ns[i] >= ns[i - 1], "%s falls at %u", text, bits[i]);
	}
	free(bits);
	free(ns);
}

Test(laws, quantile_and_cdf_are_inverses)
{
	for (int i = 0; i < TEXTS; i++) {
		struct law law;
		law_open(&law, texts[i]);
		expect_inverses(&law, texts[i]);
		law_close(&law);
	}
}

Test(laws, samples_are_quantiles_and_never_fall_as_the_bits_grow)
{
	for (int i = 0; i < TEXTS; i++) {
		struct law law;
		law_open(&law, texts[i]);
		expect_monotone_quantiles(&law, texts[i]);
		law_close(&law);
	}
}

Test(laws, the_mean_is_the_integral_of_the_quantiles)
{
	for (int i = 0; i < TEXTS; i++) {
		struct law law;
		law_open(&law, texts[i]);
		/* Bends and endless means are left to tests of their own. */
		if (mean(&law) < 1e12 && strncmp(texts[i], "mixture", 7) != 0 &&
		    strncmp(texts[i], "empirical", 9) != 0)
			expect_near(integrate(value_at, &law), mean(&law), 1e-8, texts[i]);
		law_close(&law);
	}
}

/* ---- the parameters asked for are the parameters delivered */

static const struct {
	const char *key;
	double p; /* 0: the mean; -1: the deviation */
} numbers[] = {{"p50", 0.5},	{"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99},
	       {"p999", 0.999}, {"mean", 0},  {"sd", -1}};

enum { NUMBERS = sizeof numbers / sizeof *numbers };

static double number_of(const struct law *law, int number)
{
	double p = numbers[number].p;
	return p > 0 ? quantile(law, p) : p == 0 ? mean(law) : sqrt(integrate(square_at, law));
}

/* Reads the numbers of one law of a family off, to the nanosecond, and asks for another by each two
 * of them: it must have them, though it need not be the first, where several have. */
static void expect_every_pair(const char *name, const char *pattern_text)
{
	struct law pattern;
	double asked[NUMBERS];
	law_open(&pattern, pattern_text);
	for (int i = 0; i < NUMBERS; i++)
		asked[i] = round(number_of(&pattern, i));
	law_close(&pattern);
	for (int i = 0; i < NUMBERS; i++)
		for (int j = i + 1; j < NUMBERS; j++) {
			struct law law;
			char text[128];
			snprintf(text, sizeof text, "%s: {%s: %.0fns, %s: %.0fns}", name,
				 numbers[i].key, asked[i], numbers[j].key, asked[j]);
			law_open(&law, text);
			expect_near(number_of(&law, i), asked[i], 1e-8, text);
			expect_near(number_of(&law, j), asked[j], 1e-8, text);
			law_close(&law);
		}
}

Test(laws, gamma_delivers_every_pair_of_its_parameters)
{
	expect_every_pair("gamma", "gamma: {mean: 100ms, sd: 60ms}");
	expect_every_pair("gamma", "gamma: {mean: 100ms, sd: 150ms}");
}

Test(laws, weibull_delivers_every_pair_of_its_parameters)
{
	expect_every_pair("weibull", "weibull: {mean: 100ms, shape: 0.8}");
	expect_every_pair("weibull", "weibull: {mean: 100ms, shape: 3}");
}

Test(laws, pareto_delivers_every_pair_of_its_parameters)
{
	expect_every_pair("pareto", "pareto: {mean: 100ms, shape: 5}");
}

Test(laws, normal_delivers_every_pair_of_its_parameters)
{
	expect_every_pair("normal", "normal: {mean: 100ms, sd: 30ms}");
	expect_every_pair("normal", "normal: {mean: 100ms, sd: 80ms}");
}

Test(laws, lognormal_delivers_every_pair_of_its_parameters)
{
	expect_every_pair("lognormal", "lognormal: {mean: 100ms, sd: 50ms}");
}

Test(laws, a_shape_needs_one_more_number)
{
	static const struct {
		const char *text;
		double p, ms;
	} rows[] = {
		{"gamma: {shape: 2, p99: 100ms}", 0.99, 100},
		{"gamma: {shape: 2, mean: 100ms}", 0, 100},
		{"gamma: {shape: 2, sd: 100ms}", -1, 100},
		{"weibull: {shape: 2, p90: 100ms}", 0.9, 100},
		{"weibull: {shape: 2, scale: 100ms}", 0.6321205588285577, 100},
		{"weibull: {shape: 2, sd: 100ms}", -1, 100},
		{"pareto: {shape: 1, p95: 100ms}", 0.95, 100},
		{"pareto: {shape: 3, mean: 100ms}", 0, 100},
		{"pareto: {min: 10ms, mean: 100ms}", 0, 100},
		{"pareto: {min: 10ms, p999: 100ms}", 0.999, 100},
		{"weibull: {scale: 10ms, p999: 100ms}", 0.999, 100},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct law law;
		law_open(&law, rows[i].text);
		double got = rows[i].p > 0    ? quantile(&law, rows[i].p)
			     : rows[i].p == 0 ? mean(&law)
					      : sqrt(integrate(square_at, &law));
		expect_near(got, rows[i].ms * 1e6, 1e-8, rows[i].text);
		law_close(&law);
	}
}

/* A mean and a high quantile often belong to two laws, and the one that spreads less is what people
 * mean. (1 - s) 100^s = 3 has the solutions 0.32339209297793363 and 0.96470518743926647 by mpmath.
 */
Test(laws, of_two_laws_with_the_numbers_the_narrower_is_meant)
{
	struct law law;
	law_open(&law, "pareto: {mean: 100ms, p99: 300ms}");
	double s = log(quantile(&law, 0.99) / quantile(&law, 0.5)) / log(50);
	expect_near(s, 0.32339209297793363, 1e-13, "one over the shape");
	law_close(&law);
}

/* Sampling errors of 1e6 values: a quantile's is sqrt(p (1 - p) / n) in p, a mean's sd / sqrt(n).
 */
static void expect_sampled(const char *text, uint64_t seed)
{
	enum { VALUES = 1000000, CHUNK = 500 };
	struct law law;
	double sum = 0, sd, count[5] = {0}, limit[5];
	law_open(&law, text);
	for (int n = 0; n < 5; n++)
		limit[n] = quantile(&law, numbers[n].p);
	for (int from = 0; from < VALUES; from += CHUNK) {
		uint32_t bits[CHUNK];
		double ns[CHUNK];
		for (int i = 0; i < CHUNK; i++)
			bits[i] = (uint32_t)(random_next(&seed) >> 32);
		law.latency->fill(law.config, bits, ns, CHUNK);
		for (int i = 0; i < CHUNK; i++) {
			sum += ns[i];
			for (int n = 0; n < 5; n++)
				count[n] += ns[i] <= limit[n];
		}
	}
	for (int n = 0; n < 5; n++) {
		double p = cdf(&law, limit[n]); /* more than asked for at a jump */
		cr_assert_float_eq(count[n] / VALUES, p, 5 * sqrt(p * (1 - p) / VALUES),
				   "%s: %s passes %g of the values", text, numbers[n].key,
				   count[n] / VALUES);
	}
	sd = sqrt(integrate(square_at, &law));
	cr_assert_float_eq(sum / VALUES, mean(&law), 5 * sd / sqrt(VALUES), "%s: mean %g", text,
			   sum / VALUES);
	law_close(&law);
}

Test(laws, a_million_samples_have_the_quantiles_and_the_mean)
{
	expect_sampled("gamma: {p50: 80ms, p99: 600ms}", 40);
	expect_sampled("weibull: {p50: 80ms, p99: 600ms}", 41);
	expect_sampled("pareto: {min: 40ms, shape: 4}", 42);
	expect_sampled("uniform: {from: 20ms, to: 120ms}", 43);
	expect_sampled("normal: {mean: 100ms, sd: 60ms}", 44);
	expect_sampled(mixture_with_a_gap, 45);
	expect_sampled("lognormal: {mean: 100ms, sd: 80ms}", 46);
	expect_sampled("empirical: {quantiles: {p0: 5ms, p50: 80ms, p99: 400ms, p100: 2s}}", 47);
}

/* ---- answers from outside */

/* Tables of chi-squared, whose halves these are, and mpmath with 25 digits. */
Test(laws, gamma_has_the_published_quantiles)
{
	expect_near(gamma_quantile(1, 0.99), log(100), 1e-14, "shape 1");
	expect_near(2 * gamma_quantile(2, 0.95), 9.487729036781154, 1e-14, "chi-squared of 4");
	expect_near(2 * gamma_quantile(5, 0.05), 3.940299136, 1e-9, "chi-squared of 10");
	expect_near(2 * gamma_quantile(0.5, 0.95), 3.841458820694124, 1e-14, "chi-squared of 1");
	expect_near(2 * gamma_quantile(50, 0.99), 135.8067, 1e-6, "chi-squared of 100");
	expect_near(gamma_quantile(0.1, 0.5), 5.933911044602262e-4, 1e-13, "shape 0.1");
	expect_near(gamma_quantile(0.1, 0.001), 6.073048362407907e-31, 1e-13, "shape 0.1");
	expect_near(gamma_quantile(2.5, 0.99), 7.543136234694494, 1e-14, "shape 2.5");
	expect_near(gamma_quantile(2.5, 0.01), 0.2771490383641386, 1e-14, "shape 2.5");
	expect_near(gamma_quantile(1000, 0.5), 999.6666864269652, 1e-13, "shape 1000");
}

/* The library must not end the program anywhere the laws can reach. */
Test(laws, gamma_tails_are_quiet_and_whole_everywhere)
{
	for (double shape = 0.1; shape <= 1000; shape *= 1.7)
		for (double log_x = -700; log_x<700; log_x += log_x> - 20 && log_x < 20 ? 0.1 : 5) {
			double x = exp(log_x);
			double below = gamma_below(shape, x), above = gamma_above(shape, x);
			cr_assert(below >= 0 && below <= 1 && above >= 0 && above <= 1);
			cr_assert_float_eq(below + above, 1, 1e-10, "%g %g", shape, x);
		}
}

Test(laws, gamma_quantile_inverts_both_tails_everywhere)
{
	for (double shape = 0.1; shape <= 1000; shape *= 1.7)
		for (double tail = 0.5; tail > 1e-15; tail *= 0.3) {
			double low = gamma_quantile(shape, tail);
			double high = gamma_quantile(shape, 1 - tail);
			expect_near(gamma_below(shape, low), tail, 1e-9, "below");
			expect_near(gamma_above(shape, high), 1 - (1 - tail), 1e-9, "above");
		}
}

struct density {
	double (*pdf)(double x, const void *context);
	const void *context;
};

static double at_log_x(double t, void *context)
{
	const struct density *density = context;
	return exp(t) * density->pdf(exp(t), density->context);
}

/* The integral of a density from 0 to x, over the logarithm. */
static double integrate_density(const struct density *density, double x)
{
	gsl_function f = {at_log_x, (void *)density};
	double sum = 0, top = log(x);
	for (int octave = -60; octave < 0; octave++)
		sum += rule(&f, top + octave * M_LN2, top + (octave + 1) * M_LN2);
	return sum;
}

static double gamma_pdf(double x, const void *shape)
{
	return gsl_ran_gamma_pdf(x, *(const double *)shape, 1);
}

static double weibull_pdf(double x, const void *shape)
{
	return gsl_ran_weibull_pdf(x, 1, *(const double *)shape);
}

static double normal_pdf(double x, const void *peak)
{
	return gsl_ran_ugaussian_pdf(x - *(const double *)peak) /
	       gsl_cdf_ugaussian_P(*(const double *)peak);
}

Test(laws, cdfs_are_the_integrals_of_known_densities)
{
	static const double shares[] = {1e-6, 0.01, 0.3, 0.5, 0.9, 0.999};
	static const double peaks[] = {-25, -3, -0.5, 0, 0.7, 3, 8};
	struct law law;
	double shape = 0.7;
	for (int i = 0; i < 6; i++) {
		law_open(&law, "gamma: {shape: 0.7, mean: 700ns}");
		double x = quantile(&law, shares[i]);
		expect_near(integrate_density(&(struct density){gamma_pdf, &shape}, x / 1000),
			    shares[i], 1e-8, "gamma");
		law_close(&law);
		law_open(&law, "weibull: {shape: 0.7, scale: 1us}");
		x = quantile(&law, shares[i]);
		expect_near(integrate_density(&(struct density){weibull_pdf, &shape}, x / 1000),
			    shares[i], 1e-8, "weibull");
		law_close(&law);
		for (int k = 0; k < 7; k++) {
			x = positive_normal_quantile(peaks[k], shares[i]);
			expect_near(integrate_density(&(struct density){normal_pdf, &peaks[k]}, x),
				    shares[i], 1e-8, "normal");
		}
	}
}

/* Half a normal: mean sqrt(2/pi), variance 1 - 2/pi, median 0.6744897501960817. And far below its
 * cut all that is left is an exponential: its deviation is all but its mean. */
Test(laws, a_normal_law_cut_in_the_middle_is_half_a_normal)
{
	expect_near(positive_normal_mean(0), sqrt(2 / M_PI), 1e-15, "mean");
	expect_near(positive_normal_sd(0), sqrt(1 - 2 / M_PI), 1e-15, "sd");
	expect_near(positive_normal_quantile(0, 0.5), 0.6744897501960817, 1e-15, "median");
	expect_near(positive_normal_sd(-30) / positive_normal_mean(-30), 1, 2e-3, "ratio");
	expect_near(positive_normal_quantile(-30, 0.5) * 30, M_LN2, 2e-3, "median");
}

Test(laws, a_pareto_law_has_its_textbook_numbers)
{
	struct law law;
	law_open(&law, "pareto: {min: 10ms, shape: 3}");
	expect_near(mean(&law), 15e6, 1e-14, "mean");
	expect_near(cdf(&law, 20e6), 1 - 0.125, 1e-14, "cdf");
	cr_assert_eq(cdf(&law, 10e6), 0);
	law_close(&law);
	law_open(&law, "pareto: {min: 10ms, shape: 1}");
	cr_assert_eq(mean(&law), INFINITY);
	law_close(&law);
}

/* Rayleigh: a Weibull law of shape 2 has mean scale sqrt(pi) / 2; shape 1 is exponential. */
Test(laws, a_weibull_law_has_its_textbook_numbers)
{
	struct law law;
	law_open(&law, "weibull: {scale: 100ms, shape: 2}");
	expect_near(mean(&law), 100e6 * sqrt(M_PI) / 2, 1e-14, "mean");
	expect_near(quantile(&law, 0.5), 100e6 * sqrt(M_LN2), 1e-14, "median");
	law_close(&law);
	law_open(&law, "weibull: {mean: 100ms, sd: 100ms}");
	expect_near(quantile(&law, 0.5), 100e6 * M_LN2, 1e-12, "median");
	law_close(&law);
}

/* sigma^2 = log(1 + (sd / mean)^2). */
Test(laws, a_lognormal_law_of_mean_and_deviation_has_its_closed_form)
{
	struct law law;
	law_open(&law, "lognormal: {mean: 100ms, sd: 50ms}");
	expect_near(quantile(&law, 0.5), 100e6 / sqrt(1.25), 1e-13, "median");
	law_close(&law);
}

/* ---- mixtures */

/* Where the parts do not overlap a mixture's quantiles are theirs, one after the other. */
Test(laws, a_mixture_of_separate_parts_is_one_after_the_other)
{
	struct law law;
	law_open(&law, mixture_with_a_gap);
	/* 1 to 2 ms with half of all, three tenths of which stand on 1.5 ms. */
	expect_near(quantile(&law, 0.2), 1.4e6, 1e-14, "before");
	cr_assert_eq(quantile(&law, 0.26), 1.5e6);
	cr_assert_eq(quantile(&law, 0.54), 1.5e6);
	expect_near(quantile(&law, 0.65), 1.7e6, 1e-9, "behind");
	expect_near(quantile(&law, 0.9), 8.5e6, 1e-9, "beyond the gap");
	expect_near(cdf(&law, 5e6), 0.8, 1e-15, "in the gap");
	expect_near(mean(&law), 0.5 * 1.5e6 + 0.3 * 1.5e6 + 0.2 * 8.5e6, 1e-15, "mean");
	uint32_t bits[] = {UINT32_C(1) << 30, UINT32_C(1) << 31};
	double ns[2];
	law.latency->fill(law.config, bits, ns, 2);
	cr_assert_eq(ns[1], 1.5e6, "constant parts are drawn to the bit");
	law_close(&law);
}

/* Two exponentials are a hyperexponential law, whose quantile has no closed form but whose cdf
 * has. */
Test(laws, a_mixture_of_exponentials_is_hyperexponential)
{
	struct law law;
	law_open(&law, "mixture: {parts: [{share: 90%, exponential: {mean: 10ms}},"
		       " {share: 10%, exponential: {mean: 1s}}]}");
	for (double ms = 1; ms < 3000; ms *= 1.5) {
		double expected = 1 - 0.9 * exp(-ms / 10) - 0.1 * exp(-ms / 1000);
		expect_near(cdf(&law, ms * 1e6), expected, 1e-14, "cdf");
		expect_near(quantile(&law, expected), ms * 1e6, 1e-9, "quantile");
	}
	expect_near(mean(&law), 109e6, 1e-14, "mean");
	law_close(&law);
}

/* ---- empirical laws */

/* A sample's law: each value as often as the others, ties as often as they are. */
Test(laws, values_are_drawn_equally_often)
{
	enum { VALUES = 11, DRAWS = 110000 };
	static const double expected[10] = {0, 2, 1, 2, 1, 3, 1, 0, 0, 1}; /* of 1 ms to 9 ms */
	struct law law;
	double count[10] = {0};
	uint64_t random = 51;
	law_open(&law, values_of_pi);
	for (int i = 0; i < DRAWS; i++) {
		uint32_t bits = (uint32_t)(random_next(&random) >> 32);
		double ns;
		law.latency->fill(law.config, &bits, &ns, 1);
		count[(int)(ns / 1e6)]++;
	}
	for (int ms = 1; ms < 10; ms++) {
		double p = expected[ms] / VALUES;
		cr_assert_float_eq(count[ms], DRAWS * p, 5 * sqrt(DRAWS * p * (1 - p)) + 1e-9);
	}
	expect_near(mean(&law), 44e6 / 11, 1e-14, "mean");
	cr_assert_eq(quantile(&law, 0.5), 4e6);
	expect_near(cdf(&law, 3e6), 5.0 / 11, 1e-15, "cdf");
	expect_near(cdf(&law, 3.5e6), 5.0 / 11, 1e-15, "cdf");
	law_close(&law);
}

Test(laws, quantiles_are_joined_by_straight_lines)
{
	struct law law;
	law_open(&law, quantiles_with_a_jump);
	expect_near(quantile(&law, 0.125), 42.5e6, 1e-14, "first line");
	cr_assert_eq(quantile(&law, 0.3), 80e6);
	expect_near(quantile(&law, 0.9995), 1.2e9, 1e-12, "last line");
	expect_near(cdf(&law, 80e6), 0.5, 1e-15, "behind the jump");
	expect_near(cdf(&law, 42.5e6), 0.125, 1e-15, "on a line");
	expect_near(mean(&law), 0.25 * 42.5e6 + 0.25 * 80e6 + 0.499 * 240e6 + 0.001 * 0.5 * 2.4e9,
		    1e-12, "mean");
	law_close(&law);
}

/* ---- tables of quantiles */

static double power(const void *context, double p)
{
	return pow(p, *(const double *)context);
}

static double staircase(const void *context, double p)
{
	double steps = *(const double *)context;
	return ceil(p * steps);
}

static void expect_table(inverse_quantile *function, double parameter, double tolerance)
{
	enum { VALUES = 20000, CELLS = INVERSE_CELLS + 64 };
	static struct inverse_cell cells[CELLS];
	uint64_t random = 61;
	inverse_tabulate(cells, CELLS, function, &parameter);
	for (int i = 0; i < VALUES; i++) {
		uint32_t bits = (uint32_t)(random_next(&random) >> (32 + i % 32));
		bits = i % 2 ? ~bits : bits;
		double x, exact = function(&parameter, latency_share(bits));
		inverse_fill(cells, function, &parameter, &bits, &x, 1);
		cr_assert(fabs(x - exact) <= tolerance * fabs(exact), "%g at %u: %.15g, not %.15g",
			  parameter, bits, x, exact);
	}
}

Test(laws, a_table_is_as_good_as_its_function)
{
	for (double power_of_p = 0.001; power_of_p < 11; power_of_p *= 1.3)
		expect_table(power, power_of_p, 1e-9);
}

Test(laws, a_table_of_steps_has_no_slopes)
{
	expect_table(staircase, 1, 0);
	expect_table(staircase, 2, 0);
	expect_table(staircase, 3, 0);
	expect_table(staircase, 1000, 0);
}

/* ---- what the rest of the program makes of them */

static const struct version_plan *version(const struct world *world, int v)
{
	return &world->scenario.plans[0].version[v];
}

/* Equal laws are one, however they are written, so that a table is made once. */
Test(laws, equal_laws_are_prepared_once)
{
	struct world world;
	world_read(&world, "scenario: shared\n"
			   "traffic: {poisson: {rate: 20/s}}\n"
			   "versions:\n"
			   "  stable: {latency: {gamma: {mean: 1s, sd: 500ms}}}\n"
			   "  candidate: {latency: {gamma: {sd: 0.5s, mean: 1000ms}}}\n"
			   "  other: {latency: {gamma: {sd: 0.5s, mean: 2s}}}\n"
			   "cases: {healthy: []}\n"
			   "rollouts: {all: {instant: {}}}\n"
			   "horizon: 1m\n"
			   "vary: {rollouts.all.start: [0s, 10s]}\n");
	cr_assert_eq(version(&world, 0)->service[0].latency.config,
		     version(&world, 1)->service[0].latency.config);
	cr_assert_neq(version(&world, 0)->service[0].latency.config,
		      version(&world, 2)->service[0].latency.config);
	cr_assert(version(&world, 1)->service[0].shares_law);
	cr_assert_eq(world.scenario.plans[0].version[0].service[0].latency.config,
		     world.scenario.plans[1].version[0].service[0].latency.config);
	world_free(&world);
}

/* No mean, and a p99 of years: neither the objective made of it, nor the way back, nor a request
 * that never ends may break a trial. */
static void expect_sane(const char *pool)
{
	char text[1024];
	snprintf(text, sizeof text,
		 "scenario: endless\n"
		 "traffic: {poisson: {rate: 50/s}, timeout: 10s}\n"
		 "versions:\n"
		 "  stable: {latency: {pareto: {min: 1s, shape: 0.1}}%s}\n"
		 "  candidate: {like: stable, errors: 50%%}\n"
		 "cases: {bad: []}\n"
		 "rollouts:\n"
		 "  all:\n"
		 "    canary: {steps: [50%% for 2m]}\n"
		 "    checks: [{metric: error_rate, threshold: {max: 10%%}, every: 30s},\n"
		 "             {metric: latency_p99, threshold: {max: 1h}, every: 30s}]\n"
		 "    rollback: {takes: {pareto: {min: 1s, shape: 0.1}}}\n"
		 "horizon: 10m\n",
		 pool);
	for (uint64_t trial = 0; trial < 20; trial++) {
		struct world world;
		world_read(&world, text);
		const struct plan *plan = &world.scenario.plans[0];
		cr_assert_eq(plan->objective.latency, 3600 * SIM_SECOND);
		const struct result *row = world_run(&world, 0, 0, trial);
		cr_assert_eq(row->outcome, OUTCOME_ROLLED_BACK);
		cr_assert_gt(row->requests, 20000);
		world_free(&world);
	}
}

Test(laws, times_without_end_or_mean_break_nothing)
{
	expect_sane("");
	expect_sane(", pool: {replicas: 4, queue: 10}");
	expect_sane(", pool: {}");
}
