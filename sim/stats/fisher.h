/* Fisher's exact test (1935) of two shares. Its cost grows with the root of the counts: some
 * microseconds up to a million, some milliseconds at 1e12. */
#ifndef SIM_STATS_FISHER_H
#define SIM_STATS_FISHER_H

#include "sim/stats/tails.h"

/* The table a b / c d. `less`: a is small. Two-sided: all tables no more likely than this one; such
 * as are by less than 1e-7 count, as they do in R and SciPy. */
struct tails fisher_exact(double a, double b, double c, double d);

/* The same as a normal number: one as far out as the table is, half of its own chance counted.
 * Above 0 where a is large; of large counts, the pooled z. Scores of few failures are not as skewed
 * as z is. */
double fisher_score(double a, double b, double c, double d);

#endif
