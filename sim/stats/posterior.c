/* Both are integrals over the density of the narrower law, on the logit scale: there it and what it
 * is multiplied with are log-concave, so the product has one hill, and the trapezoidal rule over it
 * gains digits exponentially as its step shrinks (Trefethen and Weideman 2014). Every factor comes
 * from the binomial law, where no large numbers are subtracted: parameters may be 1e12. */
#include "sim/stats/posterior.h"

#include "sim/stats/proportion.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static double share_of(double t)
{
	return t < 0 ? exp(t) / (1 + exp(t)) : 1 / (1 + exp(-t));
}

/* Of 1 - x. */
static struct beta_law mirror(struct beta_law law)
{
	return (struct beta_law){law.b, law.a};
}

static double mean(struct beta_law law)
{
	return law.a / (law.a + law.b);
}

static double centre(struct beta_law law)
{
	return log(law.a / law.b);
}

static double width(struct beta_law law)
{
	return sqrt(1 / law.a + 1 / law.b);
}

/* Of the logit: x^a (1 - x)^b / B(a, b), from the side where x has all its digits. */
static double density(struct beta_law law, double t)
{
	double n = law.a + law.b;
	double chance = t < 0 ? proportion_exactly(law.a, n, share_of(t))
			      : proportion_exactly(law.b, n, share_of(-t));
	return chance * law.a / n * law.b;
}

enum { MANY = 1000 }; /* from here on GSL's incomplete beta loses digits */

/* The binomial tails need parameters of 1 or more; recurrences lead there. */
static double below(struct beta_law law, double t)
{
	double n = law.a + law.b;
	if (law.a >= 1 && law.b >= 1)
		return t < 0 ? proportion_at_least(law.a, n - 1, share_of(t))
			     : proportion_at_most(law.b - 1, n - 1, share_of(-t));
	if (n < MANY)
		return t < 0 ? gsl_cdf_beta_P(share_of(t), law.a, law.b)
			     : gsl_cdf_beta_Q(share_of(-t), law.b, law.a);
	if (law.a < 1)
		return below((struct beta_law){law.a + 1, law.b}, t) + density(law, t) / law.a;
	return fmax(0, below((struct beta_law){law.a, law.b + 1}, t) - density(law, t) / law.b);
}

/* E max(x - law, 0), by either of two sums, of which one loses few digits. */
static double surplus(struct beta_law law, double t)
{
	double x = share_of(t), less = share_of(t) - mean(law), n = law.a + law.b;
	if (x < mean(law) / 2)
		return fmax(0, x * below(law, t) -
				       mean(law) * below((struct beta_law){law.a + 1, law.b}, t));
	if (t > 0)
		less = mean(mirror(law)) - share_of(-t);
	return fmax(0, less * below(law, t) + density(law, t) / n);
}

struct integrand {
	struct beta_law dense, other; /* the first is the narrower, and the upper one */
	double (*factor)(struct beta_law other, double t);
	double error; /* relative, of the integral */
};

static struct integrand integrand_of(struct beta_law upper, struct beta_law lower,
				     double (*factor)(struct beta_law, double), double error)
{
	if (width(lower) < width(upper))
		return (struct integrand){mirror(lower), mirror(upper), factor, error};
	return (struct integrand){upper, lower, factor, error};
}

static double value(const struct integrand *f, double t)
{
	return density(f->dense, t) * f->factor(f->other, t);
}

/* Far from where both laws lie, the hill is as narrow as the law of all their counts together. */
static struct beta_law both(const struct integrand *f)
{
	return (struct beta_law){f->dense.a + f->other.a, f->dense.b + f->other.b};
}

static double narrowest(const struct integrand *f)
{
	return fmin(width(f->dense), M_SQRT2 * width(both(f)));
}

enum { FARTHEST = 4000 }; /* steps; tails of laws with parameters far below 1 are long */

/* Near it: sums that begin beside the top are as good. It is where the density is highest if the
 * other law lies below, else where both densities together are. */
static double find_top(const struct integrand *f)
{
	double step = 2 * narrowest(f);
	double top = centre(centre(f->dense) > centre(f->other) ? f->dense : both(f));
	double here = value(f, top), down = value(f, top - step), up = value(f, top + step);
	if (down > here) {
		step = -step;
		up = down;
	}
	for (int i = 0; i < FARTHEST && up > here; i++) {
		top += step;
		here = up;
		up = value(f, top + step);
	}
	return top;
}

static double side(const struct integrand *f, double top, double peak, double step)
{
	double sum = 0, term = peak;
	for (int i = 1; i < FARTHEST && term > f->error * (peak + sum) / 10; i++) {
		term = value(f, top + i * step);
		sum += term;
	}
	return sum;
}

/* The rule errs by exp(-(pi w / step)^2) of a normal hill that is as wide as two laws of width w
 * together, and by exp(-2 pi^2 / step) where poles of the logistic function are near. */
static double find_step(const struct integrand *f)
{
	double digits = -log(f->error);
	return 1 / (sqrt(digits) / (M_PI * narrowest(f)) + digits / (2 * M_PI * M_PI));
}

static double integrate(const struct integrand *f)
{
	double top = find_top(f), peak = value(f, top), step = find_step(f);
	return step * (peak + side(f, top, peak, step) + side(f, top, peak, -step));
}

double posterior_above(struct beta_law A, struct beta_law B, double error)
{
	struct integrand f = integrand_of(B, A, below, error);
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
	struct integrand f = integrand_of(A, B, surplus, error);
	return integrate(&f);
}

struct interval posterior_interval(struct beta_law law, double level)
{
	double tail = (1 - level) / 2;
	return (struct interval){proportion_beta_quantile(law.a, law.b, tail),
				 proportion_beta_quantile(law.a, law.b, 1 - tail)};
}
