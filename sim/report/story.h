/* One trial told as a story: what happened, what the checks saw, why the decision fell. */
#ifndef SIM_REPORT_STORY_H
#define SIM_REPORT_STORY_H

#include "sim/plan.h"
#include "sim/result.h"

#include <stdio.h>

/* `all`: every look of every check, not only those that say something new. */
void story_print(const struct plan *plan, const struct timeline *timeline, const struct result *row,
		 bool all, FILE *out);

/* The same as JSON lines: one object a happening, the row last. */
void story_json(const struct plan *plan, const struct timeline *timeline, const struct result *row,
		FILE *out);

#endif
