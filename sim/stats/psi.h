/* The population stability index: how far one distribution has drifted from another, as the
 * symmetric divergence of Jeffreys (1946). Below 0.1 little, above 0.25 a lot, by custom. */
#ifndef SIM_STATS_PSI_H
#define SIM_STATS_PSI_H

#include <stdint.h>

/* Of counts in bins, joined from both ends to `groups` groups of about equally many of `y`; half a
 * count is added to each, for an empty one would be infinitely far. NaN without counts. */
double psi_of_counts(const uint64_t *x, const uint64_t *y, int bins, int groups);

/* Its mean if nothing has drifted: groups - 1 times 1/n1 + 1/n2 (Yurdakul 2018). */
double psi_expected(double n1, double n2, int groups);

#endif
