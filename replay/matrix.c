/* Documents are stepped through as text; what is kept are views of it, and the samples. */
#include "replay/matrix.h"

#include "sim/error.h"

#include "replay/number.h"
#include "replay/scan.h"
#include "replay/scratch.h"

#include "sim/stats/sort.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_ROOM = 1024, TEXT_SHOWN = 200 };

#define LATEST INT64_C(9200000000000000000) /* as for every log: 2261 */

/* What is being read, and how far. */
struct document {
	struct matrix *matrix;
	struct view text;    /* of all documents */
	const char *counted; /* up to here `line` has been counted */
	int64_t line;
	size_t series_room, sample_room;
	struct scratch scratch;
	char *why;
	size_t size;
};

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

static struct sample *sample_blank(struct document *document)
{
	struct matrix *matrix = document->matrix;
	if (matrix->samples == document->sample_room) {
		document->sample_room = 2 * document->sample_room + FIRST_ROOM;
		size_t bytes = document->sample_room * sizeof *matrix->sample;
		matrix->sample = realloc(matrix->sample, bytes);
		if (!matrix->sample)
			error_out_of_memory(bytes);
	}
	return &matrix->sample[matrix->samples];
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
		struct sample *sample = sample_blank(document);
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

static int compare_views(struct view a, struct view b)
{
	size_t shorter = a.length < b.length ? a.length : b.length;
	int order = memcmp(a.at, b.at, shorter);
	return order ? order : (a.length > b.length) - (a.length < b.length);
}

static int by_name(const void *a, const void *b)
{
	const struct label *left = a, *right = b;
	return compare_views(left->name, right->name);
}

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
	if (series->labels)
		qsort(list, (size_t)series->labels, sizeof *list, by_name);
	series->label = memcpy(arena_take(&document->matrix->arena, bytes), list, bytes);
	return true;
}

/* ---- series */

static struct series *series_blank(struct document *document)
{
	struct matrix *matrix = document->matrix;
	if ((size_t)matrix->count == document->series_room) {
		document->series_room = 2 * document->series_room + FIRST_ROOM;
		size_t bytes = document->series_room * sizeof *matrix->series;
		matrix->series = realloc(matrix->series, bytes);
		if (!matrix->series)
			error_out_of_memory(bytes);
	}
	return &matrix->series[matrix->count];
}

static bool read_series(struct document *document, struct view element)
{
	struct scan scan = scan_of(element);
	struct member members[] = {{.name = "metric", .kind = SCAN_NULL},
				   {.name = "values", .kind = SCAN_NULL},
				   {.name = "value", .kind = SCAN_NULL},
				   {.name = "histograms", .kind = SCAN_NULL}};
	struct series *series = series_blank(document);
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

/* The median distance of samples of the series from `from` on: one query has one step. */
static bool find_step(struct document *document, const char *at, int from)
{
	struct matrix *matrix = document->matrix;
	size_t most = 0, count = 0;
	for (int s = from; s < matrix->count; s++)
		most += (size_t)matrix->series[s].samples;
	double *distance = malloc((most + 1) * sizeof *distance);
	if (!distance)
		error_out_of_memory(most * sizeof *distance);
	for (int s = from; s < matrix->count; s++)
		for (int i = 1; i < matrix->series[s].samples; i++) {
			const struct sample *sample =
				&matrix->sample[matrix->series[s].first + (size_t)i];
			distance[count++] = (double)(sample->at_ns - sample[-1].at_ns);
		}
	sort_ascending(distance, count);
	for (int s = from; s < matrix->count && count; s++)
		matrix->series[s].step_ns = (int64_t)distance[count / 2];
	free(distance);
	return count || from == matrix->count ||
	       refuse(document, at, "no series has two samples: nothing says how long a step is");
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
	return find_step(document, result.at, from);
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

int matrix_compare(const struct series *a, const struct series *b)
{
	for (int i = 0; i < a->labels && i < b->labels; i++) {
		int order = compare_views(a->label[i].name, b->label[i].name);
		order = order ? order : compare_views(a->label[i].value, b->label[i].value);
		if (order)
			return order;
	}
	return a->labels - b->labels;
}

static int compare_roles(const struct series *a, const struct series *b)
{
	int order = (int)a->role - (int)b->role;
	order = order ? order : matrix_compare(a, b);
	return order ? order : (a->le > b->le) - (a->le < b->le);
}

static int by_role(const void *a, const void *b)
{
	const struct series *left = a, *right = b;
	int64_t one = left->sample->at_ns, other = right->sample->at_ns;
	int order = compare_roles(left, right);
	order = order ? order : (one > other) - (one < other);
	return order ? order : (left->first > right->first) - (left->first < right->first);
}

/* A query that goes on where another ended says its last sample again. */
static bool follow(struct document *document, const struct series *before, struct series *series)
{
	char text[SERIES_TEXT], what[SERIES_TEXT + 120];
	int64_t end_ns = before->sample[before->samples - 1].at_ns;
	series->from_ns = end_ns;
	if (series->sample->at_ns >= end_ns)
		return true;
	snprintf(what, sizeof what,
		 "the series %s is there twice, for the same time: one query a rate, and one a "
		 "histogram",
		 series_text(series, text));
	snprintf(document->why, document->size, "line %lld: %s",
		 (long long)(series->line > before->line ? series->line : before->line), what);
	return false;
}

static bool put_in_order(struct document *document)
{
	struct matrix *matrix = document->matrix;
	for (int s = 0; s < matrix->count; s++)
		matrix->series[s].sample = matrix->sample + matrix->series[s].first;
	if (matrix->count)
		qsort(matrix->series, (size_t)matrix->count, sizeof *matrix->series, by_role);
	for (int s = 1; s < matrix->count; s++)
		if (!compare_roles(&matrix->series[s - 1], &matrix->series[s]) &&
		    !follow(document, &matrix->series[s - 1], &matrix->series[s]))
			return false;
	return true;
}

static bool read_documents(struct document *document)
{
	struct scan scan = scan_of(document->text);
	for (scan_space(&scan); scan.at < scan.end; scan_space(&scan))
		if (!read_document(document, &scan))
			return false;
	if (document->matrix->count)
		return put_in_order(document);
	snprintf(document->why, document->size, "it has no samples: the query found nothing");
	return false;
}

bool matrix_read(struct matrix *matrix, struct view text, char *why, size_t size)
{
	struct document document = {.matrix = matrix,
				    .text = text,
				    .counted = text.at,
				    .line = 1,
				    .why = why,
				    .size = size};
	*matrix = (struct matrix){.count = 0};
	bool good = read_documents(&document);
	scratch_free(&document.scratch);
	return good;
}

void matrix_free(struct matrix *matrix)
{
	free(matrix->series);
	free(matrix->sample);
	arena_free(&matrix->arena);
}

int64_t series_begins(const struct series *series, int place)
{
	int64_t step_ago = series->sample[place].at_ns - series->step_ns;
	int64_t before = place ? series->sample[place - 1].at_ns : series->from_ns;
	return step_ago > before ? step_ago : before;
}

static size_t put_label(char out[SERIES_TEXT], size_t used, struct view name, struct view value)
{
	if (used >= SERIES_TEXT - 1)
		return used;
	int length = snprintf(
		out + used, SERIES_TEXT - used, "%s%.*s=\"%.*s\"", out[used - 1] == '{' ? "" : ",",
		(int)(name.length < SERIES_TEXT ? name.length : SERIES_TEXT), name.at,
		(int)(value.length < SERIES_TEXT ? value.length : SERIES_TEXT), value.at);
	return used + (size_t)length;
}

const char *series_text(const struct series *series, char out[SERIES_TEXT])
{
	int shown = (int)(series->name.length < 80 ? series->name.length : 80);
	size_t used = (size_t)snprintf(out, SERIES_TEXT, "%.*s{", shown, series->name.at);
	for (int i = 0; i < series->labels; i++)
		used = put_label(out, used, series->label[i].name, series->label[i].value);
	if (series->role == ROLE_BUCKET)
		used = put_label(out, used, view_of("le"), series->le_text);
	if (series->role == ROLE_RATIO)
		used = put_label(out, used, view_of("coalmine"), view_of("error_ratio"));
	if (used < SERIES_TEXT - 1)
		memcpy(out + used, "}", 2);
	return out;
}
