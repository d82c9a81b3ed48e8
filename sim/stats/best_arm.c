/* The density of one arm times the distribution functions of the others, integrated by the
 * trapezoidal rule on a scale on which all have bell shapes. */
#include "sim/stats/best_arm.h"

#include "sim/stats/proportion.h"

#include <assert.h>
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

/* Where an arm surely lies. The tails of a beta variable fall as exp(-a |t|) and exp(-b |t|) on the
 * logit scale. */
static double lowest(enum best_arm_family family, struct best_arm_law law)
{
	double tail = family == BEST_ARM_BETA ? fmin(40 / law.a, 700) : 0;
	return centre(family, law) - fmax(12 * width(family, law), tail);
}

static double highest(enum best_arm_family family, struct best_arm_law law)
{
	double tail = family == BEST_ARM_BETA ? fmin(40 / law.b, 700) : 0;
	return centre(family, law) + fmax(12 * width(family, law), tail);
}

static double below(enum best_arm_family family, struct best_arm_law law, double t)
{
	if (t >= highest(family, law))
		return 1;
	if (family == BEST_ARM_GAUSSIAN)
		return gsl_cdf_ugaussian_P((t - law.a) / law.b);
	double p = 1 / (1 + exp(-t));
	return law.a >= 1 && law.b >= 1 ? proportion_at_least(law.a, law.a + law.b - 1, p)
					: gsl_cdf_beta_P(p, law.a, law.b);
}

/* What a point of the grid adds to each arm's chance: there its density, and all others below. */
static void add_point(enum best_arm_family family, const struct best_arm_law *law, int arms,
		      const double *log_beta, double t, double *sum)
{
	double value[BEST_ARM_MOST], lower[BEST_ARM_MOST], before = 1, behind = 1, most = 0;
	for (int i = 0; i < arms; i++) {
		value[i] = density(family, law[i], log_beta[i], t);
		most = fmax(most, value[i]);
	}
	if (!(most > 0))
		return;
	for (int i = 0; i < arms; i++) {
		lower[i] = below(family, law[i], t);
		value[i] *= before;
		before *= lower[i];
	}
	for (int i = arms; i-- > 0;) {
		sum[i] += value[i] * behind;
		behind *= lower[i];
	}
}

/* One grid for all arms: each distribution function is asked once a point. Where one arm surely is
 * not yet, none can be the best. */
void best_arm_chances(enum best_arm_family family, const struct best_arm_law *law, int arms,
		      double *chance)
{
	double step = narrowest(family, law, arms) / 4, low = -INFINITY, high = low;
	double log_beta[BEST_ARM_MOST];
	assert(arms <= BEST_ARM_MOST);
	for (int i = 0; i < arms; i++) {
		low = fmax(low, lowest(family, law[i]));
		high = fmax(high, highest(family, law[i]));
		log_beta[i] = family == BEST_ARM_BETA ? gsl_sf_lnbeta(law[i].a, law[i].b) : 0;
		chance[i] = 0;
	}
	int points = (int)ceil((high - low) / step);
	for (int i = 0; i <= points; i++)
		add_point(family, law, arms, log_beta, low + i * step, chance);
	for (int i = 0; i < arms; i++)
		chance[i] *= step;
}

/* The chance that arm i is the best, should k not be. Others may be so far behind that nothing is
 * known of who is next. */
static double behind(const double *chance, int arms, int i, int k)
{
	double rest = 0;
	for (int j = 0; j < arms; j++)
		rest += j == k ? 0 : chance[j];
	return rest > 0 ? chance[i] / rest : 1.0 / (arms - 1);
}

void best_arm_top_two(const double *chance, int arms, double beta, double *picked)
{
	for (int i = 0; i < arms; i++) {
		picked[i] = arms > 1 ? beta * chance[i] : 1;
		for (int k = 0; k < arms; k++)
			if (k != i)
				picked[i] += (1 - beta) * chance[k] * behind(chance, arms, i, k);
	}
}
