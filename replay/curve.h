/* A series: what a dashboard recorded, a row each minute or so, and incidents with their times. */
#ifndef REPLAY_CURVE_H
#define REPLAY_CURVE_H

#include "sim/arena.h"

#include "replay/columns.h"

#include <stdint.h>

enum { CURVE_WHY = 512, MOST_SAMPLES = 10000000, MOST_INCIDENTS = 1000000 };

struct curve {
	int64_t *at_ns; /* ascending; a sample speaks of the time before it */
	double *value;	/* samples x columns; NaN: nothing was recorded */
	int samples, columns;
	int64_t step_ns; /* the usual time between two samples */
	const char *time_column;
};

/* Reads a table. `time` names the column of times, with its unit behind a colon; NULL: the first
 * one that is called timestamp, time or date. False, with a sentence in `why`; to be freed anyway.
 */
bool curve_read(struct curve *curve, const char *path, const char *time,
		const struct columns *columns, char why[CURVE_WHY]);
void curve_free(struct curve *curve);

struct incidents {
	int64_t *at_ns; /* ascending */
	int count;
};

/* Reads a table with a column, or JSON with a key at any depth, that says when incidents began.
 * NULL: inject_timestamp, timestamp, time or start, whichever there is. */
bool incidents_read(struct incidents *incidents, const char *path, const char *key,
		    char why[CURVE_WHY]);
void incidents_free(struct incidents *incidents);

#endif
