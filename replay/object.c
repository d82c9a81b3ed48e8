/* The keys of an object, each with the column it is wanted for. */
#include "replay/object.h"

#include <assert.h>

void object_begin(struct object *object, const struct columns *columns)
{
	static_assert(MOST_COLUMNS <= 64, "a bit for each column");
	object->columns = columns;
	for (int i = 0; i < OBJECT_KEYS; i++)
		object->guess[i].length = OBJECT_KEY + 1;
}

void object_end(struct object *object)
{
	scratch_free(&object->scratch);
}

void object_clear(struct object *object, size_t bytes, struct view *values)
{
	scratch_begin(&object->scratch, bytes);
	object->seen = 0;
	for (int i = 0; i < object->columns->count; i++)
		values[i] = (struct view){"", 0};
}

/* The column that is called PREFIX and the key, if there is one; *inside: there are columns that
 * are called so up to a point, and go on. */
int object_column(const struct columns *columns, struct view prefix, struct view key, bool *inside)
{
	*inside = false;
	int found = -1;
	for (int i = 0; i < columns->count; i++) {
		struct view name = view_of(columns->name[i]);
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

bool object_keep(struct object *object, int column, enum scan_kind kind, struct view value,
		 struct view *values)
{
	uint64_t bit = UINT64_C(1) << column;
	if (object->seen & bit)
		return false;
	object->seen |= bit;
	values[column] = kind == SCAN_TEXT ? scratch_unescape(&object->scratch, value) : value;
	return true;
}

/* An object in which columns lie: their names go on behind the key and a point. */
static bool read_inside(struct object *object, struct view inner, struct view prefix,
			struct view key, struct view *values)
{
	for (int i = 0; i < object->columns->count; i++) {
		struct view name = view_of(object->columns->name[i]);
		size_t length = prefix.length + key.length;
		if (name.length <= length || name.at[length] != '.' ||
		    memcmp(name.at, prefix.at, prefix.length) != 0 ||
		    memcmp(name.at + prefix.length, key.at, key.length) != 0)
			continue;
		struct scan inside = {inner.at, inner.at + inner.length};
		return object_read(object, &inside, (struct view){name.at, length + 1}, values);
	}
	return true;
}

static bool read_pair(struct object *object, struct scan *scan, struct view prefix, struct view key,
		      int column, bool inside, struct view *values)
{
	struct view value;
	enum scan_kind kind = scan_value(scan, &value);
	if (kind == SCAN_WRONG)
		return false;
	if (inside && kind == SCAN_OBJECT)
		return read_inside(object, value, prefix, key, values);
	return column < 0 || object_keep(object, column, kind, value, values);
}

/* Whether the key at a place of the line is the one that was there before; remembers it else. */
static int recall(struct object *object, int place, struct view key, bool *inside)
{
	struct guess *guess = &object->guess[place < OBJECT_KEYS ? place : OBJECT_KEYS - 1];
	*inside = false;
	if (guess->length == key.length && !memcmp(guess->key, key.at, key.length))
		return guess->column;
	int column = object_column(object->columns, (struct view){"", 0}, key, inside);
	if (key.length <= OBJECT_KEY && !*inside) {
		memcpy(guess->key, key.at, key.length);
		guess->length = key.length;
		guess->column = column;
	}
	return column;
}

bool object_read(struct object *object, struct scan *scan, struct view prefix, struct view *values)
{
	struct view key;
	int place = 0;
	bool inside;
	if (!scan_take(scan, '{'))
		return false;
	if (scan_take(scan, '}'))
		return true;
	do {
		if (!scan_text(scan, &key) || !scan_take(scan, ':'))
			return false;
		int column = prefix.length ? object_column(object->columns, prefix, key, &inside)
					   : recall(object, place++, key, &inside);
		if (!read_pair(object, scan, prefix, key, column, inside, values))
			return false;
	} while (scan_take(scan, ','));
	return scan_take(scan, '}');
}
