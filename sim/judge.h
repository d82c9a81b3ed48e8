/* Judging a slice: what became of each request, and what would have become of it on stable. */
#ifndef SIM_JUDGE_H
#define SIM_JUDGE_H

#include "sim/requests.h"

/* What is known of a slice before it is judged, a byte or a time a request. With queues, times are
 * first how long the service takes, then how long the client stayed. */
struct facts {
	uint8_t bad[2 * BATCH]; /* the flags of its version's errors, timeouts, slowness */
	uint8_t ill[2 * BATCH]; /* the same, had stable served it: not 0 if not well */
	uint8_t refused[2 * BATCH], twin_refused[2 * BATCH];
	sim_time time[2 * BATCH], twin_time[2 * BATCH];
};

/* Forgets what was known; notes whose answer is an error, is wrong or never comes, and how long
 * failures take. */
void judge_outcomes(struct requests *requests, struct facts *facts);

/* Without queues: who was too slow. */
void judge_latencies(struct requests *requests, struct facts *facts);

/* What became of copies, held against their originals, which they follow. */
void judge_copies(struct slice *slice);

/* Puts the flags together. */
void judge_flags(struct slice *slice, const struct facts *facts);

#endif
