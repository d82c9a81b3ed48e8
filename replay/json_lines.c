/* Lines of JSON, an object each. A column is a key, or keys joined by points that lead into objects
 * in objects. */
#include "replay/scan.h"
#include "replay/reader.h"
#include "replay/scratch.h"

#include <assert.h>
#include <stdint.h>

enum { REMEMBERED = 64, KEY_ROOM = 32 };

/* Lines of one log have their keys in one order, mostly: what the key at a place was, and what it
 * is wanted for. */
struct guess {
	char key[KEY_ROOM];
	size_t length;
	int column; /* -1: not wanted */
};

struct json_lines {
	const struct columns *columns;
	struct guess guess[REMEMBERED];
	uint64_t seen; /* columns that have a value already; no key may come twice */
	struct scratch scratch;
};

static bool begin(void *state, const char *layout, const struct columns *columns,
		  struct lines *lines, char *why, size_t size)
{
	(void)layout, (void)lines, (void)why, (void)size;
	static_assert(MOST_MAPPED <= 64, "a bit for each column");
	struct json_lines *reader = state;
	reader->columns = columns;
	for (int i = 0; i < REMEMBERED; i++)
		reader->guess[i].length = KEY_ROOM + 1;
	return true;
}

/* The column that is called PREFIX and the key, if there is one; *inside: there are columns that
 * are called so up to a point, and go on. */
static int find_column(const struct columns *columns, struct slice prefix, struct slice key,
		       bool *inside)
{
	*inside = false;
	int found = -1;
	for (int i = 0; i < columns->count; i++) {
		struct slice name = slice_of(columns->name[i]);
		size_t length = prefix.length + key.length;
		if (name.length < length || memcmp(name.at, prefix.at, prefix.length) != 0 ||
		    memcmp(name.at + prefix.length, key.at, key.length) != 0)
			continue;
		if (name.length == length)
			found = i;
		*inside = *inside || (name.length > length && name.at[length] == '.');
	}
	return found;
}

static bool keep(struct json_lines *reader, int column, enum scan_kind kind, struct slice value,
		 struct slice *values)
{
	uint64_t bit = UINT64_C(1) << column;
	if (reader->seen & bit)
		return false;
	reader->seen |= bit;
	values[column] =
		kind == SCAN_TEXT ? scratch_unescape(&reader->scratch, value) : value;
	return true;
}

static bool read_object(struct json_lines *reader, struct scan *scan, struct slice prefix,
			struct slice *values);

/* An object in which columns lie: their names go on behind the key and a point. */
static bool read_inside(struct json_lines *reader, struct slice object, struct slice prefix,
			struct slice key, struct slice *values)
{
	for (int i = 0; i < reader->columns->count; i++) {
		struct slice name = slice_of(reader->columns->name[i]);
		size_t length = prefix.length + key.length;
		if (name.length <= length || name.at[length] != '.' ||
		    memcmp(name.at, prefix.at, prefix.length) != 0 ||
		    memcmp(name.at + prefix.length, key.at, key.length) != 0)
			continue;
		struct scan inside = {object.at, object.at + object.length};
		return read_object(reader, &inside, (struct slice){name.at, length + 1}, values);
	}
	return true;
}

static bool read_pair(struct json_lines *reader, struct scan *scan, struct slice prefix,
		      struct slice key, int column, bool inside, struct slice *values)
{
	struct slice value;
	enum scan_kind kind = scan_value(scan, &value);
	if (kind == SCAN_WRONG)
		return false;
	if (inside && kind == SCAN_OBJECT)
		return read_inside(reader, value, prefix, key, values);
	return column < 0 || keep(reader, column, kind, value, values);
}

/* Whether the key at a place of the line is the one that was there before; remembers it else. */
static int recall(struct json_lines *reader, int place, struct slice key, bool *inside)
{
	struct guess *guess = &reader->guess[place < REMEMBERED ? place : REMEMBERED - 1];
	*inside = false;
	if (guess->length == key.length && !memcmp(guess->key, key.at, key.length))
		return guess->column;
	int column = find_column(reader->columns, (struct slice){"", 0}, key, inside);
	if (key.length <= KEY_ROOM && !*inside) {
		memcpy(guess->key, key.at, key.length);
		guess->length = key.length;
		guess->column = column;
	}
	return column;
}

static bool read_object(struct json_lines *reader, struct scan *scan, struct slice prefix,
			struct slice *values)
{
	struct slice key;
	int place = 0;
	bool inside;
	if (!scan_take(scan, '{'))
		return false;
	if (scan_take(scan, '}'))
		return true;
	do {
		if (!scan_text(scan, &key) || !scan_take(scan, ':'))
			return false;
		int column = prefix.length
				     ? find_column(reader->columns, prefix, key, &inside)
				     : recall(reader, place++, key, &inside);
		if (!read_pair(reader, scan, prefix, key, column, inside, values))
			return false;
	} while (scan_take(scan, ','));
	return scan_take(scan, '}');
}

static enum record next(void *state, struct lines *lines, struct slice *values, struct slice *text)
{
	struct json_lines *reader = state;
	enum line_kind line = lines_next(lines, text);
	if (line != LINE_GOOD)
		return line == LINE_LONG ? RECORD_LONG : RECORD_NONE;
	if (!slice_trim(*text).length)
		return RECORD_COMMENT;
	struct scan scan = {text->at, text->at + text->length};
	scratch_begin(&reader->scratch, text->length);
	reader->seen = 0;
	for (int i = 0; i < reader->columns->count; i++)
		values[i] = (struct slice){"", 0};
	bool good = read_object(reader, &scan, (struct slice){"", 0}, values);
	scan_space(&scan);
	return good && scan.at == scan.end ? RECORD_GOOD : RECORD_BAD;
}

static void end(void *state)
{
	struct json_lines *reader = state;
	scratch_free(&reader->scratch);
}

const struct reader reader_json_lines = {
	.name = "json_lines",
	.state_size = sizeof(struct json_lines),
	.begin = begin,
	.next = next,
	.end = end,
};
