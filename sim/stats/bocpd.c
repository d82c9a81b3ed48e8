/* Algorithm 1 of the paper, with conjugate laws: each run is weighted by how well it foresaw the
 * number, learns it, and goes on or ends. Chances are kept as logarithms: a run that looks hopeless
 * may still turn out to be the true one. */
#include "sim/stats/bocpd.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <math.h>
#include <string.h>

static double log_add(double a, double b)
{
	double high = fmax(a, b), low = fmin(a, b);
	return low == -INFINITY ? high : high + log1p(exp(low - high));
}

static double log_sum_of_chances(const struct bocpd *b)
{
	double high = b->run[0].log_chance;
	for (int r = 1; r < b->runs; r++)
		high = fmax(high, b->run[r].log_chance);
	double sum = exp(b->run[0].log_chance - high);
	for (int r = 1; r < b->runs; r++)
		sum += exp(b->run[r].log_chance - high);
	return high + log(sum);
}

static void begin(struct bocpd *b, const struct bocpd_run *fresh)
{
	if (b->runs > 0)
		return;
	b->runs = 1;
	b->run[0] = *fresh;
}

/* The two longest become one, which knows what the likelier knew. */
static void join_longest(struct bocpd *b)
{
	struct bocpd_run *shorter = &b->run[BOCPD_RUNS - 2], *longest = shorter + 1;
	double both = log_add(shorter->log_chance, longest->log_chance);
	if (longest->log_chance > shorter->log_chance)
		*shorter = *longest;
	shorter->log_chance = both;
	b->runs--;
}

/* The runs have their chance together with the number, and have learned it: it ends the run it
 * belongs to, or that run goes on and all are one longer. */
static void settle(struct bocpd *b, const struct bocpd_run *fresh, double hazard)
{
	assert(hazard >= 0);
	assert(hazard <= 1);
	double goes_on = log1p(-hazard) - log_sum_of_chances(b);
	if (b->runs == BOCPD_RUNS)
		join_longest(b);
	memmove(b->run + 1, b->run, (size_t)b->runs * sizeof *b->run);
	for (int r = 1; r <= b->runs; r++)
		b->run[r].log_chance += goes_on;
	b->run[0] = *fresh;
	b->run[0].log_chance = log(hazard);
	b->runs++;
}

/* ---- normal numbers of variance 1 */

static void learn_mean(struct bocpd_normal *law, double x)
{
	law->strength++;
	law->mean += (x - law->mean) / law->strength;
}

void bocpd_add(struct bocpd *b, double x, double hazard, double spread)
{
	const struct bocpd_run fresh = {.normal = {.strength = 1 / (spread * spread)}};
	begin(b, &fresh);
	for (int r = 0; r < b->runs; r++) {
		struct bocpd_normal *law = &b->run[r].normal;
		double variance = 1 + 1 / law->strength, off = x - law->mean;
		b->run[r].log_chance -= (off * off / variance + log(variance)) / 2;
		learn_mean(law, x);
	}
	settle(b, &fresh, hazard);
}

/* A run that is only about to begin says nothing yet. */
double bocpd_above(const struct bocpd *b, double limit, double spread)
{
	double above = 0, all = 0;
	for (int r = 1; r < b->runs; r++) {
		const struct bocpd_normal *law = &b->run[r].normal;
		double chance = exp(b->run[r].log_chance);
		all += chance;
		if (chance > 1e-12)
			above += chance *
				 gsl_cdf_ugaussian_Q((limit - law->mean) * sqrt(law->strength));
	}
	return all > 0 ? above / all : gsl_cdf_ugaussian_Q(limit / spread);
}

/* ---- normal numbers */

/* The next number's law is Student's (Murphy 2007). Its constant is Gamma(shape + 1/2) /
 * Gamma(shape): shape / constant is the next one's, as the shape grows by 1/2. */
static double foresee(const struct bocpd_run *run, double x)
{
	const struct bocpd_normal *law = &run->normal;
	double share = law->strength / (law->strength + 1), off = x - law->mean;
	double height = run->constant * run->constant * share / (2 * M_PI * law->scale);
	return log(height) / 2 - (law->shape + 0.5) * log1p(share * off * off / (2 * law->scale));
}

/* The posterior of Murphy 2007, a number at a time. */
static void learn(struct bocpd_run *run, double x)
{
	struct bocpd_normal *law = &run->normal;
	double share = law->strength / (law->strength + 1), off = x - law->mean;
	law->scale += share * off * off / 2;
	run->constant = law->shape / run->constant;
	law->shape += 0.5;
	learn_mean(law, x);
}

void bocpd_add_normal(struct bocpd *b, double x, double hazard, const struct bocpd_normal *prior)
{
	struct bocpd_run fresh = {.normal = *prior};
	fresh.constant = exp(lgamma(prior->shape + 0.5) - lgamma(prior->shape));
	begin(b, &fresh);
	for (int r = 0; r < b->runs; r++) {
		b->run[r].log_chance += foresee(&b->run[r], x);
		learn(&b->run[r], x);
	}
	settle(b, &fresh, hazard);
}

/* ---- shares */

static double log_beta(const struct bocpd_share *law)
{
	return lgamma(law->failures) + lgamma(law->successes) -
	       lgamma(law->failures + law->successes);
}

void bocpd_add_share(struct bocpd *b, double failures, double n, double hazard,
		     const struct bocpd_share *prior)
{
	const struct bocpd_run fresh = {.share = *prior, .constant = log_beta(prior)};
	begin(b, &fresh);
	for (int r = 0; r < b->runs; r++) {
		struct bocpd_run *run = &b->run[r];
		double before = run->constant;
		run->share.failures += failures;
		run->share.successes += n - failures;
		/* The beta-binomial law, but for a coefficient that all runs have. */
		run->constant = log_beta(&run->share);
		run->log_chance += run->constant - before;
	}
	settle(b, &fresh, hazard);
}

/* ---- what is known now */

double bocpd_younger(const struct bocpd *b, int length)
{
	double sum = 0;
	for (int r = 0; r < b->runs && r <= length; r++)
		sum += exp(b->run[r].log_chance);
	return fmin(sum, 1);
}

double bocpd_changed(const struct bocpd *b, int length)
{
	int oldest = b->runs - 1;
	return bocpd_younger(b, length < oldest ? length : oldest - 1);
}

int bocpd_likeliest(const struct bocpd *b)
{
	int best = 0;
	for (int r = 1; r < b->runs; r++)
		if (b->run[r].log_chance > b->run[best].log_chance)
			best = r;
	return best;
}

/* The mean of a number that each run of one or more knows. */
static double expected(const struct bocpd *b, double (*of)(const struct bocpd_run *run))
{
	double sum = 0, all = 0;
	for (int r = 1; r < b->runs; r++) {
		double chance = exp(b->run[r].log_chance);
		sum += chance * of(&b->run[r]);
		all += chance;
	}
	return sum / all;
}

static double mean_of(const struct bocpd_run *run)
{
	return run->normal.mean;
}

static double share_of(const struct bocpd_run *run)
{
	return run->share.failures / (run->share.failures + run->share.successes);
}

double bocpd_mean(const struct bocpd *b)
{
	return expected(b, mean_of);
}

double bocpd_share_of(const struct bocpd *b)
{
	return expected(b, share_of);
}
