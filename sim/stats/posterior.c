/* Both are integrals of products of a beta law's density or tails. On the logit scale all of these
 * are log-concave, so the product has one hill; the trapezoidal rule over it gains digits
 * exponentially as its step shrinks (Trefethen and Weideman 2014). */
#include "sim/stats/posterior.h"

#include "sim/stats/proportion.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdbool.h>

struct integrand {
	struct beta_law A, B;
	double log_beta;				     /* of the density's law */
	double error;					     /* relative, of the integral */
	double (*value)(const struct integrand *, double t); /* log of it, at a logit */
};

static double share_of(double t)
{
	return t < 0 ? exp(t) / (1 + exp(t)) : 1 / (1 + exp(-t));
}

/* GSL's incomplete beta loses digits where parameters are large, the binomial tails where the
 * second is below 1. */
static double below(struct beta_law law, double t)
{
	double p = share_of(t), n = law.a + law.b - 1;
	return law.b >= 1 && law.a >= 1 ? proportion_at_least(law.a, n, p)
					: gsl_cdf_beta_P(p, law.a, law.b);
}

static double above(struct beta_law law, double t)
{
	return below((struct beta_law){law.b, law.a}, -t);
}

/* Of the logit: x^a (1 - x)^b / B(a, b). */
static double log_density(struct beta_law law, double log_beta, double t)
{
	double positive = fmax(t, 0), log1 = positive + log1p(exp(-fabs(t)));
	return law.a * (t - log1) - law.b * log1 - log_beta;
}

static double density_b_above_a(const struct integrand *f, double t)
{
	return log_density(f->B, f->log_beta, t) + log(below(f->A, t));
}

static double density_a_below_b(const struct integrand *f, double t)
{
	return log_density(f->A, f->log_beta, t) + log(above(f->B, t));
}

/* P(B < x < A), times dx / dt. */
static double between(const struct integrand *f, double t)
{
	double positive = fmax(t, 0), log1 = positive + log1p(exp(-fabs(t)));
	return log(below(f->B, t)) + log(above(f->A, t)) + t - 2 * log1;
}

static double centre(struct beta_law law)
{
	return log(law.a / law.b);
}

static double width(struct beta_law law)
{
	return sqrt(1 / law.a + 1 / law.b);
}

/* Far from where both laws lie, the hill is as narrow as the law of all their counts together. */
static double narrowest(const struct integrand *f)
{
	struct beta_law both = {f->A.a + f->B.a, f->A.b + f->B.b};
	return fmin(fmin(width(f->A), width(f->B)), M_SQRT2 * width(both));
}

/* The top of the hill to a quarter of a width, by golden sections: sums that begin beside it are as
 * good. */
static double find_top(const struct integrand *f)
{
	double near = narrowest(f) / 4;
	double reach = 8 * (width(f->A) + width(f->B));
	double low = fmin(centre(f->A), centre(f->B)) - reach;
	double high = fmax(centre(f->A), centre(f->B)) + reach;
	const double golden = 0.6180339887498949;
	double x1 = high - golden * (high - low), x2 = low + golden * (high - low);
	double y1 = f->value(f, x1), y2 = f->value(f, x2);
	while (high - low > near) {
		if (y1 > y2 || isnan(y2)) {
			high = x2;
			x2 = x1;
			y2 = y1;
			x1 = high - golden * (high - low);
			y1 = f->value(f, x1);
		} else {
			low = x1;
			x1 = x2;
			y1 = y2;
			x2 = low + golden * (high - low);
			y2 = f->value(f, x2);
		}
	}
	return (low + high) / 2;
}

enum { FARTHEST = 4000 }; /* steps; tails of laws with parameters far below 1 are long */

static double side(const struct integrand *f, double top, double peak, double step)
{
	double sum = 0, term = 1;
	for (int i = 1; i < FARTHEST && term > f->error * (1 + sum) / 10; i++) {
		term = exp(f->value(f, top + i * step) - peak);
		sum += term;
	}
	return sum;
}

/* The rule errs by exp(-(pi w / step)^2) of a normal hill that is as wide as two laws of width w
 * together, and by exp(-2 pi^2 / step) where poles of the logistic function are near. */
static double find_step(const struct integrand *f)
{
	double digits = -log(f->error), narrow = narrowest(f);
	return 1 / (sqrt(digits) / (M_PI * narrow) + digits / (2 * M_PI * M_PI));
}

static double integrate(const struct integrand *f)
{
	double top = find_top(f), peak = f->value(f, top), step = find_step(f);
	if (!isfinite(peak))
		return 0;
	return exp(peak) * step * (1 + side(f, top, peak, step) + side(f, top, peak, -step));
}

/* Over the density of the narrower law: the other's tail is smooth there. */
double posterior_above(struct beta_law A, struct beta_law B, double error)
{
	struct integrand f = {.A = A, .B = B, .error = error};
	bool over_b = width(B) < width(A);
	f.value = over_b ? density_b_above_a : density_a_below_b;
	f.log_beta = over_b ? gsl_sf_lnbeta(B.a, B.b) : gsl_sf_lnbeta(A.a, A.b);
	return fmin(integrate(&f), 1);
}

/* P(B > A) without a reward is E (1 - A)^(n + 1). With c - 1 = s rewards, one more adds
 * h (1 / c + 1 / d), where h = B(a + c, b + d) / (B(a, b) B(c, d)) and d = n - s: nothing is ever
 * subtracted. */
void posterior_above_counts(struct beta_law A, int n, double *chance)
{
	double h = n;
	chance[0] = 1;
	for (int i = 0; i <= n; i++)
		chance[0] *= (A.b + i) / (A.a + A.b + i);
	for (int i = 0; i < n; i++)
		h *= (A.b + i) / (A.a + A.b + i);
	h *= A.a / (A.a + A.b + n);
	for (int s = 0; s < n; s++) {
		double c = 1 + s, d = n - s;
		chance[s + 1] = chance[s] + h * (1 / c + 1 / d);
		h *= (A.a + c) / c * (d - 1) / (A.b + d - 1);
	}
}

double posterior_loss(struct beta_law A, struct beta_law B, double error)
{
	struct integrand f = {.A = A, .B = B, .error = error, .value = between};
	return integrate(&f);
}

struct interval posterior_interval(struct beta_law law, double level)
{
	double tail = (1 - level) / 2;
	return (struct interval){proportion_beta_quantile(law.a, law.b, tail),
				 proportion_beta_quantile(law.a, law.b, 1 - tail)};
}
