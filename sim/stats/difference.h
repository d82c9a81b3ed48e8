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

/* p1 / p2 on the logarithmic scale (Katz et al. 1978): [0, inf] where either share is 0; and all
 * ratios that the score test of Koopman (1984) does not reject. */
struct interval difference_ratio(const struct two_shares *s, double level);
struct interval difference_ratio_score(const struct two_shares *s, double level);

#endif
