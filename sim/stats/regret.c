/* Each is a sum over the arms that are not the best. */
#include "sim/stats/regret.h"

#include "sim/stats/bandit_index.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double regret_explore_then_commit(double horizon, double gap, double pulls)
{
	double wrong = gsl_cdf_ugaussian_Q(gap * sqrt(pulls / 2));
	return gap * (pulls + (horizon - 2 * pulls) * wrong);
}

static double best_of(const double *share, int arms)
{
	double best = share[0];
	for (int a = 1; a < arms; a++)
		best = fmax(best, share[a]);
	return best;
}

double regret_lai_robbins(const double *share, int arms)
{
	double best = best_of(share, arms), sum = 0;
	for (int a = 0; a < arms; a++)
		if (share[a] < best)
			sum += (best - share[a]) / bandit_index_kl(share[a], best);
	return sum;
}

struct regret_bound regret_ucb1(const double *share, int arms)
{
	double best = best_of(share, arms);
	struct regret_bound bound = {0, 0};
	for (int a = 0; a < arms; a++) {
		double gap = best - share[a];
		if (gap > 0)
			bound.slope += 8 / gap;
		bound.constant += (1 + M_PI * M_PI / 3) * gap;
	}
	return bound;
}

static struct halving divide(int rounds, int arms, double budget)
{
	return (struct halving){rounds, arms, rounds ? floor(budget / ((double)arms * rounds)) : 0};
}

struct halving halving_first(int arms, double budget)
{
	int rounds = 0;
	for (int left = arms; left > 1; left = (left + 1) / 2)
		rounds++;
	return divide(rounds, arms, budget);
}

struct halving halving_next(const struct halving *round, double budget)
{
	return divide(round->rounds, (round->arms + 1) / 2, budget);
}
