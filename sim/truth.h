/* The truth about a candidate: whether it is worse than stable, whatever anybody can see. */
#ifndef SIM_TRUTH_H
#define SIM_TRUTH_H

#include "sim/course.h"

/* Whether `version` treats a cohort worse than stable does, by its own fault: more errors, more
 * answers slower than the objective, missing servers, or weaker ones. */
uint32_t truth_worse_variants(const struct course *course, int version, int cohort, sim_time now);

/* Whether the candidate of some rollout may become worse than stable in this case. */
bool truth_is_harmful(const struct plan *plan, const struct case_plan *case_);

#endif
