/* How requests came to be that no log recorded: drawn at random, from numbers that speak of many
 * at once. */
#ifndef REPLAY_DRAWN_H
#define REPLAY_DRAWN_H

#include <stdint.h>

struct drawn {
	int64_t samples, series, step_ns; /* numbers, and what one speaks of */
	int64_t missing;		  /* steps without a number: nothing is drawn there */
	int64_t timed, beyond; /* requests with a duration; those that took longer than that */
};

#endif
