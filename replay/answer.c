/* Documents are stepped through as text; what is kept are views of it, and the samples. */
#include "replay/answer.h"

#include "replay/number.h"
#include "replay/scan.h"
#include "replay/scratch.h"

#include <math.h>
#include <stdio.h>

enum { TEXT_SHOWN = 200 };

#define LATEST INT64_C(9200000000000000000) /* as for every log: 2261 */

/* What is being read, and how far. */
struct document {
	struct matrix *matrix;
	struct view text;    /* of all documents */
	const char *counted; /* up to here `line` has been counted */
	int64_t line;
	struct scratch scratch;
	char *why;
	size_t size;
};

/* ---- how such answers begin */

static bool has(struct view start, const char *text)
{
	return memmem(start.at, start.length, text, strlen(text));
}

static bool is_error(struct scan scan)
{
	struct view text;
	return scan_take(&scan, '{') && scan_text(&scan, &text) && view_is(text, "status") &&
	       scan_take(&scan, ':') && scan_text(&scan, &text) && view_is(text, "error") &&
	       scan_take(&scan, ',') && scan_text(&scan, &text) && view_is(text, "errorType");
}

bool answer_begins(struct view start)
{
	struct scan scan = {start.at, start.at + start.length};
	scan_space(&scan);
	bool list = scan.at < scan.end && *scan.at == '[';
	bool series = has(start, "\"metric\"") && has(start, "\"values\"");
	if (list)
		return series;
	return scan.at < scan.end && *scan.at == '{' &&
	       (has(start, "\"resultType\"") || is_error(scan) ||
		(series && has(start, "\"result\"")));
}

/* ---- sentences */

static int64_t line_of(struct document *document, const char *at)
{
	if (at < document->counted) {
		document->counted = document->text.at;
		document->line = 1;
	}
	const char *newline;
	while ((newline = memchr(document->counted, '\n', (size_t)(at - document->counted)))) {
		document->counted = newline + 1;
		document->line++;
	}
	document->counted = at;
	return document->line;
}

static bool refuse(struct document *document, const char *at, const char *what)
{
	snprintf(document->why, document->size, "line %lld: %s", (long long)line_of(document, at),
		 what);
	return false;
}

static bool refuse_of(struct document *document, const char *at, const char *what,
		      struct view found)
{
	char text[TEXT_SHOWN + 120];
	const char *newline = memchr(found.at, '\n', found.length);
	size_t length = newline ? (size_t)(newline - found.at) : found.length;
	int shown = (int)(length < TEXT_SHOWN ? length : TEXT_SHOWN);
	snprintf(text, sizeof text, "%s; found %.*s", what, shown, found.at);
	return refuse(document, at, text);
}

/* ---- objects */

struct member {
	const char *name;
	enum scan_kind kind; /* SCAN_NULL: it is not there */
	struct view value;
};

static bool read_members(struct scan *scan, struct member *members, int count)
{
	struct view key, value;
	if (!scan_take(scan, '{'))
		return false;
	if (scan_take(scan, '}'))
		return true;
	do {
		if (!scan_text(scan, &key) || !scan_take(scan, ':'))
			return false;
		enum scan_kind kind = scan_value(scan, &value);
		if (kind == SCAN_WRONG)
			return false;
		for (int i = 0; i < count; i++)
			if (view_is(key, members[i].name)) {
				members[i].kind = kind;
				members[i].value = value;
			}
	} while (scan_take(scan, ','));
	return scan_take(scan, '}');
}

static struct scan scan_of(struct view view)
{
	return (struct scan){view.at, view.at + view.length};
}

/* ---- samples */

/* Every number that Prometheus writes. */
static bool read_number(struct view text, double *number)
{
	if (view_is(text, "NaN"))
		*number = NAN;
	else if (view_is(text, "+Inf") || view_is(text, "Inf"))
		*number = INFINITY;
	else if (view_is(text, "-Inf"))
		*number = -INFINITY;
	else
		return number_plain(text, number);
	return true;
}

/* [1435781430.781, "3.5"] */
static bool read_sample(struct document *document, struct view pair, struct sample *sample)
{
	struct scan scan = scan_of(pair);
	struct view at, value;
	if (!scan_take(&scan, '[') || scan_value(&scan, &at) != SCAN_PLAIN ||
	    !scan_take(&scan, ','))
		return refuse_of(document, pair.at,
				 "expected a sample, [seconds since 1970, \"number\"]", pair);
	enum scan_kind kind = scan_value(&scan, &value);
	if ((kind != SCAN_TEXT && kind != SCAN_PLAIN) || !read_number(value, &sample->value) ||
	    !scan_take(&scan, ']'))
		return refuse_of(document, pair.at,
				 "expected a sample, [seconds since 1970, \"number\"]", pair);
	if (!number_scaled(at, 1000000000, &sample->at_ns) || sample->at_ns < 0 ||
	    sample->at_ns > LATEST)
		return refuse_of(document, pair.at,
				 "the time of a sample is not between 1970 and 2261", pair);
	return true;
}

static bool read_samples(struct document *document, struct view values, struct series *series)
{
	struct scan scan = scan_of(values);
	bool first = true, good = true;
	struct view pair;
	int64_t last_ns = -1;
	series->first = document->matrix->samples;
	scan_take(&scan, '[');
	while (scan_element(&scan, &first, &pair, &good)) {
		struct sample *sample = matrix_sample(document->matrix);
		if (!read_sample(document, pair, sample))
			return false;
		if (sample->at_ns <= last_ns)
			return refuse_of(document, pair.at, "samples are not in the order of time",
					 pair);
		last_ns = sample->at_ns;
		document->matrix->samples++;
		series->samples++;
	}
	return good || refuse(document, scan.at, "expected a list of samples");
}

/* ---- labels */

static struct view unescaped(struct document *document, struct view text)
{
	if (!memchr(text.at, '\\', text.length))
		return text;
	scratch_begin(&document->scratch, text.length);
	text = scratch_unescape(&document->scratch, text);
	return (struct view){arena_copy(&document->matrix->arena, text.at, text.length),
			     text.length};
}

/* Labels that say what the series is are set aside. `at` is where the label stands. */
static bool take_label(struct document *document, const char *at, struct series *series,
		       struct label label, struct label *list)
{
	if (view_is(label.name, "__name__")) {
		series->name = label.value;
	} else if (view_is(label.name, "le")) {
		series->role = ROLE_BUCKET;
		series->le_text = label.value;
		if (!read_number(label.value, &series->le) || !(series->le >= 0))
			return refuse_of(document, at,
					 "le is the longest duration of a bucket, or +Inf",
					 label.value);
	} else if (!view_is(label.name, "coalmine")) {
		if (series->labels == MOST_LABELS)
			return refuse(document, at, "a series of more than 64 labels");
		list[series->labels++] = label;
	} else if (view_is(label.value, "error_ratio")) {
		series->role = ROLE_RATIO;
	} else if (view_is(label.value, "rate")) {
		series->sworn = true;
	} else {
		return refuse_of(document, at, "the label coalmine is error_ratio or rate",
				 label.value);
	}
	return true;
}

static bool read_label(struct document *document, struct scan *scan, struct series *series,
		       struct label *list)
{
	struct label label;
	const char *at = scan->at;
	if (!scan_text(scan, &label.name) || !scan_take(scan, ':') ||
	    scan_value(scan, &label.value) != SCAN_TEXT)
		return refuse_of(document, at, "expected a label, \"name\": \"value\"",
				 (struct view){at, (size_t)(scan->end - at)});
	label.name = unescaped(document, label.name);
	label.value = unescaped(document, label.value);
	return take_label(document, at, series, label, list);
}

static bool read_labels(struct document *document, struct view metric, struct series *series)
{
	struct scan scan = scan_of(metric);
	struct label list[MOST_LABELS];
	scan_take(&scan, '{');
	if (!scan_take(&scan, '}')) {
		do {
			if (!read_label(document, &scan, series, list))
				return false;
		} while (scan_take(&scan, ','));
		if (!scan_take(&scan, '}'))
			return refuse_of(document, metric.at, "expected labels behind commas",
					 metric);
	}
	size_t bytes = (size_t)series->labels * sizeof *list;
	series_sort(list, series->labels);
	series->label = memcpy(arena_take(&document->matrix->arena, bytes), list, bytes);
	return true;
}

/* ---- series */

static bool read_series(struct document *document, struct view element)
{
	struct scan scan = scan_of(element);
	struct member members[] = {{.name = "metric", .kind = SCAN_NULL},
				   {.name = "values", .kind = SCAN_NULL},
				   {.name = "value", .kind = SCAN_NULL},
				   {.name = "histograms", .kind = SCAN_NULL}};
	struct series *series = matrix_series(document->matrix);
	if (document->matrix->count == MOST_SERIES)
		return refuse(document, element.at, "more than 10000 series; sum by fewer labels");
	if (!read_members(&scan, members, 4) || members[0].kind != SCAN_OBJECT)
		return refuse_of(document, element.at,
				 "expected a series, {\"metric\": {...}, \"values\": [...]}",
				 element);
	if (members[2].kind != SCAN_NULL)
		return refuse(document, element.at,
			      "it is the answer of an instant query, one number a series; ask "
			      "query_range, with start, end and step");
	if (members[3].kind != SCAN_NULL)
		return refuse(document, element.at,
			      "native histograms are not read; ask for classic ones: "
			      "sum by (le) (rate(..._bucket[1m]))");
	if (members[1].kind != SCAN_LIST)
		return refuse_of(document, element.at, "a series without its values", element);
	*series = (struct series){.line = line_of(document, element.at), .from_ns = INT64_MIN};
	if (!read_labels(document, members[0].value, series) ||
	    !read_samples(document, members[1].value, series))
		return false;
	document->matrix->count += series->samples > 0;
	return true;
}

static bool read_result(struct document *document, struct view result)
{
	struct scan scan = scan_of(result);
	bool first = true, good = true;
	struct view element;
	int from = document->matrix->count;
	scan_take(&scan, '[');
	while (scan_element(&scan, &first, &element, &good))
		if (!read_series(document, element))
			return false;
	if (!good)
		return refuse(document, scan.at, "expected a list of series");
	return matrix_step(document->matrix, from) ||
	       refuse(document, result.at,
		      "no series has two samples: nothing says how long a step is");
}

/* ---- documents */

static bool refuse_error(struct document *document, const char *at, struct view kind,
			 struct view error)
{
	char text[2 * TEXT_SHOWN + 80];
	int long_kind = (int)(kind.length < 60 ? kind.length : 60);
	int long_error = (int)(error.length < TEXT_SHOWN ? error.length : TEXT_SHOWN);
	snprintf(text, sizeof text, "Prometheus answered with an error, %.*s: %.*s", long_kind,
		 kind.at, long_error, error.at);
	return refuse(document, at, text);
}

static bool read_data(struct document *document, struct view data)
{
	struct scan scan = scan_of(data);
	struct member members[] = {{.name = "resultType", .kind = SCAN_NULL},
				   {.name = "result", .kind = SCAN_NULL}};
	read_members(&scan, members, 2);
	struct view kind = members[0].value;
	if (members[0].kind != SCAN_TEXT)
		return refuse(document, data.at, "its data has no resultType");
	if (!view_is(kind, "matrix"))
		return refuse_of(document, data.at,
				 "only a matrix has numbers over time: ask query_range, with "
				 "start, end and step",
				 kind);
	if (members[1].kind != SCAN_LIST)
		return refuse(document, data.at, "its data has no list of results");
	return read_result(document, members[1].value);
}

/* promtool prints the list alone. */
static bool read_list(struct document *document, struct scan *scan)
{
	const char *at = scan->at;
	struct view list;
	return scan_value(scan, &list) == SCAN_LIST
		       ? read_result(document, list)
		       : refuse(document, at, "from here on it is broken off, or no JSON");
}

static bool read_document(struct document *document, struct scan *scan)
{
	const char *at = scan->at;
	struct member members[] = {{.name = "status", .kind = SCAN_NULL},
				   {.name = "data", .kind = SCAN_NULL},
				   {.name = "errorType", .kind = SCAN_NULL},
				   {.name = "error", .kind = SCAN_NULL}};
	if (*at == '[')
		return read_list(document, scan);
	if (*at != '{')
		return refuse_of(document, at,
				 "expected the answer of a range query, {\"status\": ...}",
				 (struct view){at, (size_t)(scan->end - at)});
	if (!read_members(scan, members, 4))
		return refuse(document, at, "from here on it is broken off, or no JSON");
	if (members[3].kind == SCAN_TEXT)
		return refuse_error(document, at, members[2].value,
				    unescaped(document, members[3].value));
	if (members[0].kind != SCAN_TEXT || !view_is(members[0].value, "success"))
		return refuse(document, at, "it is no answer of Prometheus: no status says so");
	if (members[1].kind != SCAN_OBJECT)
		return refuse(document, at, "an answer without data");
	return read_data(document, members[1].value);
}

/* ---- the whole */

static bool settle(struct document *document)
{
	char text[SERIES_TEXT];
	if (!document->matrix->count) {
		snprintf(document->why, document->size,
			 "it has no samples: the query found nothing");
		return false;
	}
	const struct series *twice = matrix_settle(document->matrix);
	if (twice)
		snprintf(document->why, document->size,
			 "line %lld: the series %s is there twice, for the same time: one query a "
			 "rate, and one a histogram",
			 (long long)twice->line, series_text(twice, text));
	return !twice;
}

bool answer_read(struct matrix *matrix, struct view text, char *why, size_t size)
{
	struct document document = {.matrix = matrix,
				    .text = text,
				    .counted = text.at,
				    .line = 1,
				    .why = why,
				    .size = size};
	struct scan scan = scan_of(text);
	bool good = true;
	*matrix = (struct matrix){.count = 0};
	for (scan_space(&scan); good && scan.at < scan.end; scan_space(&scan))
		good = read_document(&document, &scan);
	scratch_free(&document.scratch);
	return good && settle(&document);
}
