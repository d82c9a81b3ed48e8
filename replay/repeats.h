/* Rows that say what another of the same time said. Rows come in the order of their arrivals, so
 * that all of one time follow each other: none is missed, however far apart they stood in the log,
 * unless more than MOST_OF_ONE_TIME different ones have one time. */
#ifndef REPLAY_REPEATS_H
#define REPLAY_REPEATS_H

#include <stdbool.h>
#include <stdint.h>

enum { MOST_OF_ONE_TIME = 1 << 17 }; /* rows; in 4 MiB */

struct repeats {
	int64_t arrival_ns;
	uint64_t mark; /* of the slots that are used at this time */
	int count;     /* of them */
	int slots;
	struct repeats_slot *slot; /* open addressing */
};

enum repeats_answer { REPEATS_NEW, REPEATS_KNOWN, REPEATS_UNSOUGHT };

void repeats_init(struct repeats *repeats);
void repeats_free(struct repeats *repeats);

/* Whether a row was met at this time; arrivals never go back. */
enum repeats_answer repeats_meet(struct repeats *repeats, int64_t arrival_ns, uint64_t identity);

#endif
