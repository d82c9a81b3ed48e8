/* The divergence grows away from the mean, so its ends are found by halving. */
#include "sim/stats/bandit_index.h"

#include <math.h>

static double part(double p, double q)
{
	return p > 0 ? p * log(p / q) : 0;
}

double bandit_index_kl(double p, double q)
{
	return p == q ? 0 : part(p, q) + part(1 - p, 1 - q);
}

static double find(double mean, double level, double end)
{
	double inner = mean, outer = end;
	if (level <= 0)
		return mean;
	if (bandit_index_kl(mean, end) <= level)
		return end;
	for (int i = 0; i < 2000; i++) {
		double middle = (inner + outer) / 2;
		if (middle == inner || middle == outer)
			break;
		if (bandit_index_kl(mean, middle) <= level)
			inner = middle;
		else
			outer = middle;
	}
	return inner;
}

double bandit_index_kl_upper(double mean, double level)
{
	return find(mean, level, 1);
}

double bandit_index_kl_lower(double mean, double level)
{
	return find(mean, level, 0);
}

double bandit_index_ucb1(double mean, double n, double t)
{
	return mean + sqrt(2 * log(t) / n);
}

double bandit_index_hoeffding(double mean, double n, double t)
{
	return mean + sqrt(log(t) / (2 * n));
}
