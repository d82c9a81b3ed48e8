/* The law of durations that the buckets of a classic histogram tell for one moment. */
#ifndef REPLAY_LAW_H
#define REPLAY_LAW_H

#include <stdbool.h>

struct law {
	double *bound, *upto; /* of each bucket: its upper bound, and the rate up to there */
	int count;	      /* 0: nothing is known now */
	double total;	      /* rate of all, of the bucket that has no bound */
};

/* Takes in the buckets that were set: from the last bound on all are counted. Rates that fall a
 * little from one bound to the next are made level, as Prometheus does; false if they fall by
 * more, at bucket *at. */
bool law_settle(struct law *law, int *at);

/* The duration below which a share of all lie, linear within a bucket as in Prometheus'
 * histogram_quantile; NaN where no bound is finite. Beyond the last finite bound it is that bound,
 * and *beyond says so. */
double law_quantile(const struct law *law, double share, bool *beyond);

#endif
