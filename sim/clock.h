/* The clock of a log, which may be too coarse for what it times. */
#ifndef SIM_CLOCK_H
#define SIM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock_use {
	int64_t tick_ns;   /* what all stamps are multiples of; 0: there is one stamp only */
	int64_t spread_ns; /* by which stamps were spread, at random */
	int64_t rows, span_ns;
	int64_t ties; /* rows that came at the time of another, as far as that is known */
};

/* The tick that is left to be seen: 0 where stamps were spread over it. */
int64_t clock_tick(const struct clock_use *use);

/* How many rows come in a tick, on average. */
double clock_rows(const struct clock_use *use);

/* Whether what happens within a tick is the clock's doing for so many rows that gaps, dispersion
 * and queues are, too. Taking durations off stamps unties them but makes none of them finer. */
bool clock_is_coarse(const struct clock_use *use);

#endif
