/* Shares of successes, from the two tails of the binomial law at any n: GSL's incomplete beta loses
 * digits from n = 1e5 and its inverse gives up at 1e9. */
#include "sim/stats/proportion.h"

#include <assert.h>
#include <float.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_log.h>
#include <math.h>
#include <stdbool.h>

/* x log(x / mean) + mean - x, the deviance of Loader 2000, with miss = mean - x known better than
 * its terms. */
static double deviance(double x, double mean, double miss)
{
	double relative = miss / x;
	return relative < -0.5 ? x * log(x / mean) + miss : -x * gsl_sf_log_1plusx_mx(relative);
}

/* P(exactly x of n). Loader 2000: what Stirling's formula leaves, and the deviances; no large
 * numbers are subtracted, so n may be 1e12. */
double proportion_exactly(double x, double n, double p)
{
	if (x <= 0)
		return exp(n * log1p(-p));
	if (x >= n)
		return exp(n * log(p));
	double miss = fma(n, p, -x);
	double stirling = gsl_sf_gammastar(n) / (gsl_sf_gammastar(x) * gsl_sf_gammastar(n - x));
	double exponent = -deviance(x, n * p, miss) - deviance(n - x, n * (1 - p), -miss);
	return stirling * sqrt(n / (2 * M_PI * x * (n - x))) * exp(exponent);
}

/* p^a (1-p)^b / (B(a, b) I_p(a, b)): the continued fraction of DiDonato and Morris 1992, by
 * Lentz's method. excess = a - (a + b) p must not be negative; then all terms are positive and a
 * few times the cube root of a + b of them are enough. */
static double fraction(double a, double b, double p, double excess)
{
	double value = a * (excess + 1) / (a + 1);
	double c = value, d = 0, change = 0;
	for (double m = 1; fabs(change - 1) > 2 * DBL_EPSILON; m++) {
		double odd = a + 2 * m - 1;
		double up = (a + m - 1) / odd * ((a + b + m - 1) / odd) * m * (b - m) * p * p;
		double down = m + m * (b - m) * p / odd +
			      (a + m) * (excess + 1 + m * (2 - p)) / (odd + 2);
		d = 1 / (down + up * d);
		c = down + up / c;
		change = c * d;
		value *= change;
	}
	return value;
}

double proportion_at_least(double x, double n, double p)
{
	if (x <= 0)
		return 1;
	if (x > n || p <= 0)
		return 0;
	if (p >= 1)
		return 1;
	double weight = x * (1 - p) * proportion_exactly(x, n, p);
	double excess = -fma(n + 1, p, -x);
	if (excess >= 0)
		return weight / fraction(x, n - x + 1, p, excess);
	return 1 - weight / fraction(n - x + 1, x, 1 - p, -excess);
}

double proportion_at_most(double x, double n, double p)
{
	if (x >= n)
		return 1;
	if (x < 0 || p >= 1)
		return 0;
	if (p <= 0)
		return 1;
	double weight = (n - x) * p * proportion_exactly(x, n, p);
	double excess = fma(n + 1, p, -(x + 1));
	if (excess >= 0)
		return weight / fraction(n - x, x + 1, 1 - p, excess);
	return 1 - weight / fraction(x + 1, n - x, p, -excess);
}

/* The p at which a tail of the law has the given chance. Newton's method on the logarithm of the
 * tail, which is concave in the logit of p, kept inside a bracket. */
static double solve(bool lower, double x, double n, double chance, double p)
{
	double low = 0, high = 1;
	for (int i = 0; i < 200; i++) {
		double tail = lower ? proportion_at_least(x, n, p) : proportion_at_most(x, n, p);
		double slope =
			proportion_exactly(x, n, p) * (lower ? x * (1 - p) : -(n - x) * p) / tail;
		double step = log(tail / chance) / slope;
		if (fabs(step) <= 1e-14)
			break;
		if ((tail > chance) == lower)
			high = p;
		else
			low = p;
		double odds = p / (1 - p) * exp(-step);
		p = odds / (1 + odds);
		if (!(p > low && p < high))
			p = (low + high) / 2;
	}
	return p;
}

/* The lower tail of the law is an upper one of binomial trials; the search starts where a normal
 * law on the logit scale has it. */
double proportion_beta_quantile(double a, double b, double tail)
{
	if (a < 1 && b < 1)
		return gsl_cdf_beta_Pinv(tail, a, b);
	if (b < 1)
		return 1 - proportion_beta_quantile(b, a, 1 - tail);
	double z = gsl_cdf_ugaussian_Pinv(tail), logit = log(a / b) + z * sqrt(1 / a + 1 / b);
	if (tail <= 0 || tail >= 1)
		return tail <= 0 ? 0 : 1;
	return solve(true, a, a + b - 1, tail, 1 / (1 + exp(-logit)));
}

/* Computed for the rarer outcome, so that small shares keep their digits. */
static struct interval mirrored(struct interval of_failures)
{
	return (struct interval){1 - of_failures.high, 1 - of_failures.low};
}

static void check_arguments(double successes, double n, double level)
{
	assert(successes >= 0);
	assert(successes <= n);
	assert(level >= 0);
	assert(level <= 1);
}

struct interval proportion_wilson(double successes, double n, double level)
{
	check_arguments(successes, n, level);
	if (n <= 0 || level >= 1)
		return (struct interval){0, 1};
	if (successes > n - successes)
		return mirrored(proportion_wilson(n - successes, n, level));
	double z = gsl_cdf_ugaussian_Qinv((1 - level) / 2);
	double share = successes / n;
	double sum = successes + z * z / 2 + z * sqrt(successes * (1 - share) + z * z / 4);
	/* The product of the two limits is known: dividing by the high one cancels no digits. */
	double low = successes > 0 ? successes * share / sum : 0;
	return (struct interval){low, sum / (n + z * z)};
}

struct interval proportion_clopper_pearson(double successes, double n, double level)
{
	check_arguments(successes, n, level);
	if (n <= 0 || level >= 1)
		return (struct interval){0, 1};
	if (successes > n - successes)
		return mirrored(proportion_clopper_pearson(n - successes, n, level));
	double chance = (1 - level) / 2;
	struct interval limits = proportion_wilson(successes, n, level);
	limits.low = successes > 0 ? solve(true, successes, n, chance, limits.low) : 0;
	limits.high = solve(false, successes, n, chance, limits.high);
	return limits;
}

struct interval proportion_agresti_coull(double successes, double n, double level)
{
	check_arguments(successes, n, level);
	if (n <= 0 || level >= 1)
		return (struct interval){0, 1};
	double z = gsl_cdf_ugaussian_Qinv((1 - level) / 2);
	double size = n + z * z, share = (successes + z * z / 2) / size;
	double half = z * sqrt(share * (1 - share) / size);
	return (struct interval){fmax(share - half, 0), fmin(share + half, 1)};
}

/* The posterior is a beta law, and its tails are those of a binomial one of half a success more. */
struct interval proportion_jeffreys(double successes, double n, double level)
{
	check_arguments(successes, n, level);
	if (n <= 0 || level >= 1)
		return (struct interval){0, 1};
	if (successes > n - successes)
		return mirrored(proportion_jeffreys(n - successes, n, level));
	double chance = (1 - level) / 2, x = successes + 0.5;
	struct interval start = proportion_wilson(successes, n, level);
	double low = successes > 0 ? solve(true, x, n, chance, start.low) : 0;
	return (struct interval){low, solve(true, x, n, 1 - chance, start.high)};
}

double proportion_z(double x1, double n1, double x2, double n2)
{
	assert(x1 >= 0 && x1 <= n1);
	assert(x2 >= 0 && x2 <= n2);
	if (n1 <= 0 || n2 <= 0)
		return NAN;
	double successes = x1 + x2, failures = (n1 - x1) + (n2 - x2), n = n1 + n2;
	if (successes <= 0 || failures <= 0)
		return 0;
	double variance = successes / n * (failures / n) * (1 / n1 + 1 / n2);
	return (x1 / n1 - x2 / n2) / sqrt(variance);
}

double proportion_z_unpooled(double x1, double n1, double x2, double n2)
{
	if (n1 <= 0 || n2 <= 0)
		return NAN;
	double p1 = x1 / n1, p2 = x2 / n2;
	double variance = p1 * ((n1 - x1) / n1) / n1 + p2 * ((n2 - x2) / n2) / n2;
	return p1 == p2 ? 0 : (p1 - p2) / sqrt(variance);
}
