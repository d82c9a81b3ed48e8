/* The head of a table: which of its columns are inputs of a calculation. */
#ifndef SIM_CALCULATOR_HEAD_H
#define SIM_CALCULATOR_HEAD_H

#include "sim/calculator/calculation.h"
#include "sim/calculator/csv.h"
#include "sim/error.h"

struct head {
	int columns;
	int *input_of;		    /* by column: the row in the table of inputs; -1: none */
	int column_of[MOST_INPUTS]; /* the other way round */
};

/* Reads the first record and writes it to `out`, with a column for each answer behind. `given` are
 * the inputs that need no column. False after a complaint. */
bool head_read(struct head *head, const struct calculation *calculation, const bool *given,
	       struct csv *csv, struct buffer *out, const struct source *source,
	       struct complaints *complaints, struct arena *arena);

#endif
