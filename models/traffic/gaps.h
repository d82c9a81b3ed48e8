/* Gaps between arrivals added up: what the arrival processes have in common. */
#ifndef MODELS_TRAFFIC_GAPS_H
#define MODELS_TRAFFIC_GAPS_H

#include "sim/traffic.h"

/* Fills in Poisson arrivals at so many per second, as traffic.fill does, from `last_ns` on. */
int gaps_fill(const struct arrivals *to, double per_second, double *last_ns, int room);

/* Turns gaps in multiples of `unit_ns` into times, in place. */
void gaps_add(double *ns, double unit_ns, double *last_ns, int count);

#endif
