/* Recorded requests that are alike: of one route, one segment, one hour of the day. The durations
 * and outcomes of a group are the empirical law of each of its requests. */
#ifndef SIM_ALIKE_H
#define SIM_ALIKE_H

#include "sim/arena.h"
#include "sim/recording.h"

/* What alike requests have in common; bits that add up. */
enum { ALIKE_ROUTE = 1, ALIKE_SEGMENT = 2, ALIKE_HOUR = 4 };

/* The groups lie behind each other in `row`. */
struct alike {
	int in_common;
	int64_t groups;
	const uint32_t *row;   /* the requests, group by group */
	const uint32_t *group; /* of each request */
	const uint32_t *first; /* of each group in `row`; one more says where the last ends */
};

/* Hours are those of UTC. */
const struct alike *alike_make(struct arena *arena, const struct recording *recording,
			       int in_common);

/* One of the requests that are like `row`, by a random word. */
static inline int64_t alike_pick(const struct alike *alike, int64_t row, uint32_t bits)
{
	uint32_t group = alike->group[row], first = alike->first[group];
	uint64_t count = alike->first[group + 1] - first;
	return alike->row[first + (uint32_t)((bits * count) >> 32)];
}

#endif
