/* Bandits for arms that change: what was long ago counts less, or no more. Upper confidence bounds
 * of Garivier and Moulines 2011, for rewards between 0 and `range`; xi is how sure they shall be.
 */
#ifndef SIM_STATS_FORGETTING_H
#define SIM_STATS_FORGETTING_H

#include "sim/stats/bandit.h"

/* Before each pull, what is known of all arms is multiplied by gamma. */
void forgetting_discount(struct bandit_arm *arm, int arms, double gamma);

/* Of one of these arms; t is the sum of the discounted pulls of all. */
double forgetting_discounted_index(struct bandit_arm arm, double t, double range, double xi);

/* Of an arm in a sliding window of t pulls. Infinite if it was not pulled there. */
double forgetting_window_index(struct bandit_arm arm, double t, double range, double xi);

#endif
