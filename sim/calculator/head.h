/* The head of a table: which of its columns are inputs of a calculation. */
#ifndef SIM_CALCULATOR_HEAD_H
#define SIM_CALCULATOR_HEAD_H

#include "sim/calculator/calculation.h"
#include "sim/calculator/csv.h"
#include "sim/error.h"

struct head {
	/* What is asked, and of whom. */
	const struct calculation *calculation;
	const bool *given; /* inputs that need no column */
	const struct source *source;
	/* What was found. */
	int columns;
	int *input_of; /* by column: the row in the table of inputs; -1: none */
	int inputs;
	int input[MOST_INPUTS]; /* those that have a column, from left to right */
};

/* Reads the first record and writes it to `out`, with a column for each answer behind. False after
 * a complaint. */
bool head_read(struct head *head, struct csv *csv, struct buffer *out,
	       struct complaints *complaints, struct arena *arena);

#endif
