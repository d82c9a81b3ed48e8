/* Whether values lie below a quantile are successes of chance p: the beta-binomial mixture judges.
 */
#include "sim/stats/quantile_sequence.h"

#include "sim/stats/mixture.h"

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

/* By golden sections: the surprise is convex. */
static double find_calm(const struct side *side)
{
	const double golden = 0.6180339887498949;
	double low = 0, high = 1;
	double a = high - golden, b = low + golden, at_a = surprise(side, a),
	       at_b = surprise(side, b);
	for (int i = 0; i < 44; i++)
		if (at_a < at_b) {
			high = b;
			b = a;
			at_b = at_a;
			a = high - golden * (high - low);
			at_a = surprise(side, a);
		} else {
			low = a;
			a = b;
			at_a = at_b;
			b = low + golden * (high - low);
			at_b = surprise(side, b);
		}
	return (low + high) / 2;
}

static double total(const uint64_t *count, int bins)
{
	double sum = 0;
	for (int b = 0; b < bins; b++)
		sum += (double)count[b];
	return sum;
}

/* The bin in which that share is reached. */
static int own_bin(const struct side *side, int bins)
{
	double below = 0;
	for (int b = 0; b < bins; b++) {
		below += (double)side->count[b];
		if (below >= side->calm * side->n && below > 0)
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
