/* Names are those of the heading, or of the first object; a unit may be their end: duration_ms. */
#include "replay/own_names.h"

#include "replay/scan.h"

#include <string.h>
#include <strings.h>

enum { LONGEST_NAME = 64 };

/* Ends that say a unit; mapping.c reads those of durations. */
static bool is_end(const char *end)
{
	static const char *const ends[] = {"",	      "_ms",	 "_us",	     "_ns",  "_s",
					   "_millis", "_micros", "_seconds", "_sec", "_nanos"};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (!strcasecmp(ends[i], end))
			return true;
	return false;
}

/* The field a column is called by; NULL: by none. */
static const char *field_of(const char *name)
{
	for (int f = 0; f < FIELD_HASH; f++) {
		const char *word = mapping_word((enum field)f);
		size_t length = strlen(word);
		bool timed = f == FIELD_TIME || f == FIELD_END || f == FIELD_DURATION;
		if (!strncasecmp(name, word, length) &&
		    (!name[length] || (timed && is_end(name + length))))
			return word;
	}
	for (int f = FIELD_NUMBER; f <= FIELD_WORD; f++) {
		size_t length = strlen(mapping_word((enum field)f));
		if (!strncmp(name, mapping_word((enum field)f), length) && name[length] == '.' &&
		    name[length + 1])
			return name;
	}
	return NULL;
}

/* Names with quotes in them are nobody's field. */
static void add(struct mapping *mapping, struct arena *arena, struct view name)
{
	char why[256], text[LONGEST_NAME + 1];
	name = view_trim(name);
	if (!name.length || name.length > LONGEST_NAME || memchr(name.at, '"', name.length) ||
	    memchr(name.at, '\\', name.length))
		return;
	memcpy(text, name.at, name.length);
	text[name.length] = 0;
	const char *field = field_of(text);
	if (field)
		mapping_read(mapping, arena, arena_printf(arena, "%s=\"%s\"", field, text), why,
			     sizeof why);
}

static void read_heading(struct view line, struct mapping *mapping, struct arena *arena)
{
	while (line.length) {
		size_t length = 0;
		while (length < line.length && !view_is_one_of(line.at[length], ",;\t\r"))
			length++;
		struct view name = view_trim((struct view){line.at, length});
		if (name.length > 1 && *name.at == '"' && name.at[name.length - 1] == '"')
			name = (struct view){name.at + 1, name.length - 2};
		add(mapping, arena, name);
		line = view_from(line, length + (length < line.length));
	}
}

static void read_keys(struct view line, struct mapping *mapping, struct arena *arena)
{
	struct scan scan = {line.at, line.at + line.length};
	struct view key, value;
	if (!scan_take(&scan, '{'))
		return;
	do {
		if (!scan_text(&scan, &key) || !scan_take(&scan, ':') ||
		    scan_value(&scan, &value) == SCAN_WRONG)
			return;
		add(mapping, arena, key);
	} while (scan_take(&scan, ','));
}

bool own_names_read(struct view start, struct mapping *mapping, struct arena *arena)
{
	struct mapping found = {.count = 0};
	const char *newline = memchr(start.at, '\n', start.length);
	if (newline)
		start.length = (size_t)(newline - start.at);
	(start.length && *start.at == '{' ? read_keys : read_heading)(start, &found, arena);
	bool timed = mapping_find(&found, FIELD_TIME) >= 0 || mapping_find(&found, FIELD_END) >= 0;
	return timed && found.count > 1 && mapping_replace(mapping, &found);
}
