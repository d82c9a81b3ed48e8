/* The columns of a trace: where they lie in a row, and how they lie in the file. */
#ifndef SIM_RESULTS_TRACE_COLUMNS_H
#define SIM_RESULTS_TRACE_COLUMNS_H

#include "sim/results/variable.h"

#include "replay/head.h"

/* A column that every trace may have; those that say nothing are left out. */
struct trace_column {
	struct variable variable; /* its `nothing` is there when the log says nothing */
	size_t offset;		  /* in a row */
};

enum { TRACE_COLUMNS = 9, TRACE_MOST_COLUMNS = TRACE_COLUMNS + MOST_EXTRAS };

/* The first is the arrival, by which rows are found. */
extern const struct trace_column trace_columns[TRACE_COLUMNS];

#endif
