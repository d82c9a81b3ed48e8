/* Bets on the mean of numbers in [0, 1] (Waudby-Smith and Ramdas 2024). */
#ifndef SIM_STATS_BETTING_H
#define SIM_STATS_BETTING_H

#include "sim/stats/interval.h"

struct hedged_capital {
	double plus, minus; /* log capital of who bets on more, on less than m */
};

/* What betting against the mean m has made of 1 after these numbers, half of it set on either side;
 * alpha says how boldly. */
struct hedged_capital betting_hedged(const double *x, int n, double m, double alpha);

/* All means that half the capital of neither side rejects at alpha. */
struct interval betting_interval(const double *x, int n, double alpha);

/* Predictable-mixture empirical Bernstein: the same idea in closed form, somewhat wider. */
struct interval betting_bernstein(const double *x, int n, double alpha);

#endif
