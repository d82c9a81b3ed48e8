/* The formats that are shipped: how a log is taken apart, and what its columns mean. Most are rows
 * of one table; what they need of code is the reader they share. */
#ifndef REPLAY_FORMAT_H
#define REPLAY_FORMAT_H

#include "replay/reader.h"

enum { FORMAT_SIGNS = 3 };

struct format {
	const char *name, *about;
	const struct reader *reader;
	const char *layout;  /* for the reader: a pattern, the heading of a table without one */
	const char *mapping; /* NULL: what the variables of the pattern mean, or the headings say */
	const char *sign[FORMAT_SIGNS]; /* what the beginning of every such log holds */
};

/* In the order in which they are tried; ends with a row whose name is NULL. The last two mean
 * nothing by themselves, and so are never guessed: lines of JSON, and tables. */
extern const struct format formats[];

const struct format *format_find(const char *name);

/* Adds what the format's columns mean. `start` is the beginning of the log. False, with a sentence
 * in `why`, if the headings do not say. */
bool format_mapping(const struct format *format, struct view start, struct mapping *mapping,
		    struct arena *arena, char *why, size_t size);

/* Whether a log that begins so may be of the format: cheap, and wrong only one way. */
bool format_may_be(const struct format *format, struct view start);

#endif
