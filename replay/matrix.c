/* Documents are stepped through as text; what is kept are views of it, and the samples. */
#include "replay/document.h"

#include "sim/error.h"

#include "sim/stats/sort.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_SHOWN = 200 };

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
	       document_refuse(document, at,
			       "no series has two samples: nothing says how long a step is");
}

static bool read_result(struct document *document, struct view result)
{
	struct scan scan = document_scan(result);
	bool first = true, good = true;
	struct view element;
	int from = document->matrix->count;
	scan_take(&scan, '[');
	while (scan_element(&scan, &first, &element, &good))
		if (!document_series(document, element))
			return false;
	if (!good)
		return document_refuse(document, scan.at, "expected a list of series");
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
	return document_refuse(document, at, text);
}

static bool read_data(struct document *document, struct view data)
{
	struct scan scan = document_scan(data);
	struct member members[] = {{.name = "resultType", .kind = SCAN_NULL},
				   {.name = "result", .kind = SCAN_NULL}};
	document_members(&scan, members, 2);
	struct view kind = members[0].value;
	if (members[0].kind != SCAN_TEXT)
		return document_refuse(document, data.at, "its data has no resultType");
	if (!view_is(kind, "matrix"))
		return document_refuse_of(
			document, data.at,
			"only a matrix has numbers over time: ask query_range, with "
			"start, end and step",
			kind);
	if (members[1].kind != SCAN_LIST)
		return document_refuse(document, data.at, "its data has no list of results");
	return read_result(document, members[1].value);
}

/* promtool prints the list alone. */
static bool read_list(struct document *document, struct scan *scan)
{
	const char *at = scan->at;
	struct view list;
	return scan_value(scan, &list) == SCAN_LIST
		       ? read_result(document, list)
		       : document_refuse(document, at, "from here on it is broken off, or no JSON");
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
		return document_refuse_of(document, at,
					  "expected the answer of a range query, {\"status\": ...}",
					  (struct view){at, (size_t)(scan->end - at)});
	if (!document_members(scan, members, 4))
		return document_refuse(document, at, "from here on it is broken off, or no JSON");
	if (members[3].kind == SCAN_TEXT)
		return refuse_error(document, at, members[2].value,
				    document_unescaped(document, members[3].value));
	if (members[0].kind != SCAN_TEXT || !view_is(members[0].value, "success"))
		return document_refuse(document, at,
				       "it is no answer of Prometheus: no status says so");
	if (members[1].kind != SCAN_OBJECT)
		return document_refuse(document, at, "an answer without data");
	return read_data(document, members[1].value);
}

/* ---- the whole */

int matrix_compare(const struct series *a, const struct series *b)
{
	for (int i = 0; i < a->labels && i < b->labels; i++) {
		int order = document_compare(a->label[i].name, b->label[i].name);
		order = order ? order : document_compare(a->label[i].value, b->label[i].value);
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
	struct scan scan = document_scan(document->text);
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
