/* A calculation over a table: a column an input, a row a case, a further column an answer. Rows are
 * passed through as they stand, as they come, and in memory that does not grow. */
#ifndef SIM_CALCULATOR_SHEET_H
#define SIM_CALCULATOR_SHEET_H

#include "sim/calculator/calculation.h"

#include <stdio.h>

struct sheet {
	const struct calculation *calculation;
	const char *name; /* of the table, for complaints */
	int in;		  /* a file descriptor */
	FILE *out, *complaints;
	const void *input; /* for rows that say nothing: what was given for all, or the default */
	const bool *given; /* which of its inputs were */
	int threads;	   /* what comes out does not depend on it */
	size_t piece;	   /* bytes to begin with; 0: the usual */
};

/* What was wrong; the first that applies. `errno` is set if the table could not be read or written.
 */
enum sheet_end { SHEET_GOOD, SHEET_MISTAKES, SHEET_NOT_READ, SHEET_NOT_WRITTEN };

enum sheet_end sheet_run(const struct sheet *sheet);

#endif
