/* Whether what stands behind a version is weaker than what stands behind stable: worse as soon as
 * load is high enough, whatever a single request sees. */
#ifndef SIM_WEAKER_H
#define SIM_WEAKER_H

#include "sim/plan.h"

bool weaker_than_stable(const struct plan *plan, int version);

#endif
