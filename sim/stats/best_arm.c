/* The density of one arm times the distribution functions of the others, integrated by the
 * trapezoidal rule on a scale on which all have bell shapes. */
#include "sim/stats/best_arm.h"

#include "sim/stats/proportion.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

/* On the scale t: a beta variable is the logistic function of it. */
static double density(enum best_arm_family family, struct best_arm_law law, double log_beta,
		      double t)
{
	if (family == BEST_ARM_GAUSSIAN) {
		double z = (t - law.a) / law.b;
		return exp(-z * z / 2) / (law.b * sqrt(2 * M_PI));
	}
	double log1 = fmax(t, 0) + log1p(exp(-fabs(t)));
	return exp(law.a * (t - log1) - law.b * log1 - log_beta);
}

static double below(enum best_arm_family family, struct best_arm_law law, double t)
{
	if (family == BEST_ARM_GAUSSIAN)
		return gsl_cdf_ugaussian_P((t - law.a) / law.b);
	double p = 1 / (1 + exp(-t));
	return law.a >= 1 && law.b >= 1 ? proportion_at_least(law.a, law.a + law.b - 1, p)
					: gsl_cdf_beta_P(p, law.a, law.b);
}

static double centre(enum best_arm_family family, struct best_arm_law law)
{
	return family == BEST_ARM_GAUSSIAN ? law.a : log(law.a / law.b);
}

static double width(enum best_arm_family family, struct best_arm_law law)
{
	return family == BEST_ARM_GAUSSIAN ? law.b : sqrt(1 / law.a + 1 / law.b);
}

static double narrowest(enum best_arm_family family, const struct best_arm_law *law, int arms)
{
	double least = INFINITY;
	for (int i = 0; i < arms; i++)
		least = fmin(least, width(family, law[i]));
	return least;
}

/* The tails of a beta variable fall as exp(-a |t|) and exp(-b |t|) on the logit scale. */
static double reach(enum best_arm_family family, struct best_arm_law law)
{
	double tail = family == BEST_ARM_BETA ? 40 / fmin(law.a, law.b) : 0;
	return fmax(12 * width(family, law), fmin(tail, 700));
}

static double chance_of(enum best_arm_family family, const struct best_arm_law *law, int arms,
			int arm, double step)
{
	struct best_arm_law own = law[arm];
	double log_beta = family == BEST_ARM_BETA ? gsl_sf_lnbeta(own.a, own.b) : 0, sum = 0;
	double middle = centre(family, own), far = reach(family, own);
	int steps = (int)ceil(far / step);
	for (int i = -steps; i <= steps; i++) {
		double t = middle + i * step, value = density(family, own, log_beta, t);
		for (int k = 0; k < arms && value > 0; k++)
			value *= k == arm ? 1 : below(family, law[k], t);
		sum += value;
	}
	return sum * step;
}

void best_arm_chances(enum best_arm_family family, const struct best_arm_law *law, int arms,
		      double *chance)
{
	double step = narrowest(family, law, arms) / 4;
	for (int i = 0; i < arms; i++)
		chance[i] = chance_of(family, law, arms, i, step);
}

void best_arm_top_two(const double *chance, int arms, double beta, double *picked)
{
	for (int i = 0; i < arms; i++) {
		double second = 0;
		for (int k = 0; k < arms; k++)
			if (k != i && chance[k] < 1)
				second += chance[k] / (1 - chance[k]);
		picked[i] = chance[i] * (beta + (1 - beta) * second);
	}
}
