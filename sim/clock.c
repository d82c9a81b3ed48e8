/* Rows that share a tick are counted from the rate, not only from ties: a stamp of whole seconds
 * less a duration of milliseconds looks fine, and is not. */
#include "sim/clock.h"

enum {
	FINE_NS = 1000000, /* what happens within a millisecond is nobody's concern */
	FEW = 30,	   /* rows of which common multiples may be chance, and no tick */
};

/* Of so many rows one that shares its tick with another: more spoil the CV by some percent. */
#define ROWS_COARSE 10

int64_t clock_tick(const struct clock_use *use)
{
	return use->spread_ns < use->tick_ns ? use->tick_ns : 0;
}

double clock_rows(const struct clock_use *use)
{
	return use->span_ns > 0 ? (double)use->rows * (double)clock_tick(use) / (double)use->span_ns
				: 0;
}

bool clock_is_coarse(const struct clock_use *use)
{
	bool shared = clock_rows(use) * ROWS_COARSE > 1 && use->rows >= FEW;
	return clock_tick(use) >= FINE_NS && use->rows > 1 &&
	       (use->ties * ROWS_COARSE > use->rows || shared);
}
