/* The points of `vary`, and values set from outside: what is put into the tree before it is read.
 */
#ifndef SIM_SCENARIO_POINTS_H
#define SIM_SCENARIO_POINTS_H

#include "sim/scenario/reader.h"
#include "sim/scenario/scenario.h"

struct points {
	struct node *root;	 /* the scenario, likes resolved, settings in place, without: */
	const struct node *vary; /* NULL: nothing varies */
	struct node *tune;	 /* NULL: nothing is to be tuned */
	int varied, count;	 /* parameters; points */
};

/* Prepares the tree for its points. False after complaints about `vary`. */
bool points_read(struct reader *reader, struct node *root, const struct setting *settings,
		 int count, struct points *points);

/* A copy of the tree at a point. */
struct node *points_arrange(struct reader *reader, const struct points *points, int point);

/* The varied parameters and their value at every point. */
struct vary *points_describe(struct arena *arena, const struct points *points);

#endif
