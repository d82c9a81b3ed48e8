/* The findings of an import for programs: one object. */
#include "sim/report/json.h"
#include "sim/report/recorded.h"

#include "sim/stats/dispersion.h"

#include <math.h>

static void json_names(FILE *out, const char *name, const struct dictionary *words)
{
	fprintf(out, ", \"%s\": [", name);
	for (int i = 0; i < words->count; i++) {
		fputs(i ? ", " : "", out);
		json_text(out, words->word[i]);
	}
	fputc(']', out);
}

static void json_named(FILE *out, const char *name, double value)
{
	fprintf(out, ", \"%s\": ", name);
	json_number(out, value);
}

static void json_dropped(const struct appraisal *a, FILE *out)
{
	const char *comma = "";
	fputs(", \"dropped\": [", out);
	for (int r = 0; r < REASON_COUNT; r++) {
		const struct dropped *dropped = &a->dropped[r];
		if (!dropped->count)
			continue;
		fprintf(out, "%s{\"reason\": ", comma);
		json_text(out, reason_words[r]);
		fprintf(out, ", \"bad\": %s, \"count\": %lld, \"file\": ",
			reason_is_bad((enum reason)r) ? "true" : "false",
			(long long)dropped->count);
		json_text(out, dropped->place);
		fprintf(out, ", \"line\": %lld, \"text\": ", (long long)dropped->line);
		json_text(out, dropped->text);
		fputc('}', out);
		comma = ", ";
	}
	fputc(']', out);
}

static void json_drawn(const struct import_facts *facts, FILE *out)
{
	const struct drawn *drawn = &facts->drawn;
	if (!facts->drawn_from)
		return;
	fprintf(out,
		", \"drawn\": {\"samples\": %lld, \"series\": %lld, "
		"\"missing\": %lld, \"beyond\": %lld",
		(long long)drawn->samples, (long long)drawn->series, (long long)drawn->missing,
		(long long)drawn->beyond);
	json_named(out, "step_s", (double)drawn->step_ns / 1e9);
	fputc('}', out);
}

static void json_rates(const struct appraisal *a, FILE *out)
{
	double span = (double)(a->last_ns - a->first_ns) * 1e-9;
	json_named(out, "rate_per_s", span > 0 ? ((double)a->kept - 1) / span : NAN);
	json_named(out, "peak_in_1s", fmax(a->second.peak, a->second.count));
	json_named(out, "longest_gap_s", (double)a->gap_ns / 1e9);
	json_named(out, "cv", sqrt(moments_variance(&a->between)) / a->between.mean);
	json_named(out, "dispersion_1s", appraisal_dispersion(&a->second));
	json_named(out, "dispersion_60s", appraisal_dispersion(&a->minute));
	fputs(", \"outcomes\": {", out);
	for (int o = 0; o < ROW_OUTCOMES; o++)
		fprintf(out, "%s\"%s\": %lld", o ? ", " : "", row_outcomes[o],
			(long long)a->outcome[o]);
	fputc('}', out);
	static const struct {
		const char *name;
		double p;
	} points[] = {{"duration_p50_s", 0.5}, {"duration_p95_s", 0.95}, {"duration_p99_s", 0.99}};
	for (int p = 0; p < 3; p++)
		json_named(out, points[p].name, appraisal_duration(a, points[p].p));
}

void recorded_json_rows(const struct appraisal *a, const struct head *head, FILE *out)
{
	char first[WHEN_TEXT], last[WHEN_TEXT];
	fprintf(out,
		", \"rows\": %lld, \"same_time\": %lld, \"timed\": %lld, \"known_users\": %lld",
		(long long)a->kept, (long long)a->same_time, (long long)a->timed,
		(long long)a->known_users);
	const struct clock_use use = appraisal_clock(a);
	json_named(out, "clock_s", (double)a->resolution_ns / 1e9);
	json_named(out, "spread_s", (double)a->spread_ns / 1e9);
	fprintf(out, ", \"coarse_clock\": %s", clock_is_coarse(&use) ? "true" : "false");
	if (!a->kept)
		return;
	fprintf(out, ", \"first\": \"%s\", \"last\": \"%s\"", when_print(first, a->first_ns),
		when_print(last, a->last_ns));
	if (a->replay_place)
		fprintf(out, ", \"replayed\": %lld", (long long)a->replayed);
	json_rates(a, out);
	json_names(out, "routes", &head->routes);
	json_names(out, "segments", &head->segments);
	json_names(out, "versions", &head->versions);
}

void recorded_json(const struct recorded *recorded, FILE *out)
{
	const struct appraisal *a = recorded->appraisal;
	fputs("{\"format\": ", out);
	json_text(out, recorded->facts->format);
	fputs(", \"times\": ", out);
	json_text(out, recorded_times(recorded->facts));
	fprintf(out,
		", \"records\": %lld, \"bad\": %lld, \"steps_back\": %lld, \"duplicates\": %lld, "
		"\"duplicates_not_sought\": %lld",
		(long long)a->read, (long long)a->bad, (long long)a->steps_back,
		(long long)a->duplicates, (long long)a->unsought);
	json_named(out, "furthest_back_s", (double)a->worst_back_ns / 1e9);
	json_dropped(a, out);
	json_drawn(recorded->facts, out);
	recorded_json_rows(a, recorded->head, out);
	fputs("}\n", out);
}
