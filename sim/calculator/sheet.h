/* A calculation over a table: a column an input, a row a case, a further column an answer. */
#ifndef SIM_CALCULATOR_SHEET_H
#define SIM_CALCULATOR_SHEET_H

#include "sim/calculator/calculation.h"

#include <stdio.h>

struct sheet {
	const struct calculation *calculation;
	const char *name; /* of the table, for complaints */
	FILE *in, *out, *complaints;
	void *input;	   /* what was given for all rows */
	const bool *given; /* which of its inputs were */
};

enum sheet_end { SHEET_GOOD, SHEET_MISTAKES, SHEET_NOT_WRITTEN };

/* Rows with mistakes get no answers, and a sentence each, the first few; the others are answered.
 */
enum sheet_end sheet_run(struct sheet *sheet);

#endif
