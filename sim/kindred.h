/* Kindreds: cells of a study whose settings differ only in how checks are judged, so that they live
 * alike until they would decide differently. */
#ifndef SIM_KINDRED_H
#define SIM_KINDRED_H

#include "sim/arena.h"
#include "sim/plan.h"

struct kindred {
	const struct plan *plan; /* of the first: the world is the same to all */
	int rollout, case_index, riders;
	const struct rollout_plan **judge; /* each rider's own */
	int *cell;			   /* ... of the results */
	uint32_t apart;			   /* a bit for each check that is not the same to all */
};

/* Where the cells of a study come from. */
struct cells {
	const struct plan *plans;
	int points, cases, count;
	const int *cell; /* NULL: from 0 on */
	int riders_most; /* of one kindred */
};

/* Every cell is in one kindred, most often alone. They come in the order of their first cells. */
struct kindred *kindred_find_all(struct arena *arena, const struct cells *cells, int *count);

/* Bytes that a rider's own states of its checks take, at a detector's alignment. */
size_t kindred_check_bytes(const struct rollout_plan *rollout, int check);

#endif
