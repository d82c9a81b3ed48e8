/* A table, or JSON that is stepped through. */
#include "replay/incidents.h"

#include "replay/clean.h"
#include "replay/scan.h"
#include "replay/timed.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_DOCUMENT = 64 << 20, MOST_DEPTH = 32, PEEK = 64 << 10 };

static int compare_times(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static bool take_incident(void *context, int64_t at_ns, const struct view *values)
{
	struct incidents *incidents = context;
	(void)values;
	if ((incidents->count & (incidents->count + 1)) == 0)
		incidents->at_ns = timed_grow(incidents->at_ns, (2 * (size_t)incidents->count + 1) *
									sizeof *incidents->at_ns);
	incidents->at_ns[incidents->count++] = at_ns;
	return incidents->count < MOST_INCIDENTS;
}

static const char *const labels[] = {"inject_timestamp", "timestamp", "time", "start", NULL};

struct walk {
	struct incidents *incidents;
	const char *wanted;
	struct when when;
	char *why;
	const char *path;
};

static bool walk_value(struct walk *walk, struct view value, int depth);

static bool walk_object(struct walk *walk, struct view object, int depth)
{
	struct scan scan = {object.at, object.at + object.length};
	struct view key, value;
	int64_t at_ns;
	if (!scan_take(&scan, '{') || scan_take(&scan, '}'))
		return true;
	do {
		if (!scan_text(&scan, &key) || !scan_take(&scan, ':'))
			return false;
		enum scan_kind kind = scan_value(&scan, &value);
		if (kind == SCAN_WRONG)
			return false;
		if (kind == SCAN_OBJECT || kind == SCAN_LIST) {
			if (!walk_value(walk, value, depth + 1))
				return false;
		} else if (view_is(key, walk->wanted)) {
			if (walk->when.kind == WHEN_UNKNOWN)
				walk->when.kind = when_guess(value);
			if (!when_read(&walk->when, value, &at_ns) ||
			    !take_incident(walk->incidents, at_ns, NULL)) {
				snprintf(walk->why, TIMED_WHY, "%s: %.*s is no time: %.*s",
					 walk->path, (int)key.length, key.at,
					 (int)(value.length < 60 ? value.length : 60), value.at);
				clean_text(walk->why);
				return false;
			}
		}
	} while (scan_take(&scan, ','));
	return true;
}

static bool walk_value(struct walk *walk, struct view value, int depth)
{
	struct scan scan = {value.at, value.at + value.length};
	struct view element;
	bool first = true, good;
	if (depth > MOST_DEPTH)
		return false;
	scan_space(&scan);
	if (scan.at < scan.end && *scan.at == '{')
		return walk_object(walk, value, depth);
	if (!scan_take(&scan, '['))
		return true;
	while (scan_element(&scan, &first, &element, &good))
		if (!walk_value(walk, element, depth + 1))
			return false;
	return good;
}

static bool walk_document(struct walk *walk, struct view document)
{
	struct view value;
	struct scan scan = {document.at, document.at + document.length};
	*walk->why = 0;
	if (scan_value(&scan, &value) != SCAN_WRONG && walk_value(walk, value, 0))
		return true;
	if (!*walk->why)
		snprintf(walk->why, TIMED_WHY, "%s: it is no JSON of at most %d MiB", walk->path,
			 MOST_DOCUMENT >> 20);
	return false;
}

/* The first of the names that is there at all. */
static bool read_json(struct incidents *incidents, struct timed_file *source, const char *path,
		      const char *key, char *why)
{
	struct view document;
	struct walk walk = {.incidents = incidents, .wanted = key, .why = why, .path = path};
	if (!lines_rest(&source->lines, MOST_DOCUMENT, &document))
		document.length = 0;
	if (key)
		return walk_document(&walk, document);
	for (int i = 0; labels[i] && !incidents->count; i++) {
		walk.wanted = labels[i];
		walk.when.kind = WHEN_UNKNOWN;
		if (!walk_document(&walk, document))
			return false;
	}
	return true;
}

static bool read_labels(struct incidents *incidents, struct timed_file *source, const char *path,
			const char *key, char *why)
{
	struct view start = lines_peek(&source->lines, PEEK);
	struct timed_table table = {.path = path, .columns = {.count = 0}};
	if (start.length && (*start.at == '{' || *start.at == '['))
		return read_json(incidents, source, path, key, why);
	if (!timed_find(&source->lines, path, key, labels, "--key", table.time, &table.when, why))
		return false;
	columns_add(&table.columns, table.time);
	return timed_read(&table, source, take_incident, incidents, why);
}

bool incidents_read(struct incidents *incidents, const char *path, const char *key,
		    char why[TIMED_WHY])
{
	struct timed_file source = {.bytes = {.file = -1}};
	*incidents = (struct incidents){NULL, 0};
	bool good =
		timed_open(&source, path, why) && read_labels(incidents, &source, path, key, why);
	timed_close(&source);
	if (good && !incidents->count) {
		snprintf(why, TIMED_WHY,
			 "%s: it has no incidents%s%s; say which key holds their times: --key NAME",
			 path, key ? " under " : "", key ? key : "");
		return false;
	}
	if (good)
		qsort(incidents->at_ns, (size_t)incidents->count, sizeof *incidents->at_ns,
		      compare_times);
	return good;
}

void incidents_free(struct incidents *incidents)
{
	free(incidents->at_ns);
}
