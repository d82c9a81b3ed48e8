/* A raw counter taken for a rate would make millions of requests of thousands. It is refused where
 * it is unmistakable: its name is still there and ends as names of counters do, for rate() takes
 * names away; or it has at least ten samples, all whole numbers, none below the one before, and it
 * grew by a thousand or more: rates are extrapolated and go up and down. coalmine="rate" says that
 * a series is a rate all the same. */
#include "replay/plausible.h"

#include <math.h>
#include <stdio.h>

enum { COUNTER_SAMPLES = 10, COUNTER_GROWTH = 1000 };

#define ROUNDING 1e-9 /* a ratio of sums that should be 1 */

static bool ends_with(struct view text, const char *end)
{
	size_t length = strlen(end);
	return text.length > length && view_is(view_from(text, text.length - length), end);
}

static bool is_named_counter(const struct series *series)
{
	return ends_with(series->name, "_total") || ends_with(series->name, "_count") ||
	       ends_with(series->name, "_bucket");
}

static bool only_counts(const struct series *series)
{
	const struct sample *sample = series->sample;
	if (series->samples < COUNTER_SAMPLES)
		return false;
	for (int i = 0; i < series->samples; i++)
		if (!isfinite(sample[i].value) || sample[i].value != floor(sample[i].value) ||
		    (i && sample[i].value < sample[i - 1].value))
			return false;
	return sample[series->samples - 1].value - sample[0].value >= COUNTER_GROWTH;
}

static bool complain_counter(const struct series *series, char *why, size_t size)
{
	char text[SERIES_TEXT];
	snprintf(
		why, size,
		"line %lld: %s is a raw counter, not a rate: ask %s; if it is a rate all the same, "
		"label it coalmine=\"rate\"",
		(long long)series->line, series_text(series, text),
		series->role == ROLE_BUCKET ? "sum by (le) (rate(..._bucket[1m]))"
					    : "sum by (code) (rate(..._total[1m]))");
	return false;
}

/* Missing shares are NaN, of 0/0 in quiet times. */
static bool check_ratio(const struct series *series, char *why, size_t size)
{
	char text[SERIES_TEXT];
	for (int i = 0; i < series->samples; i++) {
		double value = series->sample[i].value;
		if (isfinite(value) && (value < 0 || value > 1 + ROUNDING)) {
			snprintf(why, size,
				 "line %lld: %s is %g, and an error ratio is a share from 0 to 1",
				 (long long)series->line, series_text(series, text), value);
			return false;
		}
	}
	return true;
}

bool plausible_series(const struct matrix *matrix, char *why, size_t size)
{
	for (int s = 0; s < matrix->count; s++) {
		const struct series *series = &matrix->series[s];
		bool ratio = series->role == ROLE_RATIO;
		if (ratio && !check_ratio(series, why, size))
			return false;
		if (!ratio && !series->sworn && (is_named_counter(series) || only_counts(series)))
			return complain_counter(series, why, size);
	}
	return true;
}
