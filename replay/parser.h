/* One log being read: its bytes, its lines, its columns, and what these mean; out come rows. */
#ifndef REPLAY_PARSER_H
#define REPLAY_PARSER_H

#include "replay/appraisal.h"
#include "replay/format.h"
#include "replay/interpret.h"

struct parser {
	const char *name; /* of the log, as sentences call it */
	const struct format *format;
	struct bytes bytes;
	struct lines lines;
	void *state; /* of the reader */
	struct interpreter interpreter;
	struct view value[MOST_COLUMNS];
	struct view text; /* of the record read last */
};

/* How logs are to be read. */
struct reading {
	const struct format *format;
	struct mapping mapping;
	struct siphash_key key;
	struct head *head;
	uint64_t seed; /* of what is drawn */
};

/* Opens a log: a file, or memory where that is -1. What is wrong with it shows later. */
void parser_open(struct parser *parser, const char *name, int file, struct view memory);

/* Makes ready to read rows. False, with a sentence in `why`, if it cannot be read in this way. */
bool parser_begin(struct parser *parser, const struct reading *reading, char *why, size_t size);

/* The next row, and its stamp as the log has it. What is no row is counted by the appraisal. False
 * at the end of the log, or where it cannot be read further: then bytes.why says so. */
bool parser_next(struct parser *parser, struct appraisal *appraisal, struct row *row,
		 int64_t *stamp_ns);
void parser_close(struct parser *parser);

#endif
