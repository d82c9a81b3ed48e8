/* Points in the order of non-dominated sorting (Deb, Pratap, Agarwal and Meyarivan 2002). */
#ifndef SIM_TUNE_RANK_H
#define SIM_TUNE_RANK_H

#include <stdbool.h>

struct ranked {
	const double *aim; /* all are better if less */
	double violation;  /* of limits; 0: none */
	int rank;	   /* 0: nobody dominates it */
	double crowding;   /* how lonely it is among those of its rank: infinite at the ends */
};

/* One without violations dominates one with, and of two with, that with less. */
bool rank_dominates(const struct ranked *a, const struct ranked *b, int aims);

/* Fills in rank and crowding. */
void rank_all(struct ranked *points, int count, int aims);

/* Whether a comes before b: by rank, then the lonelier. */
bool rank_precedes(const struct ranked *a, const struct ranked *b);

#endif
