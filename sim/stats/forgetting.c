/* Discounted bounds are twice as wide. */
#include "sim/stats/forgetting.h"

#include <math.h>

void forgetting_discount(struct bandit_arm *arm, int arms, double gamma)
{
	for (int a = 0; a < arms; a++) {
		arm[a].pulls *= gamma;
		arm[a].rewards *= gamma;
	}
}

double forgetting_discounted_index(struct bandit_arm arm, double t, double range, double xi)
{
	return forgetting_window_index(arm, t, 2 * range, xi);
}

double forgetting_window_index(struct bandit_arm arm, double t, double range, double xi)
{
	if (arm.pulls <= 0)
		return INFINITY;
	return arm.rewards / arm.pulls + range * sqrt(xi * log(t) / arm.pulls);
}
