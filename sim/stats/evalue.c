/* Log-gamma functions of large counts are taken apart by Stirling's formula, so that what cancels
 * is never computed. */
#include "sim/stats/evalue.h"

#include <gsl/gsl_sf_exp.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_log.h>
#include <math.h>

/* log of what Stirling's formula leaves of the gamma function. */
static double rest(double x)
{
	return x > 1e15 ? 0 : log(gsl_sf_gammastar(x));
}

/* With a = k theta, p = (a + x) / (k + n): (k + n) KL(p, theta) and small terms. */
double evalue_multinomial(const double *count, const double *theta, int n, double k)
{
	double all = 0, share = 0, divergence = 0, small = 0;
	for (int i = 0; i < n; i++) {
		all += count[i];
		share += theta[i];
	}
	for (int i = 0; i < n; i++) {
		double t = theta[i] / share, a = k * t, x = count[i];
		double excess = (x - all * t) / (t * (k + all)); /* p / theta - 1 */
		divergence += (a + x) * gsl_sf_log_1plusx(excess);
		small += rest(a + x) - rest(a) - 0.5 * log1p(x / a);
	}
	return divergence + small + 0.5 * log1p(all / k) - rest(k + all) + rest(k);
}

/* Whether theta1 is rejected: of the events as they are against the prior's mixture. */
static double log_evidence(double x1, double x2, double theta1, double prior1, double k)
{
	double prior[2] = {prior1, 1 - prior1}, count[2] = {x1, x2};
	double at_prior = evalue_multinomial(count, prior, 2, k);
	return at_prior + x1 * log(prior1 / theta1) + x2 * log((1 - prior1) / (1 - theta1));
}

static double find_end(double x1, double x2, double prior1, double k, double wanted, double end)
{
	double inner = x1 + x2 > 0 ? x1 / (x1 + x2) : prior1, outer = end;
	for (int i = 0; i < 2000; i++) {
		double middle = (inner + outer) / 2;
		if (middle == inner || middle == outer)
			break;
		if (log_evidence(x1, x2, middle, prior1, k) < wanted)
			inner = middle;
		else
			outer = middle;
	}
	return outer;
}

struct interval evalue_multinomial_interval(double x1, double x2, double theta1, double k,
					    double alpha)
{
	double wanted = -log(alpha);
	return (struct interval){find_end(x1, x2, theta1, k, wanted, 0),
				 find_end(x1, x2, theta1, k, wanted, 1)};
}

double evalue_poisson(double events, double intensity, double shape, double rate)
{
	return shape * log(rate) - gsl_sf_lngamma(shape) + gsl_sf_lngamma(shape + events) -
	       (shape + events) * log(rate + intensity) + intensity;
}

/* The e-value of an intensity is least at shape + events - rate. */
struct interval evalue_poisson_interval(double events, double shape, double rate, double alpha)
{
	double wanted = -log(alpha), least = fmax(shape + events - rate, 0);
	double end[2] = {0, 2 * least + 1};
	while (evalue_poisson(events, end[1], shape, rate) < wanted)
		end[1] *= 2;
	for (int side = 0; side < 2; side++) {
		double inner = least, outer = end[side];
		if (!side && evalue_poisson(events, 0, shape, rate) < wanted)
			continue;
		for (int i = 0; i < 2000; i++) {
			double middle = (inner + outer) / 2;
			if (middle == inner || middle == outer)
				break;
			if (evalue_poisson(events, middle, shape, rate) < wanted)
				inner = middle;
			else
				outer = middle;
		}
		end[side] = outer;
	}
	return (struct interval){end[0], end[1]};
}

double evalue_of_p(double p, double kappa)
{
	return log(kappa) + (kappa - 1) * log(p);
}

/* With x = -log p, that is (e^x - 1 - x) / x^2. */
double evalue_of_p_mixed(double p)
{
	double x = -log(p);
	if (x < 1)
		return log(gsl_sf_exprel_2(x) / 2);
	return x + log1p(-exp(-x) * (1 + x)) - 2 * log(x);
}

double evalue_to_p(double log_e)
{
	return fmin(exp(-log_e), 1);
}

double evalue_mean(const double *log_e, int n)
{
	double most = -INFINITY, sum = 0;
	for (int i = 0; i < n; i++)
		most = fmax(most, log_e[i]);
	for (int i = 0; i < n && isfinite(most); i++)
		sum += exp(log_e[i] - most);
	return isfinite(most) ? most + log(sum / n) : most;
}
