/* What a run found, for people and for programs. */
#ifndef SIM_REPORT_SUMMARY_H
#define SIM_REPORT_SUMMARY_H

#include "sim/result.h"

#include <stdio.h>

void summary_print(const struct results *results, FILE *out);
void summary_json(const struct results *results, FILE *out); /* one object, one line a cell */

#endif
