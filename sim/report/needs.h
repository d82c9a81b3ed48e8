/* Before anything is run: how many requests do the checks need to see what they are for? */
#ifndef SIM_REPORT_NEEDS_H
#define SIM_REPORT_NEEDS_H

#include "sim/plan.h"

#include <stdio.h>

/* A line for each check that tests a share of failures: how many requests of the candidate tell
 * twice stable's failures from as many, and how long they take in the first stage. Nothing where no
 * check does. */
void needs_print(const struct plan *plan, FILE *out);

#endif
