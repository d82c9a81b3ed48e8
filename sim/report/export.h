/* The rows of a results file for other programs: one line a trial. */
#ifndef SIM_REPORT_EXPORT_H
#define SIM_REPORT_EXPORT_H

#include "sim/result.h"

#include <stdio.h>

void export_csv(const struct results *results, FILE *out);	  /* RFC 4180, with a head */
void export_json_lines(const struct results *results, FILE *out); /* an object a line */

#endif
