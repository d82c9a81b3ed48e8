/* A Bernoulli CUSUM as a ladder of levels counted from the alarm down: a success is a step down, an
 * error a climb of m - 1. A level knows nothing of those below it, so one ladder holds the run
 * lengths of all alarm limits at once. */
#ifndef SIM_STATS_LADDER_H
#define SIM_STATS_LADDER_H

/* What happens between standing on a level and being below it, or beyond the top. */
struct ladder_level {
	double fall, alarm; /* chances; their sum is 1 */
	double time;	    /* expected observations */
};

struct ladder {
	int climb;		     /* m - 1, at least 1 */
	double p;		     /* chance of an error */
	struct ladder_level *recent; /* `climb` places */
	/* Zero at first. */
	double levels;
	int place; /* of the next level in its block */
	struct ladder_level last, since_block;
};

/* Adds a level. */
void ladder_grow(struct ladder *ladder);

/* The run length from 0 of a chart whose alarm limit is the number of levels: below its last level
 * it starts again. */
double ladder_run_length(const struct ladder *ladder);

#endif
