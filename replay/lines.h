/* The lines of a file, each where it lies in the buffer, without its ending, and without what
 * container runtimes put before it ("2026-08-13T10:00:00.5Z stdout F "). A line may be as long as
 * MOST_LINE; of a longer one only the beginning is kept, and the rest is not. */
#ifndef REPLAY_LINES_H
#define REPLAY_LINES_H

#include "replay/bytes.h"

enum { MOST_LINE = 4 << 20 };

struct lines {
	struct bytes *bytes;
	char *buffer;
	size_t room, from, end; /* of what has not been handed out yet */
	int64_t number;		/* of the line handed out last, from 1 */
	bool ended;
	bool prefixed; /* by a container runtime, which is taken off */
};

enum line_kind { LINE_GOOD, LINE_LONG, LINE_NONE };

void lines_open(struct lines *lines, struct bytes *bytes);

/* The next line; it is valid until the one after it is asked for. LINE_NONE at the end of the file,
 * or where it cannot be read further; then bytes->why says so. */
enum line_kind lines_next(struct lines *lines, struct view *line);

/* The same line with the next one behind it: what was taken for its end stood between quotes. If
 * that is too long, the next line is the one behind the first of them. */
enum line_kind lines_join(struct lines *lines, struct view *line);

/* All that follows, up to `most` bytes; false if there is more. */
bool lines_rest(struct lines *lines, size_t most, struct view *rest);

/* What is there without taking it, at least `least` bytes unless the file is shorter. */
struct view lines_peek(struct lines *lines, size_t least);

/* Has what `next` holds behind all there is, as if it were one file. */
void lines_join_file(struct lines *lines, struct bytes *next);
void lines_close(struct lines *lines);

#endif
