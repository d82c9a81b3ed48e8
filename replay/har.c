/* HTTP archives, as browsers save them: one document, of which the list log.entries holds a request
 * each. It is stepped through as text: a tree of it would take ten times its size. */
#include "replay/object.h"
#include "replay/reader.h"

#include <stdio.h>

enum { MOST_DOCUMENT = 256 << 20 };

struct har {
	struct object object;
	struct scan entries; /* behind the bracket of the list */
	bool first, over;
};

/* Moves to the value of a key of the object that begins here. */
static bool find_key(struct scan *scan, const char *wanted)
{
	struct view key, value;
	if (!scan_take(scan, '{'))
		return false;
	while (scan_text(scan, &key) && scan_take(scan, ':')) {
		if (view_is(key, wanted))
			return true;
		if (scan_value(scan, &value) == SCAN_WRONG || !scan_take(scan, ','))
			break;
	}
	return false;
}

static bool begin(void *state, const char *layout, const struct columns *columns,
		  struct lines *lines, char *why, size_t size)
{
	(void)layout;
	struct har *har = state;
	struct view document;
	object_begin(&har->object, columns);
	if (!lines_rest(lines, MOST_DOCUMENT, &document)) {
		snprintf(why, size, "it is an archive of more than %d MiB", MOST_DOCUMENT >> 20);
		return false;
	}
	har->entries = (struct scan){document.at, document.at + document.length};
	har->first = true;
	if (find_key(&har->entries, "log") && find_key(&har->entries, "entries") &&
	    scan_take(&har->entries, '['))
		return true;
	snprintf(why, size, "it has no list log.entries, as HTTP archives have");
	return false;
}

/* Line numbers are those of entries: an archive is often one line. */
static enum record next(void *state, struct lines *lines, struct view *values, struct view *text)
{
	struct har *har = state;
	bool good;
	if (har->over)
		return RECORD_NONE;
	lines->number++;
	har->over = !scan_element(&har->entries, &har->first, text, &good);
	if (har->over) {
		*text = view_of("(the archive is broken off)");
		return good ? RECORD_NONE : RECORD_BAD;
	}
	struct scan scan = {text->at, text->at + text->length};
	object_clear(&har->object, text->length, values);
	return object_read(&har->object, &scan, (struct view){"", 0}, values) ? RECORD_GOOD
									      : RECORD_BAD;
}

static void end(void *state)
{
	struct har *har = state;
	object_end(&har->object);
}

const struct reader reader_har = {
	.name = "har",
	.state_size = sizeof(struct har),
	.begin = begin,
	.next = next,
	.end = end,
};
