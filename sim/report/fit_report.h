/* A fit in words and as JSON: which models, why, and how far they are from the trace. */
#ifndef SIM_REPORT_FIT_REPORT_H
#define SIM_REPORT_FIT_REPORT_H

#include "sim/report/fit_compare.h"

#include <stdio.h>

void fit_print(const struct fit *fit, const struct fit_comparison *comparison, FILE *out);
void fit_json(const struct fit *fit, const struct fit_comparison *comparison, const char *scenario,
	      FILE *out);

/* In a few words; those of arrivals in the arena. */
const char *fit_law_words(const struct fit_law *law);
const char *fit_arrivals_words(struct arena *arena, const struct fit *fit);

#endif
