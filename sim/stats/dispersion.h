/* How much counts vary from window to window: variance over mean, for windows of one, two, four ...
 * basic ones. It is 1 at every length for a Poisson process, 0 for a clock, and grows with the
 * length where arrivals come in bursts: the index of dispersion of Cox and Lewis 1966. */
#ifndef SIM_STATS_DISPERSION_H
#define SIM_STATS_DISPERSION_H

#include "sim/stats/moments.h"

#include <stdint.h>

/* Windows of up to 2^31 basic ones: 10 ms doubled that often is eight months. */
enum { DISPERSION_LENGTHS = 32 };

/* Whole numbers: sums are exact as long as the square of all counts together fits. */
struct dispersion_sums {
	uint64_t windows, sum, squares;
	uint64_t half; /* the first half of a window of the next length */
};

struct dispersion {
	int lengths; /* that are wanted, at least 1 */
	struct dispersion_sums length[DISPERSION_LENGTHS];
};

/* The count of the next basic window. */
void dispersion_add(struct dispersion *dispersion, uint64_t count);

/* The counts in windows of 2^length basic ones; moments_merge joins those of two stretches of time.
 */
struct moments dispersion_counts(const struct dispersion *dispersion, int length);

/* Variance over mean; NaN below two windows or without any count. */
double dispersion_index(const struct moments *counts);

#endif
