/* Several checks, each with a test of its own, are several chances of a false alarm: what that does
 * to the verdict of each. */
#ifndef SIM_CORRECTION_H
#define SIM_CORRECTION_H

#include "sim/trial.h"

/* The verdict of a check of a rider, given the newest ones of all. Checks whose detectors give no
 * p-value are neither counted nor changed. */
struct verdict correction_apply(const struct rider *rider, int index, struct verdict verdict);

#endif
