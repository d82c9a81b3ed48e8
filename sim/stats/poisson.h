/* Counts of events over exposures: two rates compared, and the interval of one. */
#ifndef SIM_STATS_POISSON_H
#define SIM_STATS_POISSON_H

#include "sim/stats/interval.h"
#include "sim/stats/tails.h"

/* Given how many events there were, the first sample's are binomial (Przyborowski and Wilenski
 * 1940). Two-sided: all outcomes no more likely than this one, those more likely by less than 1e-7
 * included. `less`: the first rate is low. */
struct tails poisson_exact(double x1, double t1, double x2, double t2);

/* Twice the smaller tail, with half of the observed outcome. */
double poisson_mid_p(double x1, double t1, double x2, double t2);

/* x1 / t1 - x2 / t2 by its standard error if both rates are equal; 0 without events. */
double poisson_z(double x1, double t1, double x2, double t2);

struct interval poisson_garwood(double x, double t, double level); /* 1936, of the rate */

#endif
