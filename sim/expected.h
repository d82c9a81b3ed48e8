/* What is to be expected of a version while nothing is wrong: for designs made before anything is
 * run. */
#ifndef SIM_EXPECTED_H
#define SIM_EXPECTED_H

#include "sim/plan.h"

/* The share of requests of these cohorts that are hits of a metric; NaN where only a run could
 * tell. */
double expected_share(const struct plan *plan, int version, uint32_t cohorts,
		      enum metric_kind kind);

#endif
