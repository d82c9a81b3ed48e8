/* A series: what a dashboard recorded, a row each minute or so. */
#ifndef REPLAY_CURVE_H
#define REPLAY_CURVE_H

#include "replay/columns.h"

#include <stdint.h>

enum { CURVE_WHY = 512, MOST_SAMPLES = 10000000 };

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

#endif
