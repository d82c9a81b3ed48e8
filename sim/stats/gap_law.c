/* Renewal laws are a few sums and a search for their CV; the MMPP is climbed to from several places
 * (Nelder and Mead 1965). */
#include "sim/stats/gap_law.h"

#include "sim/stats/gamma.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_multimin.h>
#include <math.h>
#include <stdbool.h>

/* The scenario's own limits. */
#define CV_LEAST    0.05
#define CV_MOST	    20.0
#define BURST_MOST  1e4
#define SHARE_LEAST 1e-4

#define STRONG_EVIDENCE 10

/* Of gaps at the same instant of a clock whose ticks nobody knows. */
#define LEAST_GAP 1e-9

/* Gaps that are known, as sums, and how many are known to be short only. */
struct sums {
	enum gap_kind kind;
	double n, sum, log, square; /* of the gaps, of their logarithms and the squares of these */
	double short_ones, tick;
};

static struct sums sums_of(enum gap_kind kind, const double *gap, int n, double tick)
{
	struct sums s = {.kind = kind, .tick = tick};
	for (int i = 0; i < n; i++) {
		if (gap[i] < tick) {
			s.short_ones++;
			continue;
		}
		double x = log(fmax(gap[i], LEAST_GAP));
		s.n++;
		s.sum += gap[i];
		s.log += x;
		s.square += x * x;
	}
	return s;
}

/* ---- renewal processes, and Poisson's */

static double known_likelihood(const struct sums *s, double cv)
{
	double k = 1 / (cv * cv), v = log1p(cv * cv);
	if (s->kind == GAP_GAMMA)
		return s->n * (k * log(k) - lgamma(k)) + (k - 1) * s->log - k * s->sum;
	if (s->kind == GAP_LOGNORMAL) /* mu = -v / 2 keeps the mean at 1 */
		return -1.5 * s->log - s->n * (0.5 * log(2 * M_PI * v) + v / 8) -
		       s->square / (2 * v);
	return -s->sum;
}

static double likelihood(const struct sums *s, double cv)
{
	const struct gap_law law = {.kind = s->kind, .cv = cv};
	double known = known_likelihood(s, cv);
	if (s->short_ones == 0)
		return known;
	return known + s->short_ones * log(fmax(gap_law_below(&law, s->tick), 1e-300));
}

/* The likeliest CV by golden sections (Kiefer 1953): of either law there is one peak. */
static double likeliest_cv(const struct sums *s)
{
	const double golden = 0.6180339887498949;
	double low = log(CV_LEAST / 2), high = log(CV_MOST);
	double a = high - golden * (high - low), b = low + golden * (high - low);
	double at_a = likelihood(s, exp(a)), at_b = likelihood(s, exp(b));
	while (high - low > 1e-7) {
		if (at_a > at_b) {
			high = b;
			b = a;
			at_b = at_a;
			a = high - golden * (high - low);
			at_a = likelihood(s, exp(a));
		} else {
			low = a;
			a = b;
			at_a = at_b;
			b = low + golden * (high - low);
			at_b = likelihood(s, exp(b));
		}
	}
	return exp((low + high) / 2);
}

/* ---- the MMPP: Fischer and Meier-Hellstern 1993 */

/* In the basis of states (quiet, burst): the generator less the rates has the entries below, and
 * its eigenvalues are slow > fast, both negative. */
struct chain {
	double quiet, burst, share; /* rates; share of the time */
	double into, out;	    /* of bursts, per mean gap */
	double slow, fast;
};

static struct chain chain_of(const struct gap_law *law)
{
	struct chain c = {.burst = law->burst, .share = law->share};
	c.quiet = fmax(0, (1 - c.share * c.burst) / (1 - c.share));
	c.out = 1 / law->lasts;
	c.into = c.out * c.share / (1 - c.share);
	double a = -c.into - c.quiet, d = -c.out - c.burst;
	double root = sqrt((a - d) * (a - d) + 4 * c.into * c.out);
	c.slow = (a + d + root) / 2;
	c.fast = (a + d - root) / 2;
	return c;
}

/* A row vector times exp((M - slow) x), by Sylvester's formula: long gaps would underflow without
 * what is taken out. */
static void pass(const struct chain *c, double x, double state[2])
{
	double width = c->slow - c->fast, fast = exp(-width * x);
	double one = (c->slow * fast - c->fast) / width, linear = (1 - fast) / width;
	double quiet = -state[0] * (c->into + c->quiet) + state[1] * c->out;
	double burst = state[0] * c->into - state[1] * (c->out + c->burst);
	state[0] = one * state[0] + linear * quiet;
	state[1] = one * state[1] + linear * burst;
}

/* Of the states that an arrival finds; bursts have more of them. */
static void at_arrival(const struct chain *c, double state[2])
{
	state[1] = c->share * c->burst;
	state[0] = 1 - state[1];
}

struct gaps {
	const double *gap;
	int n;
	double tick;
};

/* A gap below a tick is one of half a tick, give or take that. */
static double mmpp_likelihood(const struct gap_law *law, const struct gaps *gaps)
{
	struct chain c = chain_of(law);
	double state[2] = {0}, sum = 0, log_tick = log(fmax(gaps->tick, LEAST_GAP));
	for (int i = 0; i < gaps->n; i++) {
		bool is_short = gaps->gap[i] < gaps->tick;
		double gap = is_short ? gaps->tick / 2 : gaps->gap[i];
		if (i % GAP_PIECE == 0)
			at_arrival(&c, state);
		pass(&c, gap, state);
		state[0] *= c.quiet;
		state[1] *= c.burst;
		double density = state[0] + state[1];
		if (!(density > 0))
			return -INFINITY;
		sum += log(density) + c.slow * gap + (is_short ? log_tick : 0);
		state[0] /= density;
		state[1] /= density;
	}
	return sum;
}

/* A burst of which something is known: a quarter of what is seen. */
static double longest(int gaps)
{
	return fmax(gaps / 4.0, 2);
}

/* All of space is allowed: a burst above 1, a share of the arrivals between 0 and 1; but nobody
 * knows of a burst that is as long as what was seen. */
static struct gap_law mmpp_at(double log_excess, double logit, double log_lasts, double most_lasts)
{
	struct gap_law law = {.kind = GAP_MMPP};
	law.burst = fmin(1 + exp(log_excess), BURST_MOST);
	law.share = fmin(fmax(1 / (1 + exp(-logit)) / law.burst, SHARE_LEAST), 1 - SHARE_LEAST);
	law.burst = fmin(law.burst, 1 / law.share);
	law.lasts = exp(fmin(fmax(log_lasts, -5), log(most_lasts)));
	return law;
}

static double climb_cost(const gsl_vector *at, void *context)
{
	const struct gaps *gaps = context;
	struct gap_law law = mmpp_at(gsl_vector_get(at, 0), gsl_vector_get(at, 1),
				     gsl_vector_get(at, 2), longest(gaps->n));
	double likely = mmpp_likelihood(&law, gaps);
	return isfinite(likely) ? -likely : 1e300;
}

static void climb(const struct gaps *gaps, double at[3])
{
	enum { STEPS = 400 };
	gsl_vector_view start = gsl_vector_view_array(at, 3);
	gsl_vector *step = gsl_vector_alloc(3);
	gsl_multimin_fminimizer *climber =
		gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, 3);
	gsl_multimin_function cost = {climb_cost, 3, (void *)gaps};
	gsl_vector_set_all(step, 0.5);
	gsl_multimin_fminimizer_set(climber, &cost, &start.vector, step);
	for (int i = 0; i < STEPS; i++)
		if (gsl_multimin_fminimizer_iterate(climber) ||
		    gsl_multimin_test_size(gsl_multimin_fminimizer_size(climber), 1e-4) == 0)
			break;
	for (size_t k = 0; k < 3; k++)
		at[k] = gsl_vector_get(climber->x, k);
	gsl_multimin_fminimizer_free(climber);
	gsl_vector_free(step);
}

/* From the best of a grid over weak and strong, rare and frequent, short and long bursts. */
static void fit_mmpp(struct gap_law *law, const struct gaps *gaps)
{
	static const double excess[] = {0.7, 3, 20}, arrivals[] = {0.25, 0.7},
			    lasts[] = {5, 50, 500};
	double best[3] = {0}, most = -INFINITY;
	for (int i = 0; i < 18; i++) {
		double at[3] = {log(excess[i % 3]),
				log(arrivals[i / 3 % 2] / (1 - arrivals[i / 3 % 2])),
				log(lasts[i / 6])};
		struct gap_law guess = mmpp_at(at[0], at[1], at[2], longest(gaps->n));
		double likely = mmpp_likelihood(&guess, gaps);
		if (!(likely > most))
			continue;
		most = likely;
		for (int k = 0; k < 3; k++)
			best[k] = at[k];
	}
	climb(gaps, best);
	*law = mmpp_at(best[0], best[1], best[2], longest(gaps->n));
	law->log_likelihood = mmpp_likelihood(law, gaps);
}

/* ---- all kinds */

struct gap_law gap_law_fit(enum gap_kind kind, const double *gap, int n, double tick)
{
	static const int parameters[GAP_KINDS] = {
		[GAP_GAMMA] = 1, [GAP_LOGNORMAL] = 1, [GAP_MMPP] = 3};
	struct gap_law law = {.kind = kind, .cv = 1};
	if (kind == GAP_MMPP) {
		fit_mmpp(&law, &(struct gaps){gap, n, tick});
	} else {
		struct sums sums = sums_of(kind, gap, n, tick);
		law.cv = kind == GAP_POISSON ? 1 : likeliest_cv(&sums);
		law.log_likelihood = likelihood(&sums, law.cv);
	}
	law.bic = -2 * law.log_likelihood + parameters[kind] * log(n);
	return law;
}

struct gap_law gap_law_choose(const double *gap, int n, double tick, struct gap_law all[GAP_KINDS])
{
	struct gap_law best = {.bic = INFINITY};
	all[GAP_CLOCK] = (struct gap_law){.kind = GAP_CLOCK, .bic = INFINITY};
	for (int k = GAP_POISSON; k < GAP_KINDS; k++) {
		all[k] = gap_law_fit((enum gap_kind)k, gap, n, tick);
		double handicap = k == GAP_MMPP ? STRONG_EVIDENCE : 0;
		if (all[k].bic + handicap < best.bic)
			best = all[k];
	}
	if (best.kind != GAP_MMPP && best.cv <= CV_LEAST)
		best = (struct gap_law){.kind = GAP_CLOCK, .bic = best.bic};
	return best;
}

static double mmpp_above(const struct gap_law *law, double x)
{
	struct chain c = chain_of(law);
	double state[2];
	at_arrival(&c, state);
	pass(&c, x, state);
	return (state[0] + state[1]) * exp(c.slow * x);
}

double gap_law_below(const struct gap_law *law, double x)
{
	double v = log1p(law->cv * law->cv);
	if (law->kind == GAP_CLOCK || x <= 0)
		return law->kind == GAP_CLOCK && x >= 1;
	switch (law->kind) {
	case GAP_GAMMA:
		return gamma_below(1 / (law->cv * law->cv), x / (law->cv * law->cv));
	case GAP_LOGNORMAL:
		return gsl_cdf_ugaussian_P((log(x) + v / 2) / sqrt(v));
	case GAP_MMPP:
		return 1 - mmpp_above(law, x);
	default:
		return -expm1(-x);
	}
}
