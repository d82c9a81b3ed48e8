/* A trace as text: a table that import reads back to the same trace, or lines of JSON. */
#ifndef SIM_REPORT_TRACE_EXPORT_H
#define SIM_REPORT_TRACE_EXPORT_H

#include "sim/results/trace.h"

#include <stdio.h>

/* From a reader that nothing was read from. False if not all of it could be read. */
bool trace_print_csv(struct trace_reader *reader, FILE *out);
bool trace_print_json(struct trace_reader *reader, FILE *out);

#endif
