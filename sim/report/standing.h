/* How the rollouts of a case stand to each other: best, worse, not told apart, and by what. */
#ifndef SIM_REPORT_STANDING_H
#define SIM_REPORT_STANDING_H

#include "sim/report/duel.h"

/* All that is said of one case holds together at this level (Bonferroni; Dunn 1961). */
#define STANDING_LEVEL 0.95

enum { STANDING_QUANTITIES = 3 };

/* What decides, the first of them first. */
extern const char *const standing_harmful[STANDING_QUANTITIES];
extern const char *const standing_healthy[STANDING_QUANTITIES];

struct placed {
	int rollout;
	int first, last; /* its place is one of these, from 1 on: so many surely beat it, and it so
			    many */
	int beaten_by;	 /* the best that does; -1: nobody */
	struct quantity quantity; /* that decided it */
	struct estimate change;	  /* from that rollout to this */
};

/* In the order of their places. `placed` has room for all rollouts. */
void standing_find(const struct results *results, int case_index, int point, struct placed *placed);

#endif
