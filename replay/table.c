/* Tables with a heading: values between commas, tabs or semicolons, as RFC 4180 has them and as
 * people write them. What stands between quotes may hold all of these, and line ends. */
#include "replay/reader.h"
#include "replay/scratch.h"

#include <stdio.h>

enum { MOST_HEADINGS = 1024, HEADINGS_SHOWN = 300 };

struct table {
	char mark;		  /* between values */
	bool open;		  /* more columns may follow */
	int columns, last;	  /* of the table; the last that is wanted */
	int value[MOST_HEADINGS]; /* that a column is wanted for; -1: none */
	struct scratch scratch;
};

/* ---- a line */

/* Behind the quote that closes what begins at `at`; NULL if none does. Doubled quotes are inside.
 */
static const char *find_close(const char *at, const char *end)
{
	while ((at = memchr(at, '"', (size_t)(end - at)))) {
		if (at + 1 == end || at[1] != '"')
			return at + 1;
		at += 2;
	}
	return NULL;
}

/* Takes the next value off a line; false if there is none, or a quote in it is never closed: then
 * the line is left as it was. */
static bool take_value(char mark, struct view *left, struct view *value, bool *last)
{
	const char *at = left->at, *end = left->at + left->length, *stop;
	bool quoted = at < end && *at == '"';
	const char *close = quoted ? find_close(at + 1, end) : at;
	if (!close)
		return false;
	stop = close < end ? memchr(close, mark, (size_t)(end - close)) : NULL;
	*last = !stop;
	stop = stop ? stop : end;
	*value = quoted ? (struct view){at, (size_t)(close - at)}
			: (struct view){at, (size_t)(stop - at)};
	if (quoted && view_trim((struct view){close, (size_t)(stop - close)}).length)
		return false;
	*left = view_from(*left, (size_t)(stop - at) + !*last);
	return true;
}

/* The text of a value, without its quotes and without blanks around it. */
static struct view text_of(struct table *table, struct view value)
{
	if (!value.length || *value.at != '"')
		return view_trim(value);
	value = (struct view){value.at + 1, value.length - 2};
	if (memchr(value.at, '"', value.length))
		value = scratch_undouble(&table->scratch, value);
	return view_trim(value);
}

/* ---- the heading */

/* What stands most often between names. */
static char find_mark(struct view heading)
{
	static const char marks[] = ",\t;";
	int most = 0;
	char mark = ',';
	for (const char *m = marks; *m; m++) {
		int count = 0;
		for (size_t i = 0; i < heading.length; i++)
			count += heading.at[i] == *m;
		if (count > most) {
			most = count;
			mark = *m;
		}
	}
	return mark;
}

static bool complain_heading(struct view heading, const char *name, char *why, size_t size)
{
	size_t shown = heading.length < HEADINGS_SHOWN ? heading.length : HEADINGS_SHOWN;
	snprintf(why, size, "there is no column %s; its heading is %.*s%s", name, (int)shown,
		 heading.at, shown < heading.length ? "..." : "");
	return false;
}

static bool find_columns(struct table *table, struct view heading, const struct columns *columns,
			 char *why, size_t size)
{
	struct view left = heading, value;
	bool last = false, found[MOST_COLUMNS] = {0};
	while (!last) {
		if (table->columns == MOST_HEADINGS ||
		    !take_value(table->mark, &left, &value, &last)) {
			snprintf(why, size, "its first line is no heading of at most %d columns",
				 MOST_HEADINGS);
			return false;
		}
		int *place = &table->value[table->columns++];
		struct view name = text_of(table, value);
		*place = -1;
		for (int i = 0; i < columns->count; i++)
			if (!found[i] && view_is(name, columns->name[i])) {
				*place = i;
				found[i] = true;
				table->last = table->columns - 1;
			}
	}
	for (int i = 0; i < columns->count; i++)
		if (!found[i])
			return complain_heading(heading, columns->name[i], why, size);
	return true;
}

/* Without a layout the heading is the first line that says something. */
static bool begin(void *state, const char *layout, const struct columns *columns,
		  struct lines *lines, char *why, size_t size)
{
	struct table *table = state;
	struct view heading = view_of(layout);
	while (!*layout && !heading.length)
		if (lines_next(lines, &heading) != LINE_GOOD) {
			snprintf(why, size, "it has no heading");
			return false;
		}
	table->open = heading.length > 3 && !memcmp(heading.at + heading.length - 3, "...", 3);
	heading.length -= table->open ? 3 : 0;
	table->mark = find_mark(heading);
	scratch_begin(&table->scratch, heading.length);
	return find_columns(table, heading, columns, why, size);
}

/* ---- rows */

/* All values of a line; false if their number is another than the heading's. */
static bool split(struct table *table, struct view line, struct view *values, bool *unclosed)
{
	struct view left = line, value;
	bool last = false;
	scratch_begin(&table->scratch, line.length);
	*unclosed = false;
	for (int c = 0; !last; c++) {
		if (!take_value(table->mark, &left, &value, &last)) {
			*unclosed = !find_close(left.at + 1, line.at + line.length);
			return false;
		}
		if (c >= table->columns)
			return table->open;
		if (table->value[c] >= 0)
			values[table->value[c]] = text_of(table, value);
		if (last && c + 1 < table->columns)
			return table->open && c >= table->last;
	}
	return true;
}

/* Joins lines until what is quoted may be closed: a line with an even number of quotes closes
 * nothing. So each byte is looked at once, however long it takes. */
static enum line_kind join_quoted(struct lines *lines, struct view *text)
{
	bool odd = false;
	while (!odd) {
		size_t before = text->length;
		enum line_kind line = lines_join(lines, text);
		if (line != LINE_GOOD)
			return line;
		for (size_t i = before; i < text->length; i++)
			odd ^= text->at[i] == '"';
	}
	return LINE_GOOD;
}

static enum record next(void *state, struct lines *lines, struct view *values, struct view *text)
{
	struct table *table = state;
	enum line_kind line = lines_next(lines, text);
	int64_t first = lines->number;
	bool unclosed;
	if (line != LINE_GOOD)
		return line == LINE_LONG ? RECORD_LONG : RECORD_NONE;
	if (!text->length)
		return RECORD_COMMENT;
	while (!split(table, *text, values, &unclosed)) {
		if (!unclosed)
			return RECORD_BAD;
		line = join_quoted(lines, text);
		if (line ==
		    LINE_LONG) /* only its first line is lost: the next record is behind it */
			lines->number = first;
		if (line != LINE_GOOD)
			return line == LINE_LONG ? RECORD_LONG : RECORD_BAD;
	}
	return RECORD_GOOD;
}

static void end(void *state)
{
	struct table *table = state;
	scratch_free(&table->scratch);
}

const struct reader reader_table = {
	.name = "table",
	.state_size = sizeof(struct table),
	.begin = begin,
	.next = next,
	.end = end,
};
