/* Rows of a table and their answers, a piece of the table at a time. */
#ifndef SIM_CALCULATOR_ROW_H
#define SIM_CALCULATOR_ROW_H

#include "sim/calculator/head.h"

enum { MISTAKES_SHOWN = 20 }; /* a reader gives up on more; the rest is counted */

/* What all rows share. */
struct rows {
	const struct calculation *calculation;
	const struct head *head;
	const void *input; /* of a row that says nothing */
	const bool *given; /* inputs that an empty field leaves as they are */
	const struct source *source;
};

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
 * row with a mistake has a complaint instead, and nan. */
void piece_answer(struct piece *piece, const struct rows *rows);

#endif
