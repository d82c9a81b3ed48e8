/* A window on the bytes that slides and grows. */
#include "replay/lines.h"

#include "sim/error.h"

#include <stdlib.h>

enum { FIRST_ROOM = 256 << 10, PEEK = 4096 };

static void make_room(struct lines *lines, size_t room)
{
	char *buffer = realloc(lines->buffer, room);
	if (!buffer)
		error_out_of_memory(room);
	lines->buffer = buffer;
	lines->room = room;
}

/* Moves what is left to the front and reads behind it; false at the end of the file. */
static bool read_more(struct lines *lines)
{
	if (lines->ended)
		return false;
	if (!lines->room)
		make_room(lines, FIRST_ROOM);
	if (lines->from) {
		lines->end -= lines->from;
		memmove(lines->buffer, lines->buffer + lines->from, lines->end);
		lines->from = 0;
	}
	if (lines->end == lines->room)
		make_room(lines, 2 * lines->room);
	size_t got = bytes_read(lines->bytes, lines->buffer + lines->end, lines->room - lines->end);
	lines->end += got;
	lines->ended = !got;
	return got > 0;
}

/* Where the line that begins at `from` ends, looking on from `seen` bytes behind that. Reads what
 * it takes; the end of the file ends a line as well. */
static bool find_end(struct lines *lines, size_t seen, size_t *length)
{
	for (;;) {
		const char *start = lines->buffer + lines->from;
		size_t left = lines->end - lines->from;
		const char *newline = left > seen ? memchr(start + seen, '\n', left - seen) : NULL;
		*length = newline ? (size_t)(newline - start) : left;
		if (newline || *length > MOST_LINE)
			return *length <= MOST_LINE;
		seen = left;
		if (!read_more(lines))
			return true;
	}
}

/* Forgets the rest of a line that is too long. */
static void skip_line(struct lines *lines)
{
	do {
		const char *start = lines->buffer + lines->from;
		const char *newline = memchr(start, '\n', lines->end - lines->from);
		lines->from = newline ? (size_t)(newline + 1 - lines->buffer) : lines->end;
		if (newline)
			return;
	} while (read_more(lines));
}

/* How long the prefix of a container runtime is: a date, the stream, and F for a full line; 0 where
 * there is none. */
static size_t prefix_of(struct view line)
{
	const char *blank = memchr(line.at, ' ', line.length);
	struct view rest =
		blank ? view_from(line, (size_t)(blank - line.at)) : (struct view){"", 0};
	bool date = line.length > 20 && line.at[4] == '-' && line.at[10] == 'T' &&
		    rest.length > 10 && (blank[-1] == 'Z' || blank[-3] == ':');
	if (!date || (!view_begins(rest, " stdout F ") && !view_begins(rest, " stderr F ")))
		return 0;
	return line.length - rest.length + strlen(" stdout F ");
}

static void take(struct lines *lines, size_t length, struct view *line)
{
	*line = (struct view){lines->buffer + lines->from, length};
	lines->from += length + (lines->from + length < lines->end);
	lines->number++;
	if (line->length && line->at[line->length - 1] == '\r')
		line->length--;
	if (lines->prefixed)
		*line = view_from(*line, prefix_of(*line));
}

static enum line_kind take_long(struct lines *lines, struct view *line)
{
	skip_line(lines);
	lines->number++;
	*line = view_of("(too long to show)");
	return LINE_LONG;
}

enum line_kind lines_next(struct lines *lines, struct view *line)
{
	size_t length;
	if (!find_end(lines, 0, &length))
		return take_long(lines, line);
	if (!length && lines->from == lines->end)
		return LINE_NONE;
	take(lines, length, line);
	return LINE_GOOD;
}

enum line_kind lines_join(struct lines *lines, struct view *line)
{
	size_t start = (size_t)(line->at - lines->buffer), seen = lines->from - start, length;
	lines->from = start;
	if (!find_end(lines, seen, &length))
		return take_long(lines, line);
	if (length <= seen && lines->from + length == lines->end) {
		lines->from = lines->end;
		return LINE_NONE;
	}
	take(lines, length, line);
	return LINE_GOOD;
}

struct view lines_peek(struct lines *lines, size_t least)
{
	while (lines->end - lines->from < least && read_more(lines))
		continue;
	return (struct view){lines->buffer + lines->from, lines->end - lines->from};
}

bool lines_rest(struct lines *lines, size_t most, struct view *rest)
{
	*rest = lines_peek(lines, most + 1);
	lines->from = lines->end;
	return rest->length <= most;
}

/* A byte order mark is no letter; one of UTF-16 means that no byte is what it seems. */
void lines_open(struct lines *lines, struct bytes *bytes)
{
	*lines = (struct lines){.bytes = bytes};
	struct view start = lines_peek(lines, PEEK);
	const char *newline = memchr(start.at, '\n', start.length);
	if (view_begins(start, "\xef\xbb\xbf")) {
		lines->from += 3;
	} else if (view_begins(start, "\xff\xfe") || view_begins(start, "\xfe\xff")) {
		snprintf(bytes->why, sizeof bytes->why,
			 "is UTF-16; make it UTF-8 first: iconv -f UTF-16 -t UTF-8");
		lines->from = lines->end;
		lines->ended = true;
	}
	if (newline)
		start.length = (size_t)(newline - start.at);
	lines->prefixed = prefix_of(start) > 0;
}

void lines_join_file(struct lines *lines, struct bytes *next)
{
	bytes_join(lines->bytes, next);
	lines->ended = false;
}

void lines_close(struct lines *lines)
{
	free(lines->buffer);
}
