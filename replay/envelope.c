/* One pass over all series at once, each with a finger on the sample that speaks. */
#include "replay/envelope.h"

#include "sim/error.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void *room_for(size_t count, size_t size)
{
	void *memory = calloc(count + 1, size);
	if (!memory)
		error_out_of_memory(count * size);
	return memory;
}

/* ---- who belongs to whom */

static bool add_pair(struct envelope *envelope, int place, char *why, size_t size)
{
	if (envelope->pairs == MOST_PAIRS) {
		snprintf(why, size,
			 "too many histograms and error ratios fit each rate; ask for all of them "
			 "by the same labels");
		return false;
	}
	if (envelope->pairs == envelope->pair_room) {
		envelope->pair_room = 2 * envelope->pair_room + 64;
		size_t bytes = (size_t)envelope->pair_room * sizeof *envelope->pair;
		envelope->pair = realloc(envelope->pair, bytes);
		if (!envelope->pair)
			error_out_of_memory(bytes);
	}
	envelope->pair[envelope->pairs++] = place;
	return true;
}

static bool find_laws(struct envelope *envelope, struct origin *origin, char *why, size_t size)
{
	assert(origin->series);
	origin->law = envelope->pairs;
	for (int h = 0; h < envelope->histograms; h++) {
		const struct series *series =
			&envelope->matrix->series[envelope->histogram[h].first];
		bool own = origin->series->role != ROLE_BUCKET || origin->series == series;
		if (own && series_fit(origin->series, series) && !add_pair(envelope, h, why, size))
			return false;
	}
	origin->laws = envelope->pairs - origin->law;
	return true;
}

/* Which of two ratios a request has nobody can tell, unless they speak of different times. */
static bool find_ratios(struct envelope *envelope, struct origin *origin, char *why, size_t size)
{
	const struct series *found = NULL;
	char one[SERIES_TEXT], other[SERIES_TEXT];
	origin->ratio = envelope->pairs;
	for (int s = 0; s < envelope->matrix->count; s++) {
		const struct series *series = &envelope->matrix->series[s];
		if (series->role != ROLE_RATIO || !series_fit(origin->series, series))
			continue;
		if (found && series_compare(found, series) != 0) {
			snprintf(why, size,
				 "line %lld: the error ratios %s and another fit the rate %s; ask "
				 "for both by the same labels",
				 (long long)series->line, series_text(series, one),
				 series_text(origin->series, other));
			return false;
		}
		found = series;
		if (!add_pair(envelope, s, why, size))
			return false;
	}
	origin->ratios = envelope->pairs - origin->ratio;
	return true;
}

static void find_histograms(struct envelope *envelope)
{
	const struct matrix *matrix = envelope->matrix;
	struct histogram *histogram = NULL;
	envelope->histogram = room_for((size_t)matrix->count, sizeof *envelope->histogram);
	for (int s = 0; s < matrix->count; s++) {
		if (matrix->series[s].role != ROLE_BUCKET)
			continue;
		if (!histogram ||
		    series_compare(&matrix->series[histogram->first], &matrix->series[s]) != 0) {
			histogram = &envelope->histogram[envelope->histograms++];
			histogram->first = s;
		}
		histogram->series++;
	}
	for (int h = 0; h < envelope->histograms; h++) {
		struct law *law = &envelope->histogram[h].law;
		law->bound = room_for((size_t)envelope->histogram[h].series, sizeof(double));
		law->upto = room_for((size_t)envelope->histogram[h].series, sizeof(double));
	}
}

static void find_origins(struct envelope *envelope)
{
	const struct matrix *matrix = envelope->matrix;
	envelope->origin = room_for((size_t)matrix->count, sizeof *envelope->origin);
	envelope->upto = room_for((size_t)matrix->count, sizeof *envelope->upto);
	for (int s = 0; s < matrix->count; s++)
		if (matrix->series[s].role == ROLE_RATE)
			envelope->origin[envelope->origins++].series = &matrix->series[s];
	if (envelope->origins)
		return;
	for (int h = 0; h < envelope->histograms; h++)
		envelope->origin[envelope->origins++].series =
			&matrix->series[envelope->histogram[h].first];
}

/* The bucket without a bound counts all requests. */
static bool check_whole(const struct envelope *envelope, char *why, size_t size)
{
	for (int h = 0; h < envelope->histograms; h++) {
		const struct histogram *histogram = &envelope->histogram[h];
		const struct series *last =
			&envelope->matrix->series[histogram->first + histogram->series - 1];
		char text[SERIES_TEXT];
		if (isinf(last->le))
			continue;
		snprintf(why, size, "line %lld: behind %s there is no bucket le=\"+Inf\"",
			 (long long)last->line, series_text(last, text));
		return false;
	}
	return true;
}

bool envelope_init(struct envelope *envelope, const struct matrix *matrix, char *why, size_t size)
{
	*envelope = (struct envelope){.matrix = matrix};
	envelope->at = room_for((size_t)matrix->count, sizeof *envelope->at);
	find_histograms(envelope);
	find_origins(envelope);
	envelope_rewind(envelope);
	if (!envelope->origins) {
		snprintf(why, size,
			 "it has an error ratio but no rate: nothing says how many requests came");
		return false;
	}
	if (!check_whole(envelope, why, size))
		return false;
	for (int s = 0; s < envelope->origins; s++)
		if (!find_laws(envelope, &envelope->origin[s], why, size) ||
		    !find_ratios(envelope, &envelope->origin[s], why, size))
			return false;
	return true;
}

void envelope_free(struct envelope *envelope)
{
	for (int h = 0; h < envelope->histograms; h++) {
		free(envelope->histogram[h].law.bound);
		free(envelope->histogram[h].law.upto);
	}
	free(envelope->histogram);
	free(envelope->origin);
	free(envelope->upto);
	free(envelope->pair);
	free(envelope->at);
}

/* ---- moment by moment */

/* When a series begins or ceases to say what it says at `now_ns`. */
static int64_t next_edge(struct envelope *envelope, int s, int64_t now_ns)
{
	const struct series *series = &envelope->matrix->series[s];
	int *at = &envelope->at[s];
	while (*at < series->samples && series->sample[*at].at_ns <= now_ns)
		++*at;
	if (*at == series->samples)
		return INT64_MAX;
	int64_t begins_ns = series_begins(series, *at);
	return now_ns < begins_ns ? begins_ns : series->sample[*at].at_ns;
}

/* NaN where a series says nothing that can be drawn from. */
static double value_now(const struct envelope *envelope, const struct series *series)
{
	int at = envelope->at[series - envelope->matrix->series];
	if (at == series->samples || series_begins(series, at) > envelope->from_ns)
		return NAN;
	double value = series->sample[at].value;
	return isfinite(value) && value >= 0 ? value : NAN;
}

static void settle(struct envelope *envelope, struct histogram *histogram)
{
	const struct series *first = &envelope->matrix->series[histogram->first], *of[2];
	struct law *law = &histogram->law;
	int fallen;
	law->count = 0;
	for (int s = 0; s < histogram->series; s++) {
		double value = value_now(envelope, &first[s]);
		if (isnan(value))
			continue;
		law->bound[law->count] = first[s].le;
		law->upto[law->count++] = value;
	}
	if (law_settle(law, &fallen) || envelope->falls)
		return;
	envelope->falls = true;
	envelope->fallen_ns = envelope->to_ns;
	of[0] = first;
	while (of[0]->le < law->bound[fallen])
		of[0]++;
	envelope->fallen = of[0];
}

static double rate_of(const struct envelope *envelope, const struct origin *origin)
{
	if (origin->series->role == ROLE_BUCKET)
		return envelope->histogram[envelope->pair[origin->law]].law.total;
	double rate = value_now(envelope, origin->series);
	return isnan(rate) ? 0 : rate;
}

void envelope_rewind(struct envelope *envelope)
{
	const struct matrix *matrix = envelope->matrix;
	memset(envelope->at, 0, (size_t)matrix->count * sizeof *envelope->at);
	envelope->to_ns = INT64_MAX;
	for (int s = 0; s < matrix->count; s++) {
		int64_t begins_ns = series_begins(&matrix->series[s], 0);
		if (begins_ns < envelope->to_ns)
			envelope->to_ns = begins_ns;
	}
}

bool envelope_next(struct envelope *envelope)
{
	int64_t end_ns = INT64_MAX;
	double sum = 0;
	envelope->from_ns = envelope->to_ns;
	for (int s = 0; s < envelope->matrix->count; s++) {
		int64_t edge_ns = next_edge(envelope, s, envelope->from_ns);
		end_ns = edge_ns < end_ns ? edge_ns : end_ns;
	}
	if (end_ns == INT64_MAX)
		return false;
	envelope->to_ns = end_ns;
	for (int h = 0; h < envelope->histograms; h++)
		settle(envelope, &envelope->histogram[h]);
	for (int s = 0; s < envelope->origins; s++)
		envelope->upto[s] = sum += rate_of(envelope, &envelope->origin[s]);
	return true;
}

/* ---- what is said now */

double envelope_rate(const struct envelope *envelope)
{
	return envelope->upto[envelope->origins - 1];
}

int envelope_origin(const struct envelope *envelope, double share)
{
	double rate = share * envelope_rate(envelope);
	int low = 0, high = envelope->origins - 1;
	while (low < high) {
		int middle = (low + high) / 2;
		if (envelope->upto[middle] <= rate)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct histogram *envelope_histogram(const struct envelope *envelope, int origin,
					   double share)
{
	const struct origin *of = &envelope->origin[origin];
	const struct histogram *last = NULL;
	double sum = 0;
	for (int i = 0; i < of->laws; i++)
		sum += envelope->histogram[envelope->pair[of->law + i]].law.total;
	sum *= share;
	for (int i = 0; i < of->laws && sum >= 0; i++) {
		const struct histogram *histogram =
			&envelope->histogram[envelope->pair[of->law + i]];
		if (histogram->law.total > 0) {
			last = histogram;
			sum -= histogram->law.total;
		}
	}
	return last;
}

double envelope_ratio(const struct envelope *envelope, int origin)
{
	const struct origin *of = &envelope->origin[origin];
	double ratio = NAN;
	for (int i = 0; i < of->ratios && isnan(ratio); i++)
		ratio = value_now(envelope,
				  &envelope->matrix->series[envelope->pair[of->ratio + i]]);
	return ratio;
}

static int64_t missing_of(const struct series *series)
{
	int64_t missing = 0;
	for (int i = 1; i < series->samples; i++) {
		int64_t distance_ns = series->sample[i].at_ns - series->sample[i - 1].at_ns;
		int64_t steps = distance_ns / series->step_ns;
		steps += distance_ns % series->step_ns > series->step_ns / 2;
		missing += steps > 1 ? steps - 1 : 0;
	}
	return missing;
}

/* Of a histogram the bucket counts that is of all requests. */
int64_t envelope_missing(const struct envelope *envelope)
{
	int64_t missing = 0;
	for (int s = 0; s < envelope->matrix->count; s++) {
		const struct series *series = &envelope->matrix->series[s];
		bool origin = series->role == envelope->origin[0].series->role;
		if (origin && (series->role == ROLE_RATE || isinf(series->le)))
			missing += missing_of(series);
	}
	return missing;
}
