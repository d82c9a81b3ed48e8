/* ADWIN (Bifet and Gavalda 2007): a window that grows while its parts have the same mean, and drops
 * its oldest part when they have not. Kept as an exponential histogram: buckets of 1, 2, 4 ...
 * numbers. */
#ifndef SIM_STATS_ADWIN_H
#define SIM_STATS_ADWIN_H

#include <stdbool.h>

enum {
	ADWIN_BUCKETS = 10, /* of one size, at most */
	ADWIN_USUAL_BUCKETS = 5,
	ADWIN_ROWS = 40, /* sizes; beyond 2^40 numbers the oldest are dropped */
};

struct adwin_bucket {
	double sum, squares; /* squares: of deviations from its mean */
};

/* Zero is the beginning. */
struct adwin {
	struct adwin_bucket bucket[ADWIN_ROWS][ADWIN_BUCKETS + 1]; /* the oldest of a row first */
	int count[ADWIN_ROWS], rows;
	double n, sum, squares; /* of the window */
	long seen;
	bool cut;
};

struct adwin_rule {
	double delta;
	int buckets;	  /* of one size before two become one, from 2; 0: ADWIN_USUAL_BUCKETS */
	int clock;	  /* looks after every so many numbers */
	int least_part;	  /* numbers of either part, at least 1 */
	int grace;	  /* a window of no more is left alone */
	bool skip_newest; /* does not cut behind the newest bucket of a row, as river does not */
	bool begin_anew;  /* forgets all after a cut, as river does */
};

/* True: the window was cut. */
bool adwin_add(struct adwin *adwin, double x, const struct adwin_rule *rule);

#endif
