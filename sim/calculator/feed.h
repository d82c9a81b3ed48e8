/* A stream of records in pieces of whole ones. Pieces grow: the first are small, so that little
 * data is shared among threads, too. What has come is handed on at once, however slowly it comes.
 */
#ifndef SIM_CALCULATOR_FEED_H
#define SIM_CALCULATOR_FEED_H

#include "sim/calculator/csv.h"

enum {
	FIRST_PIECE = 1 << 13,
	LARGEST_PIECE = 1 << 18,
	LONGEST_RECORD = 1 << 26, /* three million numbers; rather a quote that is never closed */
};

struct feed {
	int file;
	size_t piece;	    /* bytes to read at a time, next */
	struct buffer rest; /* read, but part of a record that is not whole */
	int64_t line;	    /* where that begins, from 1 */
	int error;	    /* errno; 0: none */
	bool too_long;
};

void feed_init(struct feed *feed, int file, size_t first_piece);

/* Puts the next records into `text` and sets `csv` to read them. False at the end of the file,
 * after an error, or where a record is longer than may be. */
bool feed_next(struct feed *feed, struct buffer *text, struct csv *csv);
void feed_free(struct feed *feed);

#endif
