/* Whether values lie below a quantile are successes of chance p: the beta-binomial mixture judges.
 */
#include "sim/stats/quantile_sequence.h"

#include "sim/stats/mixture.h"

#include <gsl/gsl_sf_psi.h>
#include <gsl/gsl_sf_zeta.h>
#include <math.h>
#include <stdbool.h>

/* One sample, and how surprising it is that a share f of it lies below the quantile. */
struct side {
	const uint64_t *count;
	double n, p, rho;
	double calm; /* the share that surprises least: near p, but laws that lean do so */
};

static double surprise(const struct side *side, double f)
{
	double p = side->p, v = p * (1 - p) * side->n;
	return mixture_beta_binomial((f - p) * side->n, v, side->rho, p, 1 - p, false);
}

/* The least, where the quantile lies in a bin: any share of the bin may be below it. */
static double least_surprise(const struct side *side, double below, double within)
{
	double low = below / side->n, high = (below + within) / side->n;
	return surprise(side, fmin(fmax(side->calm, low), high));
}

/* The surprise is convex in the number k below the quantile, and least where psi(r / (1 - p) + k)
 * - psi(r / p + n - k) = log(p / (1 - p)), r being what the mixture takes from rho: by Newton's
 * method, from where psi(x) is as log(x - 1/2). */
static double find_calm(const struct side *side)
{
	double p = side->p, n = side->n, v = p * (1 - p);
	double r = mixture_beta_binomial_prior(side->rho, p, 1 - p);
	double k = 0.5 + p * (n + r / v - 1) - r / (1 - p);
	for (int i = 0; i < 20; i++) {
		k = fmin(fmax(k, 0), n);
		double a = r / p + n - k, b = r / (1 - p) + k;
		double off = gsl_sf_psi(b) - gsl_sf_psi(a) - log(p / (1 - p));
		double step = off / (gsl_sf_psi_1(b) + gsl_sf_psi_1(a));
		k -= step;
		if (fabs(step) <= 1e-9 * (1 + k))
			break;
	}
	return fmin(fmax(k, 0), n) / n;
}

static double total(const uint64_t *count, int bins)
{
	uint64_t sum = 0;
	for (int b = 0; b < bins; b++)
		sum += count[b];
	return (double)sum;
}

/* The bin in which that share is reached. */
static int own_bin(const struct side *side, int bins)
{
	uint64_t below = 0, wanted = (uint64_t)fmax(ceil(side->calm * side->n), 1);
	for (int b = 0; b < bins; b++) {
		below += side->count[b];
		if (below >= wanted)
			return b;
	}
	return bins - 1;
}

/* Outside of what lies between the two calmest places, both surprises grow. */
double quantile_sequence_ab(const uint64_t *x, const uint64_t *y, int bins, double p, double t_opt,
			    double alpha_opt)
{
	double rho = mixture_rho(p * (1 - p) * t_opt, alpha_opt, false);
	struct side a = {x, total(x, bins), p, rho, p}, b = {y, total(y, bins), p, rho, p};
	if (a.n < 1 || b.n < 1)
		return 0;
	a.calm = find_calm(&a);
	b.calm = find_calm(&b);
	int own_a = own_bin(&a, bins), own_b = own_bin(&b, bins);
	int from = own_a < own_b ? own_a : own_b, to = own_a < own_b ? own_b : own_a;
	double below_a = total(x, from), below_b = total(y, from), least = INFINITY;
	for (int i = from; i <= to; i++) {
		if (x[i] || y[i])
			least = fmin(least, least_surprise(&a, below_a, (double)x[i]) +
						    least_surprise(&b, below_b, (double)y[i]));
		below_a += (double)x[i];
		below_b += (double)y[i];
	}
	return least;
}

/* ---- the band */

#define BAND 0.85 /* A of the theorem */

/* The chance ever to leave the band of this constant, as stitched with epochs of ratio eta. */
static double chance_at(double constant, double eta)
{
	double root = BAND - sqrt(2 * (eta - 1) / constant), g2 = 2 / eta * root * root;
	if (!(root > 0 && g2 > 1))
		return INFINITY;
	return 4 * exp(-g2 * constant) * (1 + 1 / ((g2 - 1) * log(eta)));
}

/* The best epochs, by golden sections: the chance has one valley. */
static double chance_to_leave(double constant)
{
	const double golden = 0.6180339887498949;
	double low = 1 + 1e-9, high = 2 * BAND * BAND;
	while (!isfinite(chance_at(constant, high)) && high - low > 1e-6)
		high = low + (high - low) * 0.99;
	for (int i = 0; i < 100; i++) {
		double a = high - golden * (high - low), b = low + golden * (high - low);
		if (chance_at(constant, a) < chance_at(constant, b))
			high = b;
		else
			low = a;
	}
	return chance_at(constant, (low + high) / 2);
}

static double radius(double t, double t_min, double constant)
{
	return t < t_min ? INFINITY : BAND * sqrt((log1p(log(t / t_min)) + constant) / t);
}

double quantile_sequence_band(double t, double t_min, double alpha)
{
	return radius(t, t_min, 0.8 * log(1612 / alpha));
}

double quantile_sequence_exact_band(double t, double t_min, double alpha)
{
	double low = 1, high = 0.8 * log(1612 / alpha) + 1;
	for (int i = 0; i < 200; i++) {
		double middle = (low + high) / 2;
		if (middle == low || middle == high)
			break;
		if (chance_to_leave(middle) > alpha)
			low = middle;
		else
			high = middle;
	}
	return radius(t, t_min, high);
}

static double logit(double p)
{
	return log(p / (1 - p));
}

double quantile_sequence_stitched(double p, double t, double alpha, double t_opt, double delta,
				  double s, double eta)
{
	double time = fmax(t, t_opt), zeta = gsl_sf_zeta(s), nearest = p;
	if (p < 0.5) {
		double shifted = logit(p) + 2 * delta * sqrt(t_opt * eta / time);
		nearest = fmin(0.5, 1 / (1 + exp(-shifted)));
	}
	double v = nearest * (1 - nearest) * time;
	double place = sqrt(time / t_opt) * fabs(logit(p)) / (2 * delta) + 1;
	double level = s * log(log(eta * time / t_opt)) + s * log(place) +
		       log(2 * zeta * (2 * zeta + 1) / (alpha * pow(log(eta), s)));
	double k1 = (pow(eta, 0.25) + pow(eta, -0.25)) / M_SQRT2;
	double linear = (sqrt(eta) + 1) / 2 * (1 - 2 * p) / 3 * level;
	return delta * sqrt(eta * v / t_opt) + sqrt(k1 * k1 * v * level + linear * linear) + linear;
}

/* ---- a share */

static double share_surprise(double x, double n, double p, double t_opt, double alpha_opt)
{
	double rho = mixture_rho(p * (1 - p) * t_opt, alpha_opt, false);
	return mixture_beta_binomial(x - p * n, p * (1 - p) * n, rho, p, 1 - p, false);
}

struct interval quantile_sequence_share(double x, double n, double alpha, double t_opt,
					double alpha_opt)
{
	double wanted = -log(alpha), start = x / n, end[2] = {0, 1};
	for (int side = 0; side < 2; side++) {
		double inner = start, outer = end[side];
		for (int i = 0; i < 2000; i++) {
			double middle = (inner + outer) / 2;
			if (middle == inner || middle == outer)
				break;
			if (share_surprise(x, n, middle, t_opt, alpha_opt) < wanted)
				inner = middle;
			else
				outer = middle;
		}
		end[side] = outer;
	}
	return (struct interval){end[0], end[1]};
}
