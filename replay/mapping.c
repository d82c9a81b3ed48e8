/* Reads mappings, the same for what a user writes and for what is shipped. */
#include "replay/mapping.h"

#include "sim/error.h"

#include <stdio.h>
#include <strings.h>

static const char *const words[FIELDS + 1] = {
	[FIELD_TIME] = "time",
	[FIELD_END] = "end",
	[FIELD_DURATION] = "duration",
	[FIELD_STATUS] = "status",
	[FIELD_BYTES] = "bytes",
	[FIELD_REQUEST] = "request",
	[FIELD_METHOD] = "method",
	[FIELD_URL] = "url",
	[FIELD_ROUTE] = "route",
	[FIELD_USER] = "user",
	[FIELD_SEGMENT] = "segment",
	[FIELD_VERSION] = "version",
	[FIELD_ID] = "id",
	[FIELD_ACTION] = "action",
	[FIELD_REWARD] = "reward",
	[FIELD_PROPENSITY] = "propensity",
	[FIELD_OUTCOME] = "outcome",
	[FIELD_HASH] = "user_hash",
	[FIELD_NUMBER] = "number",
	[FIELD_WORD] = "word",
	[FIELD_WHERE] = "where",
};

static const struct unit {
	const char *word;
	int64_t ns;
	enum when_kind kind;
	bool decimals;
} units[] = {
	{"s", 1000000000, WHEN_S, false}, {"s.", 1000000000, WHEN_S, true},
	{"ms", 1000000, WHEN_MS, false},  {"us", 1000, WHEN_US, false},
	{"ns", 1, WHEN_NS, false},	  {"date", 0, WHEN_DATE, false},
	{"clf", 0, WHEN_CLF, false},
};

enum { UNITS = sizeof units / sizeof *units };

const char *mapping_word(enum field field)
{
	return words[field];
}

int mapping_find(const struct mapping *mapping, enum field field)
{
	for (int i = 0; i < mapping->count; i++)
		if (mapping->row[i].field == field)
			return i;
	return -1;
}

static bool is_time(enum field field)
{
	return field == FIELD_TIME || field == FIELD_END;
}

/* "number.tokens" and the like: the field and the name. */
static bool read_target(struct mapped *row, struct arena *arena, struct view target, char *why,
			size_t size)
{
	const char *point = memchr(target.at, '.', target.length);
	size_t length = point ? (size_t)(point - target.at) : target.length;
	struct view word = {target.at, length};
	const char *text = arena_copy(arena, target.at, length);
	for (row->field = 0; row->field < FIELDS; row->field++)
		if (view_is(word, words[row->field]))
			break;
	if (row->field == FIELDS) {
		const char *near = error_nearest(text, words);
		snprintf(why, size, "there is no field %s%s%s%s", text,
			 near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
		return false;
	}
	bool named = row->field >= FIELD_NUMBER;
	if (named != (point && target.length > length + 1)) {
		snprintf(why, size,
			 named ? "%s wants a name: %s.NAME=COLUMN" : "%s takes no name: %s=COLUMN",
			 text, text);
		return false;
	}
	if (named)
		row->name = arena_copy(arena, point + 1, target.length - length - 1);
	return true;
}

/* Takes ":ms" off the end of a column, where the field has a unit. */
static void read_unit(struct mapped *row, struct view *column)
{
	const char *colon = memrchr(column->at, ':', column->length);
	if (!colon || (!is_time(row->field) && row->field != FIELD_DURATION))
		return;
	struct view word = view_from(*column, (size_t)(colon + 1 - column->at));
	for (int u = 0; u < UNITS; u++)
		if (view_is(word, units[u].word) && (units[u].ns || is_time(row->field))) {
			row->unit_ns = units[u].ns;
			row->kind = units[u].kind;
			row->decimals = units[u].decimals;
			column->length = (size_t)(colon - column->at);
		}
}

static struct view cut(struct view *text, char at)
{
	const char *found = memchr(text->at, at, text->length);
	struct view piece = {text->at, found ? (size_t)(found - text->at) : text->length};
	*text = view_from(*text, piece.length + (found != NULL));
	return piece;
}

static bool read_entry(struct mapping *mapping, struct arena *arena, struct view entry, char *why,
		       size_t size)
{
	struct mapped row = {.field = FIELDS};
	struct view columns = entry, target = cut(&columns, '=');
	if (!target.length || !columns.length) {
		snprintf(why, size, "expected FIELD=COLUMN, such as time=timestamp; found \"%.*s\"",
			 (int)(entry.length < 80 ? entry.length : 80), entry.at);
		return false;
	}
	if (!read_target(&row, arena, target, why, size))
		return false;
	while (columns.length) {
		struct view column = cut(&columns, '|');
		read_unit(&row, &column);
		row.column = arena_copy(arena, column.at, column.length);
		row.list = view_begins(column, "$upstream_");
		if (mapping->count == MOST_MAPPED) {
			snprintf(why, size, "more than %d columns are mapped", MOST_MAPPED);
			return false;
		}
		mapping->row[mapping->count++] = row;
	}
	return true;
}

bool mapping_read(struct mapping *mapping, struct arena *arena, const char *text, char *why,
		  size_t size)
{
	struct view left = view_of(text);
	while (left.length)
		if (!read_entry(mapping, arena, cut(&left, ','), why, size))
			return false;
	return true;
}

/* What a row decides; rows that decide the same replace each other. */
static int subject_of(enum field field)
{
	switch (field) {
	case FIELD_END:
		return FIELD_TIME;
	case FIELD_METHOD:
	case FIELD_URL:
	case FIELD_ROUTE:
		return FIELD_REQUEST;
	case FIELD_HASH:
		return FIELD_USER;
	default:
		return (int)field;
	}
}

static bool is_replaced(const struct mapped *row, const struct mapping *over)
{
	for (int i = 0; i < over->count; i++)
		if (subject_of(row->field) == subject_of(over->row[i].field) &&
		    (row->field < FIELD_NUMBER || !strcmp(row->name, over->row[i].name)))
			return true;
	return false;
}

bool mapping_replace(struct mapping *mapping, const struct mapping *over)
{
	int kept = 0;
	for (int i = 0; i < mapping->count; i++)
		if (!is_replaced(&mapping->row[i], over))
			mapping->row[kept++] = mapping->row[i];
	mapping->count = kept;
	if (kept + over->count > MOST_MAPPED)
		return false;
	for (int i = 0; i < over->count; i++)
		mapping->row[mapping->count++] = over->row[i];
	return true;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), own = strlen(end);
	return length > own && !strcasecmp(text + length - own, end);
}

static int64_t unit_of_name(const char *name)
{
	static const struct {
		const char *end;
		int64_t ns;
	} ends[] = {{"_ms", 1000000},
		    {"(ms)", 1000000},
		    {"_millis", 1000000},
		    {"_us", 1000},
		    {"(us)", 1000},
		    {"_micros", 1000},
		    {"_ns", 1},
		    {"(ns)", 1},
		    {"_nanos", 1},
		    {"_s", 1000000000},
		    {"(s)", 1000000000},
		    {"_sec", 1000000000},
		    {"_seconds", 1000000000}};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (ends_with(name, ends[i].end))
			return ends[i].ns;
	return 0;
}

bool mapping_complete(struct mapping *mapping, char *why, size_t size)
{
	if (mapping_find(mapping, FIELD_TIME) < 0 && mapping_find(mapping, FIELD_END) < 0) {
		snprintf(why, size,
			 "nothing says when requests came; map a column to time, or to "
			 "end if it is of the answer: --map time=COLUMN");
		return false;
	}
	for (int i = 0; i < mapping->count; i++) {
		struct mapped *row = &mapping->row[i];
		if (row->field == FIELD_DURATION && !row->unit_ns)
			row->unit_ns = unit_of_name(row->column);
	}
	return true;
}
