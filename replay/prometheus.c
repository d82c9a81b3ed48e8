/* Answers of Prometheus to range queries hold no requests: these are drawn, as a Poisson process
 * whose rate is what the series say moment by moment. A request has the labels of the series it
 * comes from, and of the histogram that its duration comes from; whether it failed, where an error
 * ratio says how many do, is drawn as well. Columns are the labels; le, the duration; and
 * drawn.time and drawn.outcome. */
#include "sim/draw.h"
#include "sim/error.h"

#include "replay/answer.h"
#include "replay/drawn.h"
#include "replay/envelope.h"
#include "replay/plausible.h"
#include "replay/reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_DRAWN 1e9 /* of an hour of drawing, and of a trace of 30 GB */

struct prometheus {
	uint64_t seed;
	struct matrix matrix;
	struct envelope envelope;
	struct rng arrivals, origin, histogram, latency, outcome;
	int columns, time, duration, result; /* of the columns; -1: not wanted */
	struct view *value;		     /* of each series, a text of each column */
	char (*name)[SERIES_TEXT];	     /* of each origin */
	int told, series;		     /* samples that were told of, in a series */
	bool begun;
	double at_ns; /* the next arrival, since the moment began */
	int64_t requests;
	char stamp[32], took[32], text[SERIES_TEXT + 80];
	struct drawn drawn;
};

static void seed(void *state, uint64_t number)
{
	struct prometheus *prometheus = state;
	prometheus->seed = number;
}

/* ---- before the first request */

static int column_of(const struct columns *columns, const char *name)
{
	for (int i = 0; i < columns->count; i++)
		if (!strcmp(columns->name[i], name))
			return i;
	return -1;
}

/* What each series says in each column. */
static void find_values(struct prometheus *prometheus, const struct columns *columns)
{
	const struct matrix *matrix = &prometheus->matrix;
	size_t count = (size_t)matrix->count * (size_t)columns->count;
	prometheus->value = calloc(count + 1, sizeof *prometheus->value);
	if (!prometheus->value)
		error_out_of_memory(count * sizeof *prometheus->value);
	for (size_t i = 0; i < count; i++)
		prometheus->value[i] = (struct view){"", 0};
	for (int s = 0; s < matrix->count; s++)
		for (int l = 0; l < matrix->series[s].labels; l++)
			for (int c = 0; c < columns->count; c++)
				if (view_is(matrix->series[s].label[l].name, columns->name[c]))
					prometheus->value[s * columns->count + c] =
						matrix->series[s].label[l].value;
}

static void name_origins(struct prometheus *prometheus)
{
	size_t count = (size_t)prometheus->envelope.origins;
	prometheus->name = malloc(count * sizeof *prometheus->name);
	if (!prometheus->name)
		error_out_of_memory(count * sizeof *prometheus->name);
	for (size_t i = 0; i < count; i++)
		series_text(prometheus->envelope.origin[i].series, prometheus->name[i]);
}

/* `layout` names the labels that say what became of a request, a bar between them. */
static bool is_status(const char *layout, struct view label)
{
	size_t length;
	for (; *layout; layout += length + (layout[length] == '|')) {
		length = strcspn(layout, "|");
		if (length == label.length && !memcmp(layout, label.at, length))
			return true;
	}
	return false;
}

/* What became of a request is said once. */
static bool check_outcomes(const struct envelope *envelope, const char *layout, char *why,
			   size_t size)
{
	char text[SERIES_TEXT];
	for (int s = 0; s < envelope->origins; s++) {
		const struct origin *origin = &envelope->origin[s];
		for (int l = 0; l < origin->series->labels && origin->ratios; l++)
			if (is_status(layout, origin->series->label[l].name)) {
				snprintf(why, size,
					 "line %lld: the rate %s is by status already; leave the "
					 "error ratio out",
					 (long long)origin->series->line,
					 series_text(origin->series, text));
				return false;
			}
	}
	return true;
}

/* Goes through all moments once without drawing. */
static bool survey(struct prometheus *prometheus, char *why, size_t size)
{
	struct envelope *envelope = &prometheus->envelope;
	double requests = 0;
	char text[SERIES_TEXT];
	while (envelope_next(envelope) && !envelope->falls)
		requests += envelope_rate(envelope) *
			    (double)(envelope->to_ns - envelope->from_ns) * 1e-9;
	if (envelope->falls)
		snprintf(why, size,
			 "line %lld: buckets of a histogram count all that is shorter, but at %.3f "
			 "%s is less than the one before; ask sum by (le) (rate(..._bucket[1m]))",
			 (long long)envelope->fallen->line, (double)envelope->fallen_ns * 1e-9,
			 series_text(envelope->fallen, text));
	else if (!(requests > 0))
		snprintf(why, size, "no request came: all rates are zero, or no numbers");
	else if (!(requests <= MOST_DRAWN))
		snprintf(why, size,
			 "its rates make %.3g requests, and at most %.3g are drawn; rates are per "
			 "second: rate(...[1m])",
			 requests, MOST_DRAWN);
	else
		return true;
	return false;
}

static void begin_streams(struct prometheus *prometheus)
{
	rng_stream(&prometheus->arrivals, prometheus->seed, 0, "arrivals");
	rng_stream(&prometheus->origin, prometheus->seed, 0, "origin");
	rng_stream(&prometheus->histogram, prometheus->seed, 0, "histogram");
	rng_stream(&prometheus->latency, prometheus->seed, 0, "latency");
	rng_stream(&prometheus->outcome, prometheus->seed, 0, "outcome");
}

static bool begin(void *state, const char *layout, const struct columns *columns,
		  struct lines *lines, char *why, size_t size)
{
	struct prometheus *prometheus = state;
	struct matrix *matrix = &prometheus->matrix;
	struct envelope *envelope = &prometheus->envelope;
	struct view text;
	if (!lines_rest(lines, MOST_ANSWERS, &text)) {
		snprintf(why, size, "its answers have more than %d MiB; ask for a longer step",
			 MOST_ANSWERS >> 20);
		return false;
	}
	if (!answer_read(matrix, text, why, size) || !plausible_series(matrix, why, size) ||
	    !envelope_init(envelope, matrix, why, size) ||
	    !check_outcomes(envelope, layout, why, size) || !survey(prometheus, why, size))
		return false;
	envelope_rewind(envelope);
	prometheus->columns = columns->count;
	prometheus->time = column_of(columns, "drawn.time");
	prometheus->duration = column_of(columns, "le");
	prometheus->result = column_of(columns, "drawn.outcome");
	find_values(prometheus, columns);
	name_origins(prometheus);
	begin_streams(prometheus);
	prometheus->drawn = (struct drawn){.samples = (int64_t)matrix->samples,
					   .series = matrix->count,
					   .step_ns = envelope->origin[0].series->step_ns,
					   .missing = envelope_missing(envelope)};
	return true;
}

/* ---- samples */

/* Tells of the next sample; RECORD_NONE: of all. */
static enum record tell(struct prometheus *prometheus, struct lines *lines, struct view *text)
{
	while (prometheus->series < prometheus->matrix.count &&
	       prometheus->told == prometheus->matrix.series[prometheus->series].samples) {
		prometheus->series++;
		prometheus->told = 0;
	}
	if (prometheus->series == prometheus->matrix.count)
		return RECORD_NONE;
	const struct series *series = &prometheus->matrix.series[prometheus->series];
	const struct sample *sample = &series->sample[prometheus->told++];
	if (isfinite(sample->value) && sample->value >= 0)
		return RECORD_SAMPLE;
	char name[SERIES_TEXT], number[32];
	snprintf(number, sizeof number, "%g", sample->value);
	int length = snprintf(prometheus->text, sizeof prometheus->text, "%s at %.3f of %s",
			      isnan(sample->value) ? "NaN" : number, (double)sample->at_ns * 1e-9,
			      series_text(series, name));
	*text = (struct view){prometheus->text, (size_t)length};
	lines->number = series->line;
	return isfinite(sample->value) ? RECORD_NEGATIVE : RECORD_NO_NUMBER;
}

/* ---- requests */

/* Moves to the next arrival; false behind the last moment. Waiting times have no memory: each
 * moment begins anew. */
static bool arrive(struct prometheus *prometheus)
{
	struct envelope *envelope = &prometheus->envelope;
	for (;;) {
		double rate = prometheus->begun ? envelope_rate(envelope) : 0;
		double left = prometheus->begun ? (double)(envelope->to_ns - envelope->from_ns) : 0;
		if (rate > 0)
			prometheus->at_ns += draw_exponential(&prometheus->arrivals) / rate * 1e9;
		if (rate > 0 && prometheus->at_ns < left)
			return true;
		if (!envelope_next(envelope))
			return false;
		prometheus->begun = true;
		prometheus->at_ns = 0;
	}
}

static const struct view *values_of(const struct prometheus *prometheus,
				    const struct series *series)
{
	return prometheus->value + (series - prometheus->matrix.series) * prometheus->columns;
}

static void draw_duration(struct prometheus *prometheus, int origin, struct view *values)
{
	const struct envelope *envelope = &prometheus->envelope;
	double choice = rng_uniform(&prometheus->histogram);
	double share = rng_open_uniform(&prometheus->latency);
	bool beyond;
	const struct histogram *histogram = envelope_histogram(envelope, origin, choice);
	if (!histogram)
		return;
	const struct view *own =
		values_of(prometheus, &prometheus->matrix.series[histogram->first]);
	for (int c = 0; c < prometheus->columns; c++)
		if (!values[c].length)
			values[c] = own[c];
	double duration = law_quantile(&histogram->law, share, &beyond);
	if (isnan(duration) || prometheus->duration < 0)
		return;
	int length = snprintf(prometheus->took, sizeof prometheus->took, "%.15g", duration);
	values[prometheus->duration] = (struct view){prometheus->took, (size_t)length};
	prometheus->drawn.timed++;
	prometheus->drawn.beyond += beyond;
}

static void draw_outcome(struct prometheus *prometheus, int origin, struct view *values)
{
	double ratio = envelope_ratio(&prometheus->envelope, origin);
	bool failed = rng_uniform(&prometheus->outcome) < ratio;
	if (!isnan(ratio) && prometheus->result >= 0)
		values[prometheus->result] = view_of(failed ? "server_error" : "success");
}

static enum record draw(struct prometheus *prometheus, struct lines *lines, struct view *values,
			struct view *text)
{
	const struct envelope *envelope = &prometheus->envelope;
	if (!arrive(prometheus))
		return RECORD_NONE;
	int origin = envelope_origin(envelope, rng_uniform(&prometheus->origin));
	memcpy(values, values_of(prometheus, envelope->origin[origin].series),
	       (size_t)prometheus->columns * sizeof *values);
	draw_duration(prometheus, origin, values);
	draw_outcome(prometheus, origin, values);
	long long at_ns = (long long)envelope->from_ns + (long long)prometheus->at_ns;
	int length = snprintf(prometheus->stamp, sizeof prometheus->stamp, "%lld", at_ns);
	if (prometheus->time >= 0)
		values[prometheus->time] = (struct view){prometheus->stamp, (size_t)length};
	length = snprintf(prometheus->text, sizeof prometheus->text, "request %lld, drawn from %s",
			  (long long)++prometheus->requests, prometheus->name[origin]);
	lines->number = envelope->origin[origin].series->line;
	*text = (struct view){prometheus->text, (size_t)length};
	return RECORD_GOOD;
}

static enum record next(void *state, struct lines *lines, struct view *values, struct view *text)
{
	struct prometheus *prometheus = state;
	enum record record = tell(prometheus, lines, text);
	return record == RECORD_NONE ? draw(prometheus, lines, values, text) : record;
}

static const struct drawn *drawn(const void *state)
{
	const struct prometheus *prometheus = state;
	return &prometheus->drawn;
}

static void end(void *state)
{
	struct prometheus *prometheus = state;
	envelope_free(&prometheus->envelope);
	matrix_free(&prometheus->matrix);
	free(prometheus->value);
	free(prometheus->name);
}

static const struct drawer drawer = {.knows = answer_begins, .seed = seed, .drawn = drawn};

const struct reader reader_prometheus = {
	.name = "prometheus",
	.state_size = sizeof(struct prometheus),
	.begin = begin,
	.next = next,
	.end = end,
	.drawer = &drawer,
};
