/* All series that are drawn from, with their samples side by side. */
#ifndef REPLAY_MATRIX_H
#define REPLAY_MATRIX_H

#include "sim/arena.h"

#include "replay/series.h"

enum { MOST_SERIES = 10000 }; /* beyond that, labels are identifiers */

struct matrix {
	struct series *series; /* by role, labels, le and time; no two speak of the same moment */
	int count;
	struct sample *sample; /* of all series */
	size_t samples, series_room, sample_room;
	struct arena arena; /* of labels */
};

/* Room for the one that comes next, which counts once the counts do. */
struct series *matrix_series(struct matrix *matrix);
struct sample *matrix_sample(struct matrix *matrix);

/* Gives the series from `from` on, those of one query, their step: the median distance of their
 * samples. False if none has two. */
bool matrix_step(struct matrix *matrix, int from);

/* Puts the series in order when all are there. NULL, or a series that says another time what was
 * said already. */
const struct series *matrix_settle(struct matrix *matrix);
void matrix_free(struct matrix *matrix);

#endif
