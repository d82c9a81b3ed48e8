/* Whether series can be what their labels make of them: rates and shares, not raw counters. */
#ifndef REPLAY_PLAUSIBLE_H
#define REPLAY_PLAUSIBLE_H

#include "replay/matrix.h"

/* False, with a sentence in `why` that says what to ask instead. */
bool plausible_series(const struct matrix *matrix, char *why, size_t size);

#endif
