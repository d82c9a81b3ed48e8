/* The difference of two shares, p1 - p2, with intervals, and their ratio. All are NaN when either n
 * is 0. */
#ifndef SIM_STATS_DIFFERENCE_H
#define SIM_STATS_DIFFERENCE_H

#include "sim/stats/interval.h"

/* Two samples: successes of trials. */
struct two_shares {
	double x1, n1, x2, n2;
};

struct interval difference_newcombe(const struct two_shares *s, double level); /* 1998, method 10 */
struct interval difference_wald(const struct two_shares *s, double level);
struct interval difference_agresti_caffo(const struct two_shares *s, double level); /* 2000 */

/* Miettinen and Nurminen 1985: all differences that their score test does not reject. */
struct interval difference_score(const struct two_shares *s, double level);

/* That test's statistic for "the difference is `delta`": normal if it is, above 0 if it is more. */
double difference_score_z(const struct two_shares *s, double delta);

/* The same trials twice: how often both succeeded, only the first, only the second, neither. */
struct paired_shares {
	double both, first, second, neither;
};

/* p1 - p2 of pairs (Newcombe 1998, "Improved confidence intervals for the difference between
 * binomial proportions based on paired data", method 10). */
struct interval difference_paired(const struct paired_shares *s, double level);

/* How far two shares of pairs go together, from -1 to 1: his continuity correction brings a bond
 * towards 0. */
double difference_bond(const struct paired_shares *s);

/* a - b of any two numbers by the interval of each and how far they go together: 0 where they are
 * independent (Zou and Donner 2008). */
struct interval difference_mover(double a, struct interval of_a, double b, struct interval of_b,
				 double bond);

/* p1 / p2 on the logarithmic scale (Katz et al. 1978): [0, inf] where either share is 0; and all
 * ratios that the score test of Koopman (1984) does not reject. */
struct interval difference_ratio(const struct two_shares *s, double level);
struct interval difference_ratio_score(const struct two_shares *s, double level);

#endif
