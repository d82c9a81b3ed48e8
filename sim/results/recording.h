/* Traces, taken into memory whole. */
#ifndef SIM_RESULTS_RECORDING_H
#define SIM_RESULTS_RECORDING_H

#include "sim/arena.h"
#include "sim/recording.h"

/* From one trace to MOST_TRACES. NULL, with a sentence in `why`. */
const struct recording *recording_load(struct arena *arena, const char *const *paths, int count,
				       char *why, size_t size);

#endif
