/* Hypergeometric chances one after the other, outwards from the observed table, until what is left
 * is nothing beside the sum. */
#include "sim/stats/fisher.h"

#include "sim/stats/proportion.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* How many of `drawn` are among the `good` ones of all. */
struct law {
	double good, bad, drawn, low, high;
};

/* As a quotient of three binomial chances: no large logarithms are subtracted (Loader 2000). */
static double chance(const struct law *law, double x)
{
	double all = law->good + law->bad;
	if (x < law->low || x > law->high)
		return 0;
	if (law->drawn == 0 || law->drawn == all)
		return 1;
	double p = law->drawn / all;
	return proportion_exactly(x, law->good, p) *
	       proportion_exactly(law->drawn - x, law->bad, p) /
	       proportion_exactly(law->drawn, all, p);
}

static double ratio_up(const struct law *law, double x)
{
	return (law->good - x) / (x + 1) * (law->drawn - x) / (law->bad - law->drawn + x + 1);
}

#define NOTHING 1e-18

static double sum_up(const struct law *law, double x)
{
	double sum = 0, term = chance(law, x);
	for (; x <= law->high && term > NOTHING * sum; x++) {
		sum += term;
		term *= ratio_up(law, x);
	}
	return sum;
}

static double sum_down(const struct law *law, double x)
{
	double sum = 0, term = chance(law, x);
	for (; x >= law->low && term > NOTHING * sum; x--) {
		sum += term;
		term /= ratio_up(law, x - 1);
	}
	return sum;
}

static double mode(const struct law *law)
{
	double all = law->good + law->bad;
	return floor((law->good + 1) * (law->drawn + 1) / (all + 2));
}

/* Summed from the side on which it is short; where that is the wrong one, it is all but 1. */
static double at_most(const struct law *law, double x)
{
	return x <= mode(law) ? sum_down(law, x) : fmax(1 - sum_up(law, x + 1), 0);
}

static double at_least(const struct law *law, double x)
{
	return x >= mode(law) ? sum_up(law, x) : fmax(1 - sum_down(law, x - 1), 0);
}

/* Beyond the mode, on the other side of it than `x`: the first table no more likely than `limit`,
 * counted from the mode. */
static double other_side(const struct law *law, double x, double limit)
{
	double middle = mode(law), step = x <= middle ? 1 : -1;
	double good = x <= middle ? law->high + 1 : law->low - 1, bad = middle;
	while (fabs(good - bad) > 1) {
		double at = bad + step * floor(fabs(good - bad) / 2);
		if (chance(law, at) <= limit)
			good = at;
		else
			bad = at;
	}
	return good;
}

static double two_sided(const struct law *law, double x)
{
	double limit = chance(law, x) * (1 + 1e-7);
	if (chance(law, mode(law)) <= limit)
		return 1;
	double other = other_side(law, x, limit);
	double sum = x <= mode(law) ? sum_down(law, x) + sum_up(law, other)
				    : sum_up(law, x) + sum_down(law, other);
	return fmin(sum, 1);
}

static struct law law_of(double a, double b, double c, double d)
{
	struct law law = {.good = a + b, .bad = c + d, .drawn = a + c};
	law.low = fmax(0, law.drawn - law.bad);
	law.high = fmin(law.good, law.drawn);
	return law;
}

struct tails fisher_exact(double a, double b, double c, double d)
{
	struct law law = law_of(a, b, c, d);
	if (law.low == law.high)
		return (struct tails){1, 1, 1};
	return (struct tails){two_sided(&law, a), fmin(at_most(&law, a), 1),
			      fmin(at_least(&law, a), 1)};
}

/* Where the variance is as large, the score and z differ by less than a hundredth of a standard
 * error, and sums would be long. */
#define NORMAL_FROM 1e4

double fisher_score(double a, double b, double c, double d)
{
	struct law law = law_of(a, b, c, d);
	double all = law.good + law.bad, p = law.drawn / all;
	if (law.low >= law.high)
		return all > 0 ? 0 : NAN;
	if (law.good * law.bad / all * p * (1 - p) >= NORMAL_FROM)
		return proportion_z(a, a + b, c, c + d);
	double half = chance(&law, a) / 2;
	return a > mode(&law) ? gsl_cdf_ugaussian_Qinv(sum_up(&law, a + 1) + half)
			      : gsl_cdf_ugaussian_Pinv(sum_down(&law, a - 1) + half);
}
