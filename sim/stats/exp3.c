/* Weights grow without end; only their ratios count, so that logarithms do. */
#include "sim/stats/exp3.h"

#include <math.h>

void exp3_chances(const double *log_weight, int arms, double gamma, double *chance)
{
	double most = log_weight[0], sum = 0;
	for (int a = 1; a < arms; a++)
		most = fmax(most, log_weight[a]);
	for (int a = 0; a < arms; a++)
		sum += chance[a] = exp(log_weight[a] - most);
	for (int a = 0; a < arms; a++)
		chance[a] = (1 - gamma) * chance[a] / sum + gamma / arms;
}

void exp3_learn(double *log_weight, int arms, double gamma, int arm, double chance, double reward)
{
	log_weight[arm] += gamma * reward / (arms * chance);
}
