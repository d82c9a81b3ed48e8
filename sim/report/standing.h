/* How the rollouts of a case stand to each other: best, tied, worse, and what decides it. */
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
	int rollout, place;	  /* places count from 1; who cannot be told apart shares one */
	int beaten_by;		  /* a rollout of a better place; -1: nobody beats it */
	struct quantity quantity; /* that decided it */
	struct estimate change;	  /* from that rollout to this */
};

/* In the order of their places. `placed` has room for all rollouts. */
void standing_find(const struct results *results, int case_index, int point, struct placed *placed);

#endif
