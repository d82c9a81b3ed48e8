/* Binomial tails, as of any share. */
#include "sim/stats/poisson.h"

#include "sim/stats/gamma.h"
#include "sim/stats/proportion.h"

#include <math.h>

/* On the other side of the mode: the first outcome no more likely than `limit`, by halving. */
static double other_side(double x, double n, double p, double limit)
{
	double mode = floor((n + 1) * p), step = x <= mode ? 1 : -1;
	double good = x <= mode ? n + 1 : -1, bad = mode;
	while (fabs(good - bad) > 1) {
		double at = bad + step * floor(fabs(good - bad) / 2);
		if (proportion_exactly(at, n, p) <= limit)
			good = at;
		else
			bad = at;
	}
	return good;
}

static double two_sided(double x, double n, double p)
{
	double limit = proportion_exactly(x, n, p) * (1 + 1e-7), mode = floor((n + 1) * p);
	if (proportion_exactly(mode, n, p) <= limit)
		return 1;
	double other = other_side(x, n, p, limit);
	double sum = x <= mode ? proportion_at_most(x, n, p) + proportion_at_least(other, n, p)
			       : proportion_at_least(x, n, p) + proportion_at_most(other, n, p);
	return fmin(sum, 1);
}

struct tails poisson_exact(double x1, double t1, double x2, double t2)
{
	double n = x1 + x2, p = t1 / (t1 + t2);
	return (struct tails){two_sided(x1, n, p), proportion_at_most(x1, n, p),
			      proportion_at_least(x1, n, p)};
}

double poisson_mid_p(double x1, double t1, double x2, double t2)
{
	double n = x1 + x2, p = t1 / (t1 + t2), half = proportion_exactly(x1, n, p) / 2;
	double low = proportion_at_most(x1 - 1, n, p) + half;
	double high = proportion_at_least(x1 + 1, n, p) + half;
	return fmin(2 * fmin(low, high), 1);
}

double poisson_z(double x1, double t1, double x2, double t2)
{
	double difference = x1 / t1 - x2 / t2;
	return difference == 0 ? 0 : difference / sqrt((x1 + x2) / (t1 * t2));
}

struct interval poisson_garwood(double x, double t, double level)
{
	double tail = (1 - level) / 2;
	double low = x > 0 ? gamma_quantile(x, tail) : 0;
	return (struct interval){low / t, gamma_quantile(x + 1, 1 - tail) / t};
}
