/* Sums that a row is added to in a few nanoseconds. */
#include "replay/appraisal.h"

#include "sim/stats/dispersion.h"

#include <math.h>
#include <stdio.h>

#define SECOND INT64_C(1000000000)

void appraisal_init(struct appraisal *appraisal)
{
	memset(appraisal, 0, sizeof *appraisal);
	appraisal->second.length_ns = appraisal->second.end_ns = SECOND;
	appraisal->minute.length_ns = appraisal->minute.end_ns = 60 * SECOND;
}

void appraisal_drop(struct appraisal *appraisal, enum reason reason, const char *name, int64_t line,
		    struct view text)
{
	struct dropped *dropped = &appraisal->dropped[reason];
	appraisal->bad += reason_is_bad(reason);
	if (dropped->count++)
		return;
	dropped->line = line;
	snprintf(dropped->place, sizeof dropped->place, "%s", name);
	size_t length = text.length < QUOTE_ROOM ? text.length : QUOTE_ROOM;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text.at[i];
		dropped->text[i] = c >= 0x20 && c < 0x7f ? (char)c : '?';
	}
}

static int64_t common_divisor(int64_t a, int64_t b)
{
	while (b) {
		int64_t rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

/* The clock's resolution is what all steps are multiples of. */
void appraisal_stamp(struct appraisal *appraisal, int64_t stamp_ns)
{
	int64_t step = stamp_ns - appraisal->last_stamp_ns, size = step < 0 ? -step : step;
	appraisal->last_stamp_ns = stamp_ns;
	if (!appraisal->stamps++) {
		appraisal->newest_ns = stamp_ns;
		return;
	}
	if (size && (!appraisal->resolution_ns || size % appraisal->resolution_ns))
		appraisal->resolution_ns = common_divisor(size, appraisal->resolution_ns);
	appraisal->steps_back += step < 0;
	int64_t back = appraisal->newest_ns - stamp_ns;
	if (back > appraisal->worst_back_ns)
		appraisal->worst_back_ns = back;
	if (back < 0)
		appraisal->newest_ns = stamp_ns;
}

/* The last window is never closed: it is not whole. */
static void close_window(struct windows *windows)
{
	moments_add(&windows->counts, windows->count);
	if (windows->count > windows->peak) {
		windows->peak = windows->count;
		windows->peak_index = windows->index;
	}
	windows->count = 0;
}

/* Windows in which nothing came are many at once in a long gap. */
static void open_window(struct windows *windows, int64_t since_first_ns)
{
	int64_t index = since_first_ns / windows->length_ns;
	close_window(windows);
	const struct moments empty = {.n = (double)(index - windows->index - 1)};
	moments_merge(&windows->counts, &empty);
	windows->index = index;
	windows->end_ns = (index + 1) * windows->length_ns;
}

static void count_in(struct windows *windows, int64_t since_first_ns)
{
	if (since_first_ns >= windows->end_ns)
		open_window(windows, since_first_ns);
	windows->count++;
}

static void add_duration(struct appraisal *appraisal, int64_t duration_ns)
{
	const double most = 0x1p42 - 0x1p11;
	double ns = (double)duration_ns;
	appraisal->timed++;
	appraisal->duration[histogram_bucket(ns < most ? ns : most)]++;
	if (ns > appraisal->longest_ns)
		appraisal->longest_ns = ns;
}

void appraisal_row(struct appraisal *appraisal, const struct row *row)
{
	if (appraisal->kept++) {
		int64_t step = row->arrival_ns - appraisal->last_ns;
		moments_add(&appraisal->between, (double)step * 1e-9);
		appraisal->same_time += !step;
		if (step > appraisal->gap_ns) {
			appraisal->gap_ns = step;
			appraisal->gap_at_ns = appraisal->last_ns;
		}
	} else {
		appraisal->first_ns = row->arrival_ns;
	}
	appraisal->last_ns = row->arrival_ns;
	count_in(&appraisal->second, row->arrival_ns - appraisal->first_ns);
	count_in(&appraisal->minute, row->arrival_ns - appraisal->first_ns);
	appraisal->outcome[row->outcome]++;
	appraisal->known_users += row->user != 0;
	appraisal->replayed +=
		appraisal->replay_place && !isnan(row->extra[appraisal->replay_place - 1]);
	if (row->duration_ns >= 0)
		add_duration(appraisal, row->duration_ns);
}

struct clock_use appraisal_clock(const struct appraisal *appraisal)
{
	return (struct clock_use){appraisal->resolution_ns, appraisal->spread_ns, appraisal->kept,
				  appraisal->last_ns - appraisal->first_ns, appraisal->same_time};
}

double appraisal_dispersion(const struct windows *windows)
{
	return windows->counts.n < LEAST_WINDOWS ? NAN : dispersion_index(&windows->counts);
}

/* The last bucket may reach beyond the longest. */
double appraisal_duration(const struct appraisal *appraisal, double p)
{
	double ns = histogram_quantile(appraisal->duration, (uint64_t)appraisal->timed, p);
	return appraisal->timed ? fmin(ns, appraisal->longest_ns) * 1e-9 : NAN;
}
