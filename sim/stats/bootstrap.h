/* Intervals of any statistic from what it is in resamples: Efron 1979. Who draws them decides how;
 * here is what follows from them. */
#ifndef SIM_STATS_BOOTSTRAP_H
#define SIM_STATS_BOOTSTRAP_H

#include "sim/stats/interval.h"

/* A statistic of `n` ascending values, of which the i-th is there times[i] times. */
typedef double bootstrap_statistic(const double *sorted, const int *times, int n, double of);
bootstrap_statistic bootstrap_mean, bootstrap_sd; /* of: not used */
bootstrap_statistic bootstrap_quantile;		  /* of: which, from 0 to 1; definition 7 */

/* What the statistic is without each value in turn, sample by sample, tells its acceleration: how
 * its spread grows with it (Efron 1987, equation 6.6; Efron and Tibshirani 1993, chapter 14). */
struct bootstrap_influence {
	double squares, cubes;
};
void bootstrap_add_influence(struct bootstrap_influence *sum, const double *without, int n);
double bootstrap_acceleration(const struct bootstrap_influence *sum);

struct bootstrap {
	double se, bias;
	struct interval percentile, basic;
	struct interval bca; /* NaN where the estimate lies beyond all replicates */
};

/* Sorts the replicates. */
struct bootstrap bootstrap_of(double estimate, double *replicates, int count, double acceleration,
			      double level);

#endif
