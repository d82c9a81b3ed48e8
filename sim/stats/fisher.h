/* Fisher's exact test (1935) of two shares. Its cost grows with the root of the counts: some
 * microseconds up to a million, some milliseconds at 1e12. */
#ifndef SIM_STATS_FISHER_H
#define SIM_STATS_FISHER_H

#include "sim/stats/tails.h"

/* The table a b / c d. `less`: a is small. Two-sided: all tables no more likely than this one; such
 * as are by less than 1e-7 count, as they do in R and SciPy. */
struct tails fisher_exact(double a, double b, double c, double d);

#endif
