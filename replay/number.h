/* Numbers and times as logs write them, into whole nanoseconds: what has nine decimals keeps all
 * nine. */
#ifndef REPLAY_NUMBER_H
#define REPLAY_NUMBER_H

#include "replay/view.h"

#include <stdint.h>

/* A decimal number times `scale`, rounded to the nearest whole; false where the text is something
 * else or the product does not fit. "1.5e-3" is a number, " 1" and "1," are not. */
bool number_scaled(struct view text, int64_t scale, int64_t *out);

/* The same as a double; NaN and infinities are refused. */
bool number_plain(struct view text, double *out);

#endif
