/* Posteriors of the run length must be those of all possible histories, each weighed by the
 * probability of its stretches in closed form. */
#include "sim/stats/bocpd.h"
#include "tests/random.h"

#include <criterion/criterion.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>

enum { SHORT = 11, LONG = 40 };

static bool near(double a, double b, double tolerance)
{
	return a == b || fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

/* log probability of the numbers from..to of a stream, if they are one run. */
typedef double stretch(const void *stream, int from, int to);

/* All 2^n histories: behind each number a change came or not. The run that is going on after n
 * numbers began behind the last change; one of length 0 after a change behind the newest. */
static void weigh_histories(stretch *log_chance, const void *stream, int n, double hazard,
			    double chance[SHORT + 1])
{
	double all = 0;
	for (int r = 0; r <= n; r++)
		chance[r] = 0;
	for (unsigned changes = 0; changes < 1u << n; changes++) {
		double weight = 1;
		int from = 0;
		for (int i = 0; i < n; i++) {
			bool change = changes >> i & 1;
			weight *= change ? hazard : 1 - hazard;
			if (change || i == n - 1)
				weight *= exp(log_chance(stream, from, i + 1));
			from = change ? i + 1 : from;
		}
		chance[n - from] += weight;
		all += weight;
	}
	for (int r = 0; r <= n; r++)
		chance[r] /= all;
}

/* The same of long streams, by the start of the present run: in n^2 steps, from closed forms. */
static void weigh_starts(stretch *log_chance, const void *stream, int n, double hazard,
			 double *chance)
{
	double start[LONG + 1] = {1}, all = 0; /* that a run starts there, with what came before */
	for (int to = 1; to <= n; to++) {
		start[to] = 0;
		for (int from = 0; from < to; from++)
			start[to] += start[from] * pow(1 - hazard, to - from - 1) * hazard *
				     exp(log_chance(stream, from, to));
	}
	for (int from = 0; from <= n; from++) {
		double goes_on = pow(1 - hazard, n - from);
		chance[n - from] = start[from] * (from < n ? goes_on : 1);
		if (from < n)
			chance[n - from] *= exp(log_chance(stream, from, n));
		all += chance[n - from];
	}
	for (int r = 0; r <= n; r++)
		chance[r] /= all;
}

static void expect_runs(const struct bocpd *b, const double *chance, int n)
{
	double sum = 0, from_start = chance[n];
	cr_assert_eq(b->runs, n + 1);
	for (int r = 0; r <= n; r++) {
		double got = exp(b->run[r].log_chance);
		cr_expect(near(got, chance[r], 1e-9), "%d of %d: %g, not %g", r, n, got, chance[r]);
		sum += chance[r];
		cr_expect_float_eq(bocpd_younger(b, r), sum, 1e-12);
		cr_expect_float_eq(bocpd_changed(b, r), r < n ? sum : 1 - from_start, 1e-12);
	}
}

/* ---- normal numbers */

struct normal_stream {
	double x[LONG];
	struct bocpd_normal prior;
	double spread;
};

static struct normal_stream make_normal(int change_at, double shift, uint64_t seed)
{
	struct normal_stream stream = {.prior = {0.5, 0.3, 1.5, 2}, .spread = 1.7};
	for (int i = 0; i < LONG; i++)
		stream.x[i] =
			gsl_cdf_ugaussian_Pinv(random_share(&seed)) + (i < change_at ? 0 : shift);
	return stream;
}

struct sums {
	double n, mean, squares;
};

static struct sums sums_of(const double *x, int from, int to)
{
	struct sums s = {.n = to - from};
	for (int i = from; i < to; i++)
		s.mean += x[i] / s.n;
	for (int i = from; i < to; i++)
		s.squares += (x[i] - s.mean) * (x[i] - s.mean);
	return s;
}

/* The marginal likelihood of the normal-gamma law (Murphy 2007): all numbers at once. */
static double normal_stretch(const void *stream, int from, int to)
{
	const struct normal_stream *n = stream;
	const struct bocpd_normal *p = &n->prior;
	struct sums s = sums_of(n->x, from, to);
	double strength = p->strength + s.n, shape = p->shape + s.n / 2;
	double off = s.mean - p->mean;
	double scale = p->scale + s.squares / 2 + p->strength * s.n * off * off / (2 * strength);
	return lgamma(shape) - lgamma(p->shape) + p->shape * log(p->scale) - shape * log(scale) +
	       log(p->strength / strength) / 2 - s.n / 2 * log(2 * M_PI);
}

/* The same with a known variance: the numbers are jointly normal with covariance I + spread^2. */
static double known_stretch(const void *stream, int from, int to)
{
	const struct normal_stream *n = stream;
	struct sums s = sums_of(n->x, from, to);
	double variance = n->spread * n->spread, total = s.n * s.mean;
	double squares =
		s.squares + s.n * s.mean * s.mean - variance * total * total / (1 + s.n * variance);
	return -(s.n * log(2 * M_PI) + log(1 + s.n * variance) + squares) / 2;
}

Test(bocpd, normal_runs_have_the_chances_of_all_histories)
{
	for (uint64_t seed = 1; seed <= 4; seed++) {
		struct normal_stream stream = make_normal(6, 3, seed);
		struct bocpd b = {0};
		double chance[SHORT + 1];
		for (int n = 1; n <= SHORT; n++) {
			bocpd_add_normal(&b, stream.x[n - 1], 0.15, &stream.prior);
			weigh_histories(normal_stretch, &stream, n, 0.15, chance);
			expect_runs(&b, chance, n);
		}
	}
}

Test(bocpd, known_runs_have_the_chances_of_all_histories)
{
	for (uint64_t seed = 1; seed <= 4; seed++) {
		struct normal_stream stream = make_normal(5, -2, seed);
		struct bocpd b = {0};
		double chance[SHORT + 1];
		for (int n = 1; n <= SHORT; n++) {
			bocpd_add(&b, stream.x[n - 1], 0.05, stream.spread);
			weigh_histories(known_stretch, &stream, n, 0.05, chance);
			expect_runs(&b, chance, n);
		}
	}
}

Test(bocpd, long_streams_have_the_chances_of_all_starts)
{
	struct normal_stream stream = make_normal(25, 4, 8);
	struct bocpd unknown = {0}, known = {0};
	double chance[LONG + 1];
	for (int n = 1; n <= LONG; n++) {
		bocpd_add_normal(&unknown, stream.x[n - 1], 0.02, &stream.prior);
		weigh_starts(normal_stretch, &stream, n, 0.02, chance);
		expect_runs(&unknown, chance, n);
		bocpd_add(&known, stream.x[n - 1], 0.02, stream.spread);
		weigh_starts(known_stretch, &stream, n, 0.02, chance);
		expect_runs(&known, chance, n);
	}
	cr_expect_leq(abs(bocpd_likeliest(&unknown) - (LONG - 25)), 1);
	cr_expect_leq(abs(bocpd_likeliest(&known) - (LONG - 25)), 1);
}

/* What each run knows is what the paper's batch formulas say of its numbers. */
Test(bocpd, runs_know_their_numbers)
{
	struct normal_stream stream = make_normal(20, 2, 3);
	const struct bocpd_normal *p = &stream.prior;
	struct bocpd b = {0};
	for (int n = 1; n <= LONG; n++)
		bocpd_add_normal(&b, stream.x[n - 1], 0.02, p);
	for (int r = 1; r <= LONG; r++) {
		struct sums s = sums_of(stream.x, LONG - r, LONG);
		const struct bocpd_normal *law = &b.run[r].normal;
		double strength = p->strength + r, off = s.mean - p->mean;
		cr_expect(near(law->strength, strength, 1e-14));
		cr_expect(near(law->mean, (p->strength * p->mean + r * s.mean) / strength, 1e-11));
		cr_expect(near(law->scale,
			       p->scale + s.squares / 2 +
				       p->strength * r * off * off / (2 * strength),
			       1e-12));
		cr_expect(near(b.run[r].constant,
			       exp(lgamma(law->shape + 0.5) - lgamma(law->shape)), 1e-12));
	}
}

Test(bocpd, the_mean_is_that_of_the_runs_it_has_seen)
{
	struct normal_stream stream = make_normal(20, 2, 5);
	struct bocpd b = {0};
	cr_expect(isnan(bocpd_mean(&b)));
	cr_expect(isnan(bocpd_share_of(&b)));
	bocpd_add(&b, stream.x[0], 0.02, 2);
	cr_expect(near(bocpd_mean(&b), stream.x[0] * 4 / 5, 1e-14), "drawn to 0 by the spread");
	double above = gsl_cdf_ugaussian_Q((0.3 - stream.x[0] * 4 / 5) * sqrt(1.25));
	cr_expect(near(bocpd_above(&b, 0.3, 2), above, 1e-13));
	struct bocpd empty = {0};
	cr_expect(near(bocpd_above(&empty, 0.3, 2), gsl_cdf_ugaussian_Q(0.15), 1e-15));
}

/* ---- shares */

struct share_stream {
	double x[LONG], n;
	struct bocpd_share prior;
};

static double log_beta(double a, double b)
{
	return lgamma(a) + lgamma(b) - lgamma(a + b);
}

/* The beta-binomial law of each number's order, times the coefficients. */
static double share_stretch(const void *stream, int from, int to)
{
	const struct share_stream *s = stream;
	double failures = 0, coefficients = 0, n = s->n * (to - from);
	for (int i = from; i < to; i++) {
		failures += s->x[i];
		coefficients -= log((s->n + 1)) + log_beta(s->x[i] + 1, s->n - s->x[i] + 1);
	}
	return coefficients +
	       log_beta(s->prior.failures + failures, s->prior.successes + n - failures) -
	       log_beta(s->prior.failures, s->prior.successes);
}

static struct share_stream make_shares(double n, uint64_t seed)
{
	struct share_stream stream = {.n = n, .prior = {0.7, 4}};
	for (int i = 0; i < LONG; i++)
		for (int k = 0; k < (int)n; k++)
			stream.x[i] += random_share(&seed) < (i < 7 ? 0.05 : 0.4);
	return stream;
}

Test(bocpd, share_runs_have_the_chances_of_all_histories)
{
	for (double n = 1; n <= 50; n *= 7) {
		struct share_stream stream = make_shares(n, 6);
		struct bocpd b = {0};
		double chance[LONG + 1];
		for (int t = 1; t <= LONG; t++) {
			bocpd_add_share(&b, stream.x[t - 1], n, 0.1, &stream.prior);
			if (t <= SHORT) {
				weigh_histories(share_stretch, &stream, t, 0.1, chance);
				expect_runs(&b, chance, t);
			}
			weigh_starts(share_stretch, &stream, t, 0.1, chance);
			expect_runs(&b, chance, t);
		}
		if (n > 10)
			cr_expect_eq(bocpd_likeliest(&b), LONG - 7);
	}
}

/* ---- limits */

Test(bocpd, chances_sum_to_1_however_long_it_runs)
{
	struct normal_stream stream = make_normal(LONG, 0, 7);
	struct bocpd b = {0};
	for (int i = 0; i < 3 * BOCPD_RUNS; i++) {
		bocpd_add_normal(&b, stream.x[i % LONG], 0.001, &stream.prior);
		cr_expect(near(bocpd_younger(&b, BOCPD_RUNS), 1, 1e-12));
	}
	cr_expect_eq(b.runs, BOCPD_RUNS);
	cr_expect_eq(bocpd_likeliest(&b), BOCPD_RUNS - 1);
	double strength = b.run[BOCPD_RUNS - 1].normal.strength;
	cr_expect(near(strength, 3 * BOCPD_RUNS + 0.3, 1e-12), "it knows all numbers: %g",
		  strength);
}

Test(bocpd, a_change_after_long_silence_is_seen_at_once)
{
	struct bocpd b = {0};
	const struct bocpd_share prior = {1, 99};
	for (int i = 0; i < 2000; i++)
		bocpd_add_share(&b, 10, 1000, 1e-4, &prior);
	cr_expect_lt(bocpd_changed(&b, 20), 0.01);
	for (int i = 0; i < 5; i++)
		bocpd_add_share(&b, 50, 1000, 1e-4, &prior);
	cr_expect_gt(bocpd_changed(&b, 5), 0.999);
	cr_expect_eq(bocpd_likeliest(&b), 5);
	cr_expect_float_eq(bocpd_share_of(&b), 0.05, 0.003);
}

Test(bocpd, survives_numbers_far_out_and_none_at_all)
{
	const struct bocpd_normal prior = {0, 1, 1, 1};
	const struct bocpd_share share = {1, 1};
	struct bocpd normal = {0}, known = {0}, shares = {0};
	static const double far[] = {0, 1e150, -1e150, 0, 0, 1e-300, 1e100};
	for (int i = 0; i < 7; i++) {
		bocpd_add_normal(&normal, far[i], 0.01, &prior);
		bocpd_add(&known, far[i] / 1e50, 0.01, 2);
		bocpd_add_share(&shares, i % 2 ? 1e12 : 0, 1e12, 0.01, &share);
		cr_expect(near(bocpd_younger(&normal, 10), 1, 1e-9));
		cr_expect(near(bocpd_younger(&known, 10), 1, 1e-9));
		cr_expect(near(bocpd_younger(&shares, 10), 1, 1e-9));
	}
	struct bocpd nothing = {0};
	bocpd_add_share(&nothing, 0, 0, 0.25, &share);
	cr_expect(near(exp(nothing.run[1].log_chance), 0.75, 1e-15));
}

Test(bocpd, certain_and_impossible_changes)
{
	const struct bocpd_normal prior = {0, 1, 1, 1};
	struct bocpd never = {0}, always = {0};
	for (int i = 0; i < 20; i++) {
		bocpd_add_normal(&never, i, 0, &prior);
		bocpd_add_normal(&always, i, 1, &prior);
	}
	cr_expect_eq(bocpd_changed(&never, 20), 0);
	cr_expect_eq(bocpd_likeliest(&never), 20);
	cr_expect_eq(bocpd_changed(&always, 0), 1);
	cr_expect_eq(bocpd_likeliest(&always), 0);
}
