/* Each kind is a few sums and, where there is no closed form, a root. */
#include "sim/stats/law_fit.h"

#include "sim/stats/gamma.h"
#include "sim/stats/positive_normal.h"
#include "sim/stats/root.h"
#include "sim/stats/two_lognormals.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>

enum {
	FEWEST = 10,	     /* times: a curve through fewer says nothing */
	MIXTURE_MOST = 20000 /* evenly chosen of the sorted ones: those are a law in themselves */
};

/* Times that differ by less are the same: no dashboard tells them apart. */
#define CONSTANT_WITHIN 1e-3

struct sample {
	const double *x;
	int n;
	double mean, sd, log, log_sd; /* of the times, and of their logarithms */
};

static struct sample sample_of(const double *x, int n)
{
	struct sample s = {.x = x, .n = n};
	for (int i = 0; i < n; i++) {
		s.mean += x[i] / n;
		s.log += log(x[i]) / n;
	}
	for (int i = 0; i < n; i++) {
		s.sd += (x[i] - s.mean) * (x[i] - s.mean) / n;
		s.log_sd += (log(x[i]) - s.log) * (log(x[i]) - s.log) / n;
	}
	s.sd = sqrt(s.sd);
	s.log_sd = sqrt(s.log_sd);
	return s;
}

/* ---- the kinds: parameters and log likelihood; false where there is no member */

static bool fit_constant(const struct sample *s, struct law_fit *fit)
{
	fit->value[0] = s->x[s->n / 2];
	/* As likely as anything can be. */
	fit->log_likelihood = INFINITY;
	return s->x[s->n - 1] - s->x[0] <= CONSTANT_WITHIN * fit->value[0];
}

static bool fit_exponential(const struct sample *s, struct law_fit *fit)
{
	fit->value[0] = s->mean;
	fit->log_likelihood = -s->n * (1 + log(s->mean));
	return true;
}

static bool fit_lognormal(const struct sample *s, struct law_fit *fit)
{
	fit->value[0] = s->log;
	fit->value[1] = s->log_sd;
	fit->log_likelihood = -s->n * (s->log + log(s->log_sd) + 0.5 * log(2 * M_PI) + 0.5);
	return s->log_sd >= 1e-3;
}

/* log k - psi(k) = log mean - mean log (Choi and Wette 1969). */
static double gamma_score(const void *context, double log_shape)
{
	return log_shape - gsl_sf_psi(exp(log_shape)) - *(const double *)context;
}

static bool fit_gamma(const struct sample *s, struct law_fit *fit)
{
	double excess = log(s->mean) - s->log, low = log(0.1), high = log(1000);
	if (gamma_score(&excess, low) <= 0 || gamma_score(&excess, high) >= 0)
		return false;
	double k = exp(root_find(gamma_score, &excess, low, high, 1e-10));
	fit->value[0] = k;
	fit->value[1] = s->mean / k;
	fit->log_likelihood = s->n * ((k - 1) * s->log - k - lgamma(k) - k * log(fit->value[1]));
	return true;
}

/* Sum x^k log x / sum x^k - 1/k = mean log (Cohen 1965); in units of the longest, lest powers
 * overflow. */
static double weibull_score(const void *context, double shape)
{
	const struct sample *s = context;
	double longest = log(s->x[s->n - 1]), sum = 0, weighted = 0;
	for (int i = 0; i < s->n; i++) {
		double x = log(s->x[i]) - longest, power = exp(shape * x);
		sum += power;
		weighted += power * x;
	}
	return weighted / sum - 1 / shape - (s->log - longest);
}

static bool fit_weibull(const struct sample *s, struct law_fit *fit)
{
	double low = 0.1, high = 100, longest = log(s->x[s->n - 1]), sum = 0;
	if (weibull_score(s, low) >= 0 || weibull_score(s, high) <= 0)
		return false;
	double k = root_find(weibull_score, s, low, high, 1e-9);
	for (int i = 0; i < s->n; i++)
		sum += exp(k * (log(s->x[i]) - longest)) / s->n;
	double log_scale = longest + log(sum) / k;
	fit->value[0] = k;
	fit->value[1] = exp(log_scale);
	fit->log_likelihood = s->n * (log(k) + (k - 1) * s->log - k * log_scale - 1);
	return true;
}

static bool fit_pareto(const struct sample *s, struct law_fit *fit)
{
	double least = s->x[0], excess = s->log - log(least);
	fit->value[0] = 1 / excess;
	fit->value[1] = least;
	fit->log_likelihood = s->n * (-log(excess) - s->log - 1);
	return excess > 1e-3 && excess < 10;
}

static double bell_spread(double peak)
{
	return positive_normal_sd(peak) / positive_normal_mean(peak);
}

static double bell_score(const void *context, double peak)
{
	return *(const double *)context - bell_spread(peak);
}

/* The cut bell is an exponential family in x and x^2: the likeliest member has the sample's mean
 * and deviation. */
static bool fit_normal(const struct sample *s, struct law_fit *fit)
{
	double spread = s->sd / s->mean, low = -25, high = 900;
	if (bell_score(&spread, low) >= 0 || bell_score(&spread, high) <= 0)
		return false;
	double peak = root_find(bell_score, &spread, low, high, 1e-9);
	double scale = s->sd / positive_normal_sd(peak), square = s->sd * s->sd;
	double off = s->mean - peak * scale;
	fit->value[0] = s->mean;
	fit->value[1] = s->sd;
	fit->value[2] = peak;
	fit->value[3] = scale;
	fit->log_likelihood = -s->n * (0.5 * (square + off * off) / (scale * scale) + log(scale) +
				       0.5 * log(2 * M_PI) + log(gsl_cdf_ugaussian_P(peak)));
	return true;
}

static bool fit_two_lognormals(const struct sample *s, struct law_fit *fit)
{
	const int few = s->n < MIXTURE_MOST ? s->n : MIXTURE_MOST;
	double x[MIXTURE_MOST];
	if (s->log_sd < 1e-3)
		return false;
	for (int i = 0; i < few; i++)
		x[i] = log(s->x[(int)((i + 0.5) * s->n / few)]);
	struct two_normals law = two_normals_fit(x, few, 0.01 * s->log_sd);
	for (int k = 0; k < 2; k++) {
		fit->value[2 * k] = law.mu[k];
		fit->value[2 * k + 1] = law.sigma[k];
	}
	fit->share = law.share;
	fit->log_likelihood = -s->n * s->log;
	for (int i = 0; i < s->n; i++)
		fit->log_likelihood += two_normals_log_density(&law, log(s->x[i]));
	return true;
}

static const struct {
	bool (*fit)(const struct sample *sample, struct law_fit *fit);
	int parameters;
} kinds[LAW_KINDS] = {
	[LAW_CONSTANT] = {fit_constant, 1},   [LAW_EXPONENTIAL] = {fit_exponential, 1},
	[LAW_LOGNORMAL] = {fit_lognormal, 2}, [LAW_GAMMA] = {fit_gamma, 2},
	[LAW_WEIBULL] = {fit_weibull, 2},     [LAW_PARETO] = {fit_pareto, 2},
	[LAW_NORMAL] = {fit_normal, 2},	      [LAW_TWO_LOGNORMALS] = {fit_two_lognormals, 5},
};

/* ---- how far a law is from the sample */

double law_distance(const double *sorted, int n, double least,
		    double (*below)(const void *context, double x), const void *context)
{
	double most = 0;
	for (int i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && sorted[next] == sorted[i]; next++)
			;
		if (sorted[i] < least)
			continue;
		double p = below(context, sorted[i]);
		most = fmax(most, fmax(p - (double)i / n, (double)next / n - p));
	}
	return most;
}

static double below(const void *context, double x)
{
	return law_fit_below(context, x);
}

bool law_fit(enum law_kind kind, const double *sorted, int n, struct law_fit *fit)
{
	*fit = (struct law_fit){.kind = kind, .bic = INFINITY, .distance = 1};
	if (n < 1 || !(sorted[0] > 0) || (n < FEWEST && kind != LAW_CONSTANT))
		return false;
	struct sample sample = sample_of(sorted, n);
	if (!kinds[kind].fit(&sample, fit))
		return false;
	fit->bic = -2 * fit->log_likelihood + kinds[kind].parameters * log(n);
	fit->distance = kind == LAW_CONSTANT ? 0 : law_distance(sorted, n, 0, below, fit);
	return true;
}

static double lognormal_below(const double *value, double x)
{
	return gsl_cdf_ugaussian_P((log(x) - value[0]) / value[1]);
}

double law_fit_below(const struct law_fit *fit, double x)
{
	const double *v = fit->value;
	if (!(x > 0))
		return 0;
	switch (fit->kind) {
	case LAW_EXPONENTIAL:
		return -expm1(-x / v[0]);
	case LAW_LOGNORMAL:
		return lognormal_below(v, x);
	case LAW_GAMMA:
		return gamma_below(v[0], x / v[1]);
	case LAW_WEIBULL:
		return -expm1(-pow(x / v[1], v[0]));
	case LAW_PARETO:
		return x > v[1] ? -expm1(-v[0] * log(x / v[1])) : 0;
	case LAW_NORMAL:
		return positive_normal_cdf(v[2], x / v[3]);
	case LAW_TWO_LOGNORMALS:
		return fit->share * lognormal_below(v, x) +
		       (1 - fit->share) * lognormal_below(v + 2, x);
	default:
		return x >= v[0];
	}
}

bool law_fit_choose(const double *sorted, int n, double most, struct law_fit all[LAW_KINDS],
		    struct law_fit *chosen)
{
	*chosen = (struct law_fit){.bic = INFINITY, .distance = 1};
	bool any = false;
	for (int k = 0; k < LAW_KINDS; k++) {
		if (!law_fit((enum law_kind)k, sorted, n, &all[k])) {
			all[k].bic = INFINITY;
			continue;
		}
		if (all[k].distance > most || !(all[k].bic < chosen->bic))
			continue;
		*chosen = all[k];
		any = true;
	}
	return any;
}
