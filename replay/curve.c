/* A table, row by row into arrays. */
#include "replay/curve.h"

#include "replay/number.h"
#include "replay/timed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool take_sample(void *context, int64_t at_ns, const struct view *values)
{
	struct curve *s = context;
	if ((s->samples & (s->samples + 1)) == 0) { /* room for the next power of two, less one */
		size_t room = 2 * (size_t)s->samples + 1;
		s->at_ns = timed_grow(s->at_ns, room * sizeof *s->at_ns);
		s->value = timed_grow(s->value, room * (size_t)s->columns * sizeof *s->value);
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
	int64_t *step = timed_grow(NULL, (size_t)steps * sizeof *step);
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
		snprintf(why, TIMED_WHY, "%s: a series needs at least three rows", path);
		return false;
	}
	for (int i = 1; i < s->samples; i++)
		if (s->at_ns[i] <= s->at_ns[i - 1]) {
			snprintf(why, TIMED_WHY,
				 "%s: row %d is not later than the one before it; sort the table, "
				 "and take out what comes twice",
				 path, i + 1);
			return false;
		}
	s->step_ns = find_step(s);
	return true;
}

bool curve_read(struct curve *curve, const char *path, const char *time,
		const struct columns *columns, char why[TIMED_WHY])
{
	static const char *const names[] = {"timestamp", "time", "date", "ts", NULL};
	struct timed_file source = {.bytes = {.file = -1}};
	struct timed_table table = {.path = path, .columns = {.count = 0}};
	*curve = (struct curve){.columns = columns->count};
	if (!timed_open(&source, path, why)) {
		timed_close(&source);
		return false;
	}
	bool good = timed_find(&source.lines, path, time, names, "--time", table.time, &table.when,
			       why);
	if (good) {
		columns_add(&table.columns, table.time);
		for (int c = 0; c < columns->count; c++)
			columns_add(&table.columns, columns->name[c]);
		good = timed_read(&table, &source, take_sample, curve, why) &&
		       check_curve(curve, path, why);
	}
	timed_close(&source);
	return good;
}

void curve_free(struct curve *curve)
{
	free(curve->at_ns);
	free(curve->value);
}
