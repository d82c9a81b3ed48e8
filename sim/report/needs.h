/* Before anything is run: what can be told from this traffic, and from how much of it? */
#ifndef SIM_REPORT_NEEDS_H
#define SIM_REPORT_NEEDS_H

#include "sim/plan.h"

#include <stdio.h>

/* What recorded traffic can tell, and what it cannot: nobody should read the numbers without it. */
void needs_print_recorded(const struct plan *plan, FILE *out);

/* A line for each check that tests a share of failures: how
 * many requests of the candidate tell twice stable's failures from as many, and how long they take
 * in the first stage. */
void needs_print(const struct plan *plan, FILE *out);

/* That the clock of a trace is too coarse for its queues. */
struct clock_use;
void needs_print_clock(const struct clock_use *clock, FILE *out);

#endif
