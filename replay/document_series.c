/* One series of an answer: what its labels make of it, and its samples. */
#include "replay/document.h"
#include "replay/number.h"

#include "sim/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_ROOM = 1024 };

#define LATEST INT64_C(9200000000000000000) /* as for every log: 2261 */

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
	struct scan scan = document_scan(pair);
	struct view at, value;
	if (!scan_take(&scan, '[') || scan_value(&scan, &at) != SCAN_PLAIN ||
	    !scan_take(&scan, ','))
		return document_refuse_of(document, pair.at,
					  "expected a sample, [seconds since 1970, \"number\"]",
					  pair);
	enum scan_kind kind = scan_value(&scan, &value);
	if ((kind != SCAN_TEXT && kind != SCAN_PLAIN) || !read_number(value, &sample->value) ||
	    !scan_take(&scan, ']'))
		return document_refuse_of(document, pair.at,
					  "expected a sample, [seconds since 1970, \"number\"]",
					  pair);
	if (!number_scaled(at, 1000000000, &sample->at_ns) || sample->at_ns < 0 ||
	    sample->at_ns > LATEST)
		return document_refuse_of(document, pair.at,
					  "the time of a sample is not between 1970 and 2261",
					  pair);
	return true;
}

static bool read_samples(struct document *document, struct view values, struct series *series)
{
	struct scan scan = document_scan(values);
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
			return document_refuse_of(document, pair.at,
						  "samples are not in the order of time", pair);
		last_ns = sample->at_ns;
		document->matrix->samples++;
		series->samples++;
	}
	return good || document_refuse(document, scan.at, "expected a list of samples");
}

/* ---- labels */

static int by_name(const void *a, const void *b)
{
	const struct label *left = a, *right = b;
	return document_compare(left->name, right->name);
}

/* Labels that say what the series is are set aside. */
static bool take_label(struct document *document, struct series *series, struct label label,
		       struct label *list)
{
	if (view_is(label.name, "__name__")) {
		series->name = label.value;
	} else if (view_is(label.name, "le")) {
		series->role = ROLE_BUCKET;
		series->le_text = label.value;
		if (!read_number(label.value, &series->le) || !(series->le >= 0))
			return document_refuse_of(document, label.value.at,
						  "le is the longest duration of a bucket, or +Inf",
						  label.value);
	} else if (!view_is(label.name, "coalmine")) {
		if (series->labels == MOST_LABELS)
			return document_refuse(document, label.name.at,
					       "a series of more than 64 labels");
		list[series->labels++] = label;
	} else if (view_is(label.value, "error_ratio")) {
		series->role = ROLE_RATIO;
	} else if (view_is(label.value, "rate")) {
		series->sworn = true;
	} else {
		return document_refuse_of(document, label.value.at,
					  "the label coalmine is error_ratio or rate", label.value);
	}
	return true;
}

static bool read_labels(struct document *document, struct view metric, struct series *series)
{
	struct scan scan = document_scan(metric);
	struct label list[MOST_LABELS], label;
	scan_take(&scan, '{');
	if (!scan_take(&scan, '}'))
		do {
			if (!scan_text(&scan, &label.name) || !scan_take(&scan, ':') ||
			    scan_value(&scan, &label.value) != SCAN_TEXT)
				return document_refuse_of(document, scan.at,
							  "expected labels, {\"name\": \"value\"}",
							  metric);
			label.name = document_unescaped(document, label.name);
			label.value = document_unescaped(document, label.value);
			if (!take_label(document, series, label, list))
				return false;
		} while (scan_take(&scan, ','));
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

bool document_series(struct document *document, struct view element)
{
	struct scan scan = document_scan(element);
	struct member members[] = {{.name = "metric", .kind = SCAN_NULL},
				   {.name = "values", .kind = SCAN_NULL},
				   {.name = "value", .kind = SCAN_NULL},
				   {.name = "histograms", .kind = SCAN_NULL}};
	struct series *series = series_blank(document);
	if (document->matrix->count == MOST_SERIES)
		return document_refuse(document, element.at,
				       "more than 10000 series; sum by fewer labels");
	if (!document_members(&scan, members, 4) || members[0].kind != SCAN_OBJECT)
		return document_refuse_of(
			document, element.at,
			"expected a series, {\"metric\": {...}, \"values\": [...]}", element);
	if (members[2].kind != SCAN_NULL)
		return document_refuse(
			document, element.at,
			"it is the answer of an instant query, one number a series; ask "
			"query_range, with start, end and step");
	if (members[3].kind != SCAN_NULL)
		return document_refuse(document, element.at,
				       "native histograms are not read; ask for classic ones: "
				       "sum by (le) (rate(..._bucket[1m]))");
	if (members[1].kind != SCAN_LIST)
		return document_refuse_of(document, element.at, "a series without its values",
					  element);
	*series =
		(struct series){.line = document_line(document, element.at), .from_ns = INT64_MIN};
	if (!read_labels(document, members[0].value, series) ||
	    !read_samples(document, members[1].value, series))
		return false;
	document->matrix->count += series->samples > 0;
	return true;
}

/* ---- what is known of it */

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
