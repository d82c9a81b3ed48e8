/* Shares of successes: intervals for one, a test for two. */
#ifndef SIM_STATS_PROPORTION_H
#define SIM_STATS_PROPORTION_H

#include "sim/stats/interval.h"

/* P(at least x), P(at most x) of n independent trials that each succeed with chance p. */
double proportion_at_least(double x, double n, double p);
double proportion_at_most(double x, double n, double p);

/* Clopper and Pearson 1934: never covers less than `level`. [0, 1] when n is 0. */
struct interval proportion_clopper_pearson(double successes, double n, double level);

/* P(exactly x of n), and the same where x and n are no whole numbers. */
double proportion_exactly(double x, double n, double p);

/* The share below which a beta law of these parameters lies with chance `tail`; the library's own
 * never ends for some of a million. */
double proportion_beta_quantile(double a, double b, double tail);

/* Wilson 1927, without continuity correction. [0, 1] when n is 0. */
struct interval proportion_wilson(double successes, double n, double level);

/* Agresti and Coull 1998, cut off at 0 and 1. [0, 1] when n is 0. */
struct interval proportion_agresti_coull(double successes, double n, double level);

/* Equal tails of the posterior of Jeffreys's prior; from 0 where nothing succeeded, to 1 where
 * everything did (Brown, Cai and DasGupta 2001). [0, 1] when n is 0. */
struct interval proportion_jeffreys(double successes, double n, double level);

/* Two-proportion z, pooled variance: (x1/n1 - x2/n2) / sqrt(p(1-p)(1/n1 + 1/n2)).
 * 0 when both are all or nothing alike, NaN when either n is 0. */
double proportion_z(double x1, double n1, double x2, double n2);

/* The same with the variance of each: infinite where shares that differ are all or nothing. */
double proportion_z_unpooled(double x1, double n1, double x2, double n2);

#endif
