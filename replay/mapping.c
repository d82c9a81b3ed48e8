/* Reads mappings, the same for what a user writes and for what is shipped. */
#include "replay/mapping.h"

#include "sim/error.h"

#include <ctype.h>
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

static bool is_letters(struct view word)
{
	for (size_t i = 0; i < word.length; i++)
		if (!isalpha((unsigned char)word.at[i]))
			return false;
	return word.length > 0;
}

/* What stands behind a colon, where the field has a unit. A word that is none is a mistake; what is
 * no word is of the column's name. */
static bool find_unit(struct mapped *row, struct view word, bool *found, char *why, size_t size)
{
	bool time = is_time(row->field);
	*found = false;
	for (int u = 0; u < UNITS; u++)
		if (view_is(word, units[u].word) && (units[u].ns || time)) {
			row->unit_ns = units[u].ns;
			row->kind = units[u].kind;
			row->decimals = units[u].decimals;
			*found = true;
		}
	if (*found || !is_letters(word))
		return true;
	snprintf(why, size,
		 "\"%.*s\" is no unit of a %s: %s. A colon in the name of a column stands in "
		 "quotes, "
		 "%s=\"a:b\"",
		 (int)(word.length < 40 ? word.length : 40), word.at, time ? "time" : "duration",
		 time ? "s, ms, us, ns, date or clf" : "s, ms, us or ns", words[row->field]);
	return false;
}

/* Takes ":ms" off the end of a column. */
static bool read_unit(struct mapped *row, struct view *column, char *why, size_t size)
{
	const char *colon = memrchr(column->at, ':', column->length);
	bool found;
	if (!colon || (!is_time(row->field) && row->field != FIELD_DURATION))
		return true;
	struct view word = view_from(*column, (size_t)(colon + 1 - column->at));
	if (!find_unit(row, word, &found, why, size))
		return false;
	if (found)
		column->length = (size_t)(colon - column->at);
	return true;
}

/* Behind the quote that closes the text; 0 if none does. A doubled quote is one within. */
static size_t find_close(struct view text)
{
	for (size_t i = 1; i < text.length; i++) {
		if (text.at[i] != '"')
			continue;
		if (i + 1 == text.length || text.at[i + 1] != '"')
			return i + 1;
		i++;
	}
	return 0;
}

static char *undouble(struct arena *arena, struct view quoted)
{
	char *out = arena_copy(arena, quoted.at + 1, quoted.length - 2);
	size_t length = 0;
	for (size_t i = 1; i + 1 < quoted.length; i++) {
		out[length++] = quoted.at[i];
		i += quoted.at[i] == '"';
	}
	out[length] = 0;
	return out;
}

/* Up to the first of these letters. */
static struct view cut(struct view *text, const char *letters)
{
	size_t length = 0;
	while (length < text->length && !view_is_one_of(text->at[length], letters))
		length++;
	struct view piece = {text->at, length};
	*text = view_from(*text, length);
	return piece;
}

/* `"Elapsed, all":ms`: in quotes a name may hold what separates names. */
static bool read_quoted(struct mapped *row, struct arena *arena, struct view *left, char *why,
			size_t size)
{
	size_t length = find_close(*left);
	bool found = false;
	if (!length) {
		snprintf(why, size, "nothing closes the quote of %.*s",
			 (int)(left->length < 80 ? left->length : 80), left->at);
		return false;
	}
	row->column = undouble(arena, (struct view){left->at, length});
	*left = view_from(*left, length);
	struct view unit = cut(left, ",|");
	if (!unit.length)
		return true;
	bool has_unit = is_time(row->field) || row->field == FIELD_DURATION;
	if (*unit.at == ':' && has_unit && !find_unit(row, view_from(unit, 1), &found, why, size))
		return false;
	if (!found)
		snprintf(why, size, "after the quote of %.60s stands %.*s", row->column,
			 (int)(unit.length < 40 ? unit.length : 40), unit.at);
	return found;
}

static bool read_column(struct mapped *row, struct arena *arena, struct view *left, char *why,
			size_t size)
{
	if (left->length && *left->at == '"')
		return read_quoted(row, arena, left, why, size);
	struct view column = cut(left, ",|");
	if (!read_unit(row, &column, why, size))
		return false;
	row->column = arena_copy(arena, column.at, column.length);
	row->list = view_begins(column, "$upstream_");
	return true;
}

/* Only one of the two would count. A column must hold several words nowhere, but several columns
 * may have to hold the same. */
static bool is_new(const struct mapping *mapping, int from, const struct mapped *row, char *why,
		   size_t size)
{
	for (int i = from; i < mapping->count; i++) {
		const struct mapped *other = &mapping->row[i];
		if (other->field != row->field || row->field == FIELD_WHERE ||
		    (row->name && other->name && strcmp(row->name, other->name) != 0))
			continue;
		const char *word = words[row->field], *point = row->name ? "." : "";
		const char *name = row->name ? row->name : "";
		snprintf(
			why, size,
			"%s%s%s is mapped twice, and only one can count; %s%s%s=%s|OTHER takes the "
			"first that says something",
			word, point, name, word, point, name, other->column);
		return false;
	}
	return true;
}

static bool read_entry(struct mapping *mapping, struct arena *arena, struct view *left, int from,
		       char *why, size_t size)
{
	struct mapped row = {.field = FIELDS};
	struct view entry = *left, target = cut(left, "=,");
	if (!target.length || left->length < 2 || *left->at != '=' || left->at[1] == ',') {
		entry = cut(&entry, ",");
		snprintf(why, size, "expected FIELD=COLUMN, such as time=timestamp; found \"%.*s\"",
			 (int)(entry.length < 80 ? entry.length : 80), entry.at);
		return false;
	}
	if (!read_target(&row, arena, target, why, size) || !is_new(mapping, from, &row, why, size))
		return false;
	do {
		struct mapped one = row;
		*left = view_from(*left, 1);
		if (!read_column(&one, arena, left, why, size))
			return false;
		if (mapping->count == MOST_MAPPED) {
			snprintf(why, size, "more than %d columns are mapped", MOST_MAPPED);
			return false;
		}
		mapping->row[mapping->count++] = one;
	} while (left->length && *left->at == '|');
	return true;
}

bool mapping_read(struct mapping *mapping, struct arena *arena, const char *text, char *why,
		  size_t size)
{
	struct view left = view_of(text);
	int from = mapping->count;
	while (left.length) {
		if (!read_entry(mapping, arena, &left, from, why, size))
			return false;
		if (left.length)
			left = view_from(left, 1);
	}
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
