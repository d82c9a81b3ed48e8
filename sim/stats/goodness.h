/* Goodness of fit: do counts follow the shares they should? */
#ifndef SIM_STATS_GOODNESS_H
#define SIM_STATS_GOODNESS_H

struct goodness {
	double statistic, df, p;
};

/* Weights need not sum to 1. NaN without counts, or where a weight is not above 0. */
struct goodness goodness_chi_square(const double *counts, const double *weights, int n);
struct goodness goodness_g(const double *counts, const double *weights, int n); /* likelihood */

#endif
