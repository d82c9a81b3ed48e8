/* Finds out of what format a log is, from how it begins. */
#ifndef REPLAY_GUESS_H
#define REPLAY_GUESS_H

#include "replay/parser.h"

enum { GUESS_BYTES = 256 << 10, GUESS_RECORDS = 200 };

struct guessed {
	const struct format *format; /* NULL: none fits */
	int good, tried;	     /* records of the beginning, of the best format */
};

/* The format that makes rows of most of the first records; at least of half of them. */
struct guessed guess_format(struct view start, struct arena *arena);

#endif
