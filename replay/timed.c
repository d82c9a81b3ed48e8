/* Finding the column of times, and reading row by row. */
#include "replay/timed.h"

#include "sim/arena.h"
#include "sim/error.h"

#include "replay/clean.h"
#include "replay/mapping.h"
#include "replay/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum {
	PEEK = 64 << 10, /* bytes, in which the heading ends */
	HEADING_SHOWN = 250,
};

void *timed_grow(void *memory, size_t bytes)
{
	memory = realloc(memory, bytes);
	if (!memory)
		error_out_of_memory(bytes);
	return memory;
}

bool timed_open(struct timed_file *source, const char *path, char *why)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0) {
		snprintf(why, TIMED_WHY, "cannot read %s: %s", path, strerror(errno));
		return false;
	}
	bytes_open(&source->bytes, file);
	lines_open(&source->lines, &source->bytes);
	if (!*source->bytes.why)
		return true;
	snprintf(why, TIMED_WHY, "%s: it %s", path, source->bytes.why);
	return false;
}

void timed_close(struct timed_file *source)
{
	lines_close(&source->lines);
	bytes_close(&source->bytes);
}

/* ---- which column says when */

/* A word of the heading, commas, semicolons and tabs standing between them. */
static bool has_heading(struct view heading, const char *name, char found[64])
{
	while (heading.length) {
		size_t length = 0;
		while (length < heading.length && !view_is_one_of(heading.at[length], ",;\t\r\n"))
			length++;
		struct view word = view_trim((struct view){heading.at, length});
		if (word.length == strlen(name) && word.length < 64 &&
		    !strncasecmp(word.at, name, word.length)) {
			snprintf(found, 64, "%.*s", (int)word.length, word.at);
			return true;
		}
		if (length == heading.length || heading.at[length] == '\n')
			return false;
		heading = view_from(heading, length + 1);
	}
	return false;
}

static bool guess_time(struct lines *lines, const char *const *names, char found[64])
{
	struct view start = lines_peek(lines, PEEK);
	for (int i = 0; names[i]; i++)
		if (has_heading(start, names[i], found))
			return true;
	return false;
}

/* "start:ms" is the column start, in milliseconds. */
static void split_unit(const char *time, char name[64], struct when *when)
{
	struct mapping mapping = {.count = 0};
	struct arena arena = {0};
	char why[TIMED_WHY];
	char *entry = arena_printf(&arena, "time=%s", time);
	snprintf(name, 64, "%s", time);
	if (mapping_read(&mapping, &arena, entry, why, sizeof why)) {
		snprintf(name, 64, "%s", mapping.row[0].column);
		when->kind = mapping.row[0].kind;
	}
	arena_free(&arena);
}

bool timed_find(struct lines *lines, const char *path, const char *time, const char *const *names,
		const char *option, char name[64], struct when *when, char *why)
{
	*when = (struct when){.kind = WHEN_UNKNOWN};
	if (time) {
		split_unit(time, name, when);
		return true;
	}
	if (guess_time(lines, names, name))
		return true;
	struct view heading = lines_peek(lines, PEEK);
	size_t length = 0;
	while (length < heading.length && length < HEADING_SHOWN &&
	       !view_is_one_of(heading.at[length], "\r\n"))
		length++;
	snprintf(why, TIMED_WHY,
		 "%s: no column is called %s; say which one has the times: %s COLUMN. Its heading "
		 "is "
		 "%.*s",
		 path, names[0], option, (int)length, heading.at);
	clean_text(why);
	return false;
}

/* ---- tables */

static bool complain_row(const struct timed_table *table, const struct lines *lines,
			 struct view text, const char *what, char *why)
{
	int shown = (int)(text.length < 100 ? text.length : 100);
	snprintf(why, TIMED_WHY, "%s:%lld: %s: %.*s", table->path, (long long)lines->number, what,
		 shown, text.at);
	clean_text(why);
	return false;
}

static bool read_rows(struct timed_table *table, struct lines *lines, void *state, timed_row *take,
		      void *context, char *why)
{
	struct view value[MOST_COLUMNS], text;
	for (;;) {
		enum record record = reader_table.next(state, lines, value, &text);
		int64_t at_ns;
		if (record == RECORD_NONE)
			return true;
		if (record == RECORD_COMMENT)
			continue;
		if (record != RECORD_GOOD)
			return complain_row(table, lines, text, "not a row of this table", why);
		if (table->when.kind == WHEN_UNKNOWN)
			table->when.kind = when_guess(value[0]);
		if (!when_read(&table->when, value[0], &at_ns))
			return complain_row(table, lines, value[0], "this is no time", why);
		if (!take(context, at_ns, value + 1))
			return complain_row(table, lines, text, "a value is no number", why);
	}
}

bool timed_read(struct timed_table *table, struct timed_file *source, timed_row *take,
		void *context, char *why)
{
	char what[TIMED_WHY - 64];
	void *state = calloc(1, reader_table.state_size);
	if (!state)
		error_out_of_memory(reader_table.state_size);
	bool good =
		reader_table.begin(state, "", &table->columns, &source->lines, what, sizeof what);
	if (!good) {
		snprintf(why, TIMED_WHY, "%s: %s", table->path, what);
		clean_text(why);
	}
	good = good && read_rows(table, &source->lines, state, take, context, why);
	reader_table.end(state);
	free(state);
	if (good && *source->bytes.why) {
		snprintf(why, TIMED_WHY, "%s: it %s", table->path, source->bytes.why);
		return false;
	}
	return good;
}
