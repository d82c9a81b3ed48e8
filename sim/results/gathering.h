/* What is gathered of traces on their way into a recording. */
#ifndef SIM_RESULTS_GATHERING_H
#define SIM_RESULTS_GATHERING_H

#include "replay/head.h"
#include "sim/recording.h"

struct gathering {
	struct arena *arena;
	struct arena scratch; /* what the recording does not keep */
	struct recording *recording;
	sim_time *at;
	int64_t *duration; /* ns; -1: unknown */
	int8_t *outcome, *version, *segment;
	int16_t *route;
	uint64_t *who; /* hashes; then places, in `user` */
	uint32_t *user;
	bool outcomes, durations;
	/* Of the replays, and where the present trace has them: -1 nowhere. */
	int64_t *replayed_duration;
	int8_t *replayed_outcome;
	int status_place, duration_place;
	struct dictionary routes, versions, segments; /* of all traces */
	int16_t route_place[MOST_ROUTES], version_place[MOST_PARTIES], segment_place[MOST_PARTIES];
};

/* When all is gathered: the laws of each version, and the bits that lead back from them to what was
 * recorded. */
void luck_find(struct gathering *gathering);

#endif
