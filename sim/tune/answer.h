/* What a search found, held against fresh trials: whoever looks best among many was lucky, too. */
#ifndef SIM_TUNE_ANSWER_H
#define SIM_TUNE_ANSWER_H

#include "sim/tune/search.h"

enum standing { STANDING_OPEN, STANDING_HOLDS, STANDING_BROKEN };

/* Where nothing on the front is shown to hold all limits, so many others are tried anew. */
enum { ANSWER_RESERVES = 4 };

/* A point of the front, one in reserve, or the one that the file has. */
struct answer_row {
	const struct point *found; /* with the trials of the search */
	struct point *anew;	   /* with fresh ones */
	enum standing standing;	   /* all limits together, in fresh trials */
};

/* A point beside the recommended one. */
struct answer_step {
	int parameter;
	struct point *point;
};

/* The limits that the search ran into. */
struct answer_limit {
	double least; /* of what it is about, over all points that keep to the others */
	bool binds;   /* no point keeps to it and to all others */
};

struct answer {
	struct search *search;
	struct bench bench; /* of the fresh trials */
	struct arena arena;
	int rows, front; /* front: without those in reserve, which follow, and the file's own */
	int reserves;
	struct answer_row row[SEARCH_FRONT + ANSWER_RESERVES + 1];
	int knee; /* -1: there is none to recommend */
	int steps;
	struct answer_step *step;
	struct results results; /* fresh trials of all rows */
	struct answer_limit *limit;
	bool binds;		 /* some limit does */
	double distance, needed; /* standard errors between a false rollback and a miss; NaN */
};

#define ANSWER_LEVEL 0.95

/* Runs the fresh trials, on another seed. False if it was stopped, or threads could not be started.
 * Must be freed either way. */
bool answer_find(struct answer *answer, struct search *search);
void answer_free(struct answer *answer);

/* An aim or what a limit is about, as the quantity is written, with its interval. */
struct estimate answer_aim(const struct answer *answer, int aim, const struct point *point);
struct estimate answer_limit(const struct answer *answer, int limit, const struct point *point);

/* By how much a step changes an aim, or, behind the aims, what a limit is about. */
struct estimate answer_change(const struct answer *answer, int step, int quantity);

/* Says in the results what the points are: the rows, by their values. */
void answer_describe_points(struct answer *answer);

/* The text of a parameter's value, and the same in short; "-": it has nothing to act on. */
const char *answer_value(const struct answer *answer, const struct point *point, int parameter);
const char *answer_label(const struct answer *answer, const struct point *point, int parameter);
#endif
