/* Tables by the reader of tables; JSON by stepping through it. */
#include "replay/curve.h"

#include "sim/error.h"

#include "replay/number.h"
#include "replay/reader.h"
#include "replay/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { MOST_DOCUMENT = 64 << 20, MOST_DEPTH = 32, PEEK = 64 << 10 };

static void *grown(void *memory, size_t bytes)
{
	memory = realloc(memory, bytes);
	if (!memory)
		error_out_of_memory(bytes);
	return memory;
}

/* ---- opening */

struct source_file {
	struct bytes bytes;
	struct lines lines;
};

static bool open_file(struct source_file *source, const char *path, char *why)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0) {
		snprintf(why, CURVE_WHY, "cannot read %s: %s", path, strerror(errno));
		return false;
	}
	bytes_open(&source->bytes, file);
	lines_open(&source->lines, &source->bytes);
	if (!*source->bytes.why)
		return true;
	snprintf(why, CURVE_WHY, "%s: it %s", path, source->bytes.why);
	return false;
}

static void close_file(struct source_file *source)
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
	char why[CURVE_WHY];
	char *entry = arena_printf(&arena, "time=%s", time);
	snprintf(name, 64, "%s", time);
	if (mapping_read(&mapping, &arena, entry, why, sizeof why)) {
		snprintf(name, 64, "%s", mapping.row[0].column);
		when->kind = mapping.row[0].kind;
	}
	arena_free(&arena);
}

static bool find_time(struct lines *lines, const char *path, const char *time,
		      const char *const *names, char name[64], struct when *when, char *why)
{
	*when = (struct when){.kind = WHEN_UNKNOWN};
	if (time) {
		split_unit(time, name, when);
		return true;
	}
	if (guess_time(lines, names, name))
		return true;
	snprintf(why, CURVE_WHY, "%s: no column is called %s; say which one it is", path, names[0]);
	return false;
}

/* ---- tables */

/* Called for each row: its time, and the texts of the columns behind that. */
typedef bool (*take_row)(void *context, int64_t at_ns, const struct view *values);

struct table_of_times {
	const char *path;
	struct when when;
	char time[64];
	struct columns columns; /* the time is the first */
};

static bool complain_row(const struct table_of_times *table, const struct lines *lines,
			 struct view text, const char *what, char *why)
{
	int shown = (int)(text.length < 100 ? text.length : 100);
	snprintf(why, CURVE_WHY, "%s:%lld: %s: %.*s", table->path, (long long)lines->number, what,
		 shown, text.at);
	return false;
}

static bool read_rows(struct table_of_times *table, struct lines *lines, void *state, take_row take,
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

static bool read_table(struct table_of_times *table, struct source_file *source, take_row take,
		       void *context, char *why)
{
	char what[CURVE_WHY - 64];
	void *state = calloc(1, reader_table.state_size);
	if (!state)
		error_out_of_memory(reader_table.state_size);
	bool good =
		reader_table.begin(state, "", &table->columns, &source->lines, what, sizeof what);
	if (!good)
		snprintf(why, CURVE_WHY, "%s: %s", table->path, what);
	good = good && read_rows(table, &source->lines, state, take, context, why);
	reader_table.end(state);
	free(state);
	if (good && *source->bytes.why) {
		snprintf(why, CURVE_WHY, "%s: it %s", table->path, source->bytes.why);
		return false;
	}
	return good;
}

/* ---- a series */

static bool take_sample(void *context, int64_t at_ns, const struct view *values)
{
	struct curve *s = context;
	if ((s->samples & (s->samples + 1)) == 0) { /* room for the next power of two, less one */
		size_t room = 2 * (size_t)s->samples + 1;
		s->at_ns = grown(s->at_ns, room * sizeof *s->at_ns);
		s->value = grown(s->value, room * (size_t)s->columns * sizeof *s->value);
	}
	s->at_ns[s->samples] = at_ns;
	for (int c = 0; c < s->columns; c++) {
		double *value = &s->value[(size_t)s->samples * (size_t)s->columns + (size_t)c];
		bool nothing = view_is_nothing(values[c]) || view_is(values[c], "NaN") ||
			       view_is(values[c], "nan");
		*value = NAN;
		if (!nothing && !number_plain(values[c], value))
			return false;
	}
	return s->samples++ < MOST_SAMPLES;
}

static int compare_times(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* The median of the steps. */
static int64_t find_step(const struct curve *s)
{
	int steps = s->samples - 1;
	int64_t *step = grown(NULL, (size_t)steps * sizeof *step);
	for (int i = 0; i < steps; i++)
		step[i] = s->at_ns[i + 1] - s->at_ns[i];
	qsort(step, (size_t)steps, sizeof *step, compare_times);
	int64_t median = step[steps / 2];
	free(step);
	return median;
}

static bool check_curve(struct curve *s, const char *path, char *why)
{
	if (s->samples < 3) {
		snprintf(why, CURVE_WHY, "%s: a series needs at least three rows", path);
		return false;
	}
	for (int i = 1; i < s->samples; i++)
		if (s->at_ns[i] <= s->at_ns[i - 1]) {
			snprintf(why, CURVE_WHY,
				 "%s: row %d is not later than the one before it; sort the table, "
				 "and take out what comes twice",
				 path, i + 1);
			return false;
		}
	s->step_ns = find_step(s);
	return true;
}

bool curve_read(struct curve *curve, const char *path, const char *time,
		const struct columns *columns, char why[CURVE_WHY])
{
	static const char *const names[] = {"timestamp", "time", "date", "ts", NULL};
	struct source_file source = {.bytes = {.file = -1}};
	struct table_of_times table = {.path = path, .columns = {.count = 0}};
	*curve = (struct curve){.columns = columns->count};
	if (!open_file(&source, path, why)) {
		close_file(&source);
		return false;
	}
	bool good = find_time(&source.lines, path, time, names, table.time, &table.when, why);
	if (good) {
		columns_add(&table.columns, table.time);
		for (int c = 0; c < columns->count; c++)
			columns_add(&table.columns, columns->name[c]);
		good = read_table(&table, &source, take_sample, curve, why) &&
		       check_curve(curve, path, why);
	}
	close_file(&source);
	return good;
}

void curve_free(struct curve *curve)
{
	free(curve->at_ns);
	free(curve->value);
}

/* ---- incidents */

static bool take_incident(void *context, int64_t at_ns, const struct view *values)
{
	struct incidents *incidents = context;
	(void)values;
	if ((incidents->count & (incidents->count + 1)) == 0)
		incidents->at_ns = grown(incidents->at_ns, (2 * (size_t)incidents->count + 1) *
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
				snprintf(walk->why, CURVE_WHY, "%s: %.*s is no time: %.*s",
					 walk->path, (int)key.length, key.at,
					 (int)(value.length < 60 ? value.length : 60), value.at);
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
		snprintf(walk->why, CURVE_WHY, "%s: it is no JSON of at most %d MiB", walk->path,
			 MOST_DOCUMENT >> 20);
	return false;
}

/* The first of the names that is there at all. */
static bool read_json(struct incidents *incidents, struct source_file *source, const char *path,
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

static bool read_labels(struct incidents *incidents, struct source_file *source, const char *path,
			const char *key, char *why)
{
	struct view start = lines_peek(&source->lines, PEEK);
	struct table_of_times table = {.path = path, .columns = {.count = 0}};
	if (start.length && (*start.at == '{' || *start.at == '['))
		return read_json(incidents, source, path, key, why);
	if (!find_time(&source->lines, path, key, labels, table.time, &table.when, why))
		return false;
	columns_add(&table.columns, table.time);
	return read_table(&table, source, take_incident, incidents, why);
}

bool incidents_read(struct incidents *incidents, const char *path, const char *key,
		    char why[CURVE_WHY])
{
	struct source_file source = {.bytes = {.file = -1}};
	*incidents = (struct incidents){NULL, 0};
	bool good =
		open_file(&source, path, why) && read_labels(incidents, &source, path, key, why);
	close_file(&source);
	if (good && !incidents->count) {
		snprintf(why, CURVE_WHY, "%s: it has no incidents; say which key holds their times",
			 path);
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
