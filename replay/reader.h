/* A reader takes one kind of log apart: records into the texts of the columns that are wanted. What
 * these mean is not its business. */
#ifndef REPLAY_READER_H
#define REPLAY_READER_H

#include "replay/columns.h"
#include "replay/lines.h"

struct drawn;

enum record {
	RECORD_GOOD,
	RECORD_BAD,	/* not of this kind */
	RECORD_LONG,	/* longer than MOST_LINE */
	RECORD_COMMENT, /* says nothing */
	RECORD_OTHER,	/* of another kind than requests */
	RECORD_OPEN,	/* the file ends within it */
	RECORD_SAMPLE,	/* no request, but requests are drawn from it; values are not written */
	RECORD_NEGATIVE,
	RECORD_NO_NUMBER, /* a sample that nothing can be drawn from */
	RECORD_NONE	  /* the end, or a file that cannot be read further */
};

/* What readers have beside that draw requests from numbers. They read all logs as one. */
struct drawer {
	bool (*knows)(struct view start);	  /* whether a log that begins so is of this kind */
	void (*seed)(void *state, uint64_t seed); /* before `begin` */
	const struct drawn *(*drawn)(const void *state); /* so far */
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
	const struct drawer *drawer; /* NULL: its records are requests */
};

extern const struct reader reader_pattern, reader_table, reader_json_lines, reader_har, reader_otlp,
	reader_goreplay, reader_prometheus;

#endif
