/* The gamma law of scale 1, both tails and the quantile, for shapes from 0.1 to 1000. The library's
 * own quantile gives up on some arguments, and ends the program when it does; its tails are noise
 * in the tenth digit when shapes are larger. */
#ifndef SIM_STATS_GAMMA_H
#define SIM_STATS_GAMMA_H

double gamma_below(double shape, double x); /* the probability of less, for any x */
double gamma_above(double shape, double x);
double gamma_quantile(double shape, double p); /* 0 < p < 1 */

#endif
