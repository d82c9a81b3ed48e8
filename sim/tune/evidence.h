/* What the trials of points say of aims and limits, and of one point against another. */
#ifndef SIM_TUNE_EVIDENCE_H
#define SIM_TUNE_EVIDENCE_H

#include "sim/report/cell.h"
#include "sim/tune/bench.h"

/* How sure one has to be. ONCE: one look at the data was planned; ALWAYS: looks come again and
 * again, and what is said must hold at all of them together. */
enum look { LOOK_ONCE, LOOK_ALWAYS };

struct demand {
	enum look look;
	double alpha; /* two-sided */
	double most;  /* trials that there may be: where ALWAYS is to be tightest */
};

/* Means of fewer trials are not held against each other at all times: their intervals are right in
 * the limit of many. */
enum { EVIDENCE_FEWEST = 100 };

/* An aim, and what a limit is about, from the first `n` trials. */
struct estimate evidence_aim(const struct problem *problem, int aim, const struct point *point,
			     int n, const struct demand *demand);
struct estimate evidence_limit(const struct problem *problem, int limit, const struct point *point,
			       int n, const struct demand *demand);

enum contest { COMPARED_UNKNOWN, COMPARED_TIED, COMPARED_LESS };

/* A point and what its aims are, by the same demand. */
struct contestant {
	const struct point *point;
	const struct estimate *aim;
};

/* Whether `a` is less than `b` in an aim, trial by trial on the same random numbers; of quantiles,
 * whether their intervals lie apart. Tied: not more by a hundredth, of a share by a percentage
 * point. */
enum contest evidence_compare(const struct problem *problem, int aim, const struct contestant *a,
			      const struct contestant *b, const struct demand *demand);

/* By how much an aim (its terms as they are), or what a limit is about, changes from `a` to `b`. */
struct estimate evidence_aim_change(const struct problem *problem, int aim, const struct point *a,
				    const struct point *b, int n, double alpha);
struct estimate evidence_limit_change(const struct problem *problem, int limit,
				      const struct point *a, const struct point *b, int n,
				      double alpha);

#endif
