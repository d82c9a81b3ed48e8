/* Logarithms of mixtures; bounds in closed form where there is one, else by halving, for a mixture
 * rises with s. */
#include "sim/stats/mixture.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_erf.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_zeta.h>
#include <math.h>

double mixture_rho(double v, double alpha, bool one_sided)
{
	double l = -2 * log(one_sided ? 2 * alpha : alpha);
	return v / (l + log1p(l));
}

double mixture_normal(double s, double v, double rho, bool one_sided)
{
	double two_sided = 0.5 * log(rho / (v + rho)) + s * s / (2 * (v + rho));
	if (!one_sided)
		return two_sided;
	/* log(2 Phi(x)), which does not vanish on the far left. */
	return two_sided + gsl_sf_log_erfc(-s / sqrt(2 * (v + rho)));
}

/* log P and log Q of the incomplete gamma functions; far below, where GSL has nothing left, by the
 * leading term of the series. */
static double log_gamma_below(double shape, double x)
{
	double p = gsl_sf_gamma_inc_P(shape, x);
	return p > 0 ? log(p) : shape * log(x) - x - gsl_sf_lngamma(shape + 1);
}

static double log_gamma_above(double shape, double x)
{
	double q = gsl_sf_gamma_inc_Q(shape, x);
	return q > 0 ? log(q) : (shape - 1) * log(x) - x - gsl_sf_lngamma(shape);
}

double mixture_gamma_exponential(double s, double v, double rho, double c)
{
	double c2 = c * c, k = rho / c2, K = (v + rho) / c2, y = (c * s + v + rho) / c2;
	return k * log(k) - gsl_sf_lngamma(k) - log_gamma_below(k, k) + gsl_sf_lngamma(K) +
	       log_gamma_below(K, y) - K * log(y) + (c * s + v) / c2;
}

double mixture_gamma_poisson(double s, double v, double rho, double c)
{
	double c2 = c * c, k = rho / c2, K = (v + rho) / c2, A = s / c + K;
	return k * log(k) - gsl_sf_lngamma(k) - log_gamma_above(k, k) + gsl_sf_lngamma(A) +
	       log_gamma_above(A, K) - A * log(K) + v / c2;
}

/* log B_x(a, b): the incomplete beta function, not regularised. */
static double log_beta(double a, double b, double x)
{
	double whole = gsl_sf_lnbeta(a, b);
	return x >= 1 ? whole : whole + log(gsl_cdf_beta_P(x, a, b));
}

double mixture_beta_binomial_prior(double rho, double g, double h)
{
	return fmax(rho - g * h, 1e-3 * g * h);
}

double mixture_beta_binomial(double s, double v, double rho, double g, double h, bool one_sided)
{
	double r = mixture_beta_binomial_prior(rho, g, h), x = one_sided ? h / (g + h) : 1,
	       sum = g + h;
	return v / (g * h) * log(sum) - (v + h * s) / (h * sum) * log(g) -
	       (v - g * s) / (g * sum) * log(h) +
	       log_beta((r + v - g * s) / (g * sum), (r + v + h * s) / (h * sum), x) -
	       log_beta(r / (g * sum), r / (h * sum), x);
}

/* ---- bounds */

double mixture_normal_bound(double v, double rho, double alpha, bool one_sided)
{
	double bound = sqrt((v + rho) * (log1p(v / rho) - 2 * log(alpha)));
	if (!one_sided)
		return bound;
	double low = 0, high = bound; /* the two-sided one is farther out */
	for (int i = 0; i < 200 && low < high; i++) {
		double middle = (low + high) / 2;
		if (middle == low || middle == high)
			break;
		if (mixture_normal(middle, v, rho, true) < -log(alpha))
			low = middle;
		else
			high = middle;
	}
	return high;
}

struct skewed {
	double (*mixture)(double s, double v, double rho, double c);
	double v, rho, c;
};

static double skewed_bound(const struct skewed *m, double alpha)
{
	double low = 0, high = 1, wanted = -log(alpha);
	while (m->mixture(high, m->v, m->rho, m->c) < wanted)
		high *= 2;
	for (int i = 0; i < 200; i++) {
		double middle = (low + high) / 2;
		if (middle == low || middle == high)
			break;
		if (m->mixture(middle, m->v, m->rho, m->c) < wanted)
			low = middle;
		else
			high = middle;
	}
	return high;
}

double mixture_gamma_exponential_bound(double v, double rho, double alpha, double c)
{
	return skewed_bound(&(struct skewed){mixture_gamma_exponential, v, rho, c}, alpha);
}

double mixture_gamma_poisson_bound(double v, double rho, double alpha, double c)
{
	return skewed_bound(&(struct skewed){mixture_gamma_poisson, v, rho, c}, alpha);
}

/* A sum cannot be more than v / g: there everything has succeeded. */
double mixture_beta_binomial_bound(double v, double rho, double alpha, double g, double h,
				   bool one_sided)
{
	double low = 0, high = v / g, wanted = -log(alpha);
	if (!(mixture_beta_binomial(high, v, rho, g, h, one_sided) >= wanted))
		return high;
	for (int i = 0; i < 200; i++) {
		double middle = (low + high) / 2;
		if (middle == low || middle == high)
			break;
		if (mixture_beta_binomial(middle, v, rho, g, h, one_sided) < wanted)
			low = middle;
		else
			high = middle;
	}
	return high;
}

double mixture_stitched_bound(double v, double v_min, double alpha, double c, double s, double eta)
{
	double k1 = (pow(eta, 0.25) + pow(eta, -0.25)) / sqrt(2), k2 = (sqrt(eta) + 1) / 2;
	double u = fmax(v, v_min);
	double l =
		s * log(log(eta * u / v_min)) + log(gsl_sf_zeta(s) / pow(log(eta), s)) - log(alpha);
	return sqrt(k1 * k1 * u * l + k2 * c * l * (k2 * c * l)) + k2 * c * l;
}
