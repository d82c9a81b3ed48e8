/* A reader takes one kind of log apart: records into the texts of the columns that are wanted. What
 * these mean is not its business. */
#ifndef REPLAY_READER_H
#define REPLAY_READER_H

#include "replay/columns.h"
#include "replay/lines.h"

enum record {
	RECORD_GOOD,
	RECORD_BAD,	/* not of this kind */
	RECORD_LONG,	/* longer than MOST_LINE */
	RECORD_COMMENT, /* says nothing */
	RECORD_OTHER,	/* of another kind than requests */
	RECORD_NONE	/* the end, or a file that cannot be read further */
};

struct reader {
	const char *name;
	size_t state_size; /* zeroed before `begin` */
	/* Finds the columns. `layout` says what the file itself does not. False, with a sentence in
	 * `why`. */
	bool (*begin)(void *state, const char *layout, const struct columns *columns,
		      struct lines *lines, char *why, size_t size);
	/* Reads a record: a text of each column into `values`, valid until the next, empty where
	 * there is none; all of it into `text`. */
	enum record (*next)(void *state, struct lines *lines, struct view *values,
			    struct view *text);
	void (*end)(void *state);
};

extern const struct reader reader_pattern, reader_table, reader_json_lines, reader_har, reader_otlp,
	reader_goreplay;

#endif
