/* What faults make of counts on their way to the dashboards. */
#ifndef SIM_DISTORT_H
#define SIM_DISTORT_H

#include "sim/fault.h"
#include "sim/rng.h"
#include "sim/telemetry.h"

/* Adds a window to the totals that dashboards see; `own` is the version's, `stable` is where wrong
 * labels lead. */
void distort_window(const struct tally *window, const struct sight *sight, struct rng *rng,
		    struct tally *own, struct tally *stable);

#endif
