/* Renewal laws have closed forms, but for the gamma's shape; the MMPP is climbed to from several
 * places (Nelder and Mead 1965). */
#include "sim/stats/gap_law.h"

#include "sim/stats/gamma.h"
#include "sim/stats/root.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_multimin.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>

/* The scenario's own limits. */
#define CV_LEAST 0.05
#define CV_MOST	 20.0
#define BURST_MOST 1e4
#define SHARE_LEAST 1e-4

#define STRONG_EVIDENCE 10

/* ---- renewal processes */

struct sums {
	double n, log, square; /* means of the logarithm and of its square */
};

static struct sums sums_of(const double *gap, int n)
{
	struct sums s = {.n = n};
	for (int i = 0; i < n; i++) {
		double x = log(gap[i]);
		s.log += x / n;
		s.square += x * x / n;
	}
	return s;
}

/* The score of a gamma law of mean 1 in its shape: log k - psi(k) = mean - 1 - mean of logs. */
static double gamma_score(const void *context, double log_shape)
{
	double shape = exp(log_shape);
	return log_shape - gsl_sf_psi(shape) - *(const double *)context;
}

static void fit_gamma(struct gap_law *law, const struct sums *s, double mean)
{
	double excess = mean - 1 - s->log, low = -2 * log(CV_MOST), high = -2 * log(CV_LEAST / 2);
	double at = gamma_score(&excess, low) <= 0 ? low
		    : gamma_score(&excess, high) >= 0
			    ? high
			    : root_find(gamma_score, &excess, low, high, 1e-10);
	double k = exp(at);
	law->cv = 1 / sqrt(k);
	law->log_likelihood = s->n * (k * log(k) - lgamma(k) + (k - 1) * s->log - k * mean);
}

/* With mu = -v / 2, which keeps the mean at 1, the score in v is a quadratic. */
static void fit_lognormal(struct gap_law *law, const struct sums *s)
{
	double v = 2 * (sqrt(1 + s->square) - 1);
	v = fmin(fmax(v, log1p(CV_LEAST * CV_LEAST)), log1p(CV_MOST * CV_MOST));
	law->cv = sqrt(expm1(v));
	law->log_likelihood = -s->n * (1.5 * s->log + 0.5 * log(2 * M_PI * v) +
				       s->square / (2 * v) + v / 8);
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

static double mmpp_likelihood(const struct gap_law *law, const double *gap, int n)
{
	struct chain c = chain_of(law);
	double state[2] = {0}, sum = 0;
	for (int i = 0; i < n; i++) {
		if (i % GAP_PIECE == 0)
			at_arrival(&c, state);
		pass(&c, gap[i], state);
		state[0] *= c.quiet;
		state[1] *= c.burst;
		double density = state[0] + state[1];
		if (!(density > 0))
			return -INFINITY;
		sum += log(density) + c.slow * gap[i];
		state[0] /= density;
		state[1] /= density;
	}
	return sum;
}

/* All of the plane is allowed: a burst above 1, a share of the arrivals between 0 and 1. */
static struct gap_law mmpp_at(double log_excess, double logit, double log_lasts)
{
	struct gap_law law = {.kind = GAP_MMPP};
	law.burst = fmin(1 + exp(log_excess), BURST_MOST);
	law.share = fmin(fmax(1 / (1 + exp(-logit)) / law.burst, SHARE_LEAST), 1 - SHARE_LEAST);
	law.burst = fmin(law.burst, 1 / law.share);
	law.lasts = exp(fmin(fmax(log_lasts, -5), 20));
	return law;
}

struct gaps {
	const double *gap;
	int n;
};

static double climb_cost(const gsl_vector *at, void *context)
{
	const struct gaps *gaps = context;
	struct gap_law law = mmpp_at(gsl_vector_get(at, 0), gsl_vector_get(at, 1),
				     gsl_vector_get(at, 2));
	double likelihood = mmpp_likelihood(&law, gaps->gap, gaps->n);
	return isfinite(likelihood) ? -likelihood : 1e300;
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
static void fit_mmpp(struct gap_law *law, const double *gap, int n)
{
	static const double excess[] = {0.7, 3, 20}, arrivals[] = {0.25, 0.7},
			    lasts[] = {5, 50, 500};
	struct gaps gaps = {gap, n};
	double best[3] = {0}, most = -INFINITY;
	for (int i = 0; i < 18; i++) {
		double at[3] = {log(excess[i % 3]), log(arrivals[i / 3 % 2] / (1 - arrivals[i / 3 % 2])),
				log(lasts[i / 6])};
		struct gap_law guess = mmpp_at(at[0], at[1], at[2]);
		double likelihood = mmpp_likelihood(&guess, gap, n);
		if (!(likelihood > most))
			continue;
		most = likelihood;
		for (int k = 0; k < 3; k++)
			best[k] = at[k];
	}
	climb(&gaps, best);
	*law = mmpp_at(best[0], best[1], best[2]);
	law->log_likelihood = mmpp_likelihood(law, gap, n);
}

/* ---- all kinds */

struct gap_law gap_law_fit(enum gap_kind kind, const double *gap, int n)
{
	static const int parameters[GAP_KINDS] = {[GAP_GAMMA] = 1, [GAP_LOGNORMAL] = 1, [GAP_MMPP] = 3};
	struct gap_law law = {.kind = kind, .cv = 1};
	struct sums s = sums_of(gap, n);
	double mean = 0;
	for (int i = 0; i < n; i++)
		mean += gap[i] / n;
	if (kind == GAP_POISSON)
		law.log_likelihood = -n * mean;
	else if (kind == GAP_GAMMA)
		fit_gamma(&law, &s, mean);
	else if (kind == GAP_LOGNORMAL)
		fit_lognormal(&law, &s);
	else if (kind == GAP_MMPP)
		fit_mmpp(&law, gap, n);
	law.kind = kind;
	law.bic = -2 * law.log_likelihood + parameters[kind] * log(n);
	return law;
}

struct gap_law gap_law_choose(const double *gap, int n, struct gap_law all[GAP_KINDS])
{
	struct gap_law best = {.bic = INFINITY};
	all[GAP_CLOCK] = (struct gap_law){.kind = GAP_CLOCK, .bic = INFINITY};
	for (int k = GAP_POISSON; k < GAP_KINDS; k++) {
		all[k] = gap_law_fit((enum gap_kind)k, gap, n);
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
