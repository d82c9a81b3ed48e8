/* The normal law of deviation 1 and any mean, cut off at 0: what is left above 0, made whole. The
 * mean of the law before the cut, from -30 to 1000 deviations, is the `peak`. */
#ifndef SIM_STATS_POSITIVE_NORMAL_H
#define SIM_STATS_POSITIVE_NORMAL_H

double positive_normal_cdf(double peak, double x);	/* any x */
double positive_normal_quantile(double peak, double p); /* 0 < p < 1 */
double positive_normal_mean(double peak);
double positive_normal_sd(double peak);

#endif
