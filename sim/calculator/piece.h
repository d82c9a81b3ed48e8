/* A piece of a table: some rows and their answers. */
#ifndef SIM_CALCULATOR_PIECE_H
#define SIM_CALCULATOR_PIECE_H

#include "sim/calculator/head.h"

enum { MISTAKES_SHOWN = 20 }; /* a reader gives up on more; the rest is counted */

struct piece {
	struct buffer text, out;
	struct csv csv;
	struct complaints complaints; /* at most MISTAKES_SHOWN */
	int64_t mistakes, unanswered; /* unanswered: rows that lack an input */
	struct arena memory, arena;   /* the arena is that of one row */
	void *input, *answers;
};

void piece_init(struct piece *piece, const struct calculation *calculation);
void piece_free(struct piece *piece);

/* Answers all rows that `csv` still has: they go to `out` as they stand, each with its answers. A
 * row with a mistake has a complaint instead, and nan. `input` holds where a row says nothing. */
void piece_answer(struct piece *piece, const struct head *head, const void *input);

#endif
