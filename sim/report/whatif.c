/* Variants in tables, a row each. */
#include "sim/report/whatif.h"

#include "sim/report/needs.h"
#include "sim/report/table.h"
#include "sim/report/words.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

const char *const whatif_setting_name[WHATIF_SETTINGS] = {"latency", "errors", "share", "slots",
							  "speed"};

enum { MOST_COLUMNS = WHATIF_SETTINGS + 9 };

char *whatif_print_setting(char *out, const struct whatif_variant *v, enum whatif_setting setting)
{
	switch (setting) {
	case WHATIF_LATENCY:
		return units_print_factor(out, v->latency);
	case WHATIF_ERRORS:
		return units_print_share_change(out, v->errors);
	case WHATIF_SHARE:
		return units_print_share(out, v->share);
	case WHATIF_SLOT_COUNT:
		return v->slots ? units_print_number(out, v->slots) : strcpy(out, "no limit");
	default:
		return units_print_factor(out, v->speed);
	}
}

/* ---- cells */

static bool has_limits(const struct whatif_report *r)
{
	return r->given[WHATIF_SLOT_COUNT];
}

/* Of a trace that is what it is: nothing is estimated, so none is none. */
static const char *print_share(char *out, double share)
{
	if (isnan(share))
		return "-";
	if (share == 0)
		return "none";
	snprintf(out, WORDS_TEXT, "%.3g %%", 100 * share);
	return out;
}

static const char *print_time(char *out, double ns)
{
	if (isnan(ns))
		return "-";
	return ns == 0 ? "none" : words_seconds(out, ns * 1e-9);
}

static struct estimate scaled(struct whatif_estimate e, double by)
{
	if (isnan(e.low))
		return (struct estimate){e.value * by, e.value * by, e.value * by};
	return (struct estimate){e.value * by, e.low * by, e.high * by};
}

static bool is_same(struct whatif_estimate e)
{
	return e.value == 0 && !(e.low < 0) && !(e.high > 0);
}

/* In points: hundredths of all requests. */
static const char *print_points(char *out, struct whatif_estimate e)
{
	return is_same(e) ? "same" : words_change(out, scaled(e, 100));
}

static const char *print_delay(char *out, struct whatif_estimate e)
{
	char time[WORDS_TEXT];
	if (isnan(e.value) || is_same(e))
		return isnan(e.value) ? "-" : "same";
	snprintf(out, WORDS_TEXT, "%s%s", e.value > 0 ? "+" : "",
		 words_time(time, scaled(e, 1e-9)));
	return out;
}

/* ---- rows */

static int put_settings(const struct whatif_report *r, struct table *table,
			const struct whatif_variant *v)
{
	char text[UNITS_TEXT];
	int column = 0;
	for (int s = 0; s < WHATIF_SETTINGS; s++)
		if (r->given[s])
			table_put(table, column++,
				  whatif_print_setting(text, v, (enum whatif_setting)s));
	return column;
}

static int put_heads(const struct whatif_report *r, const char **heads)
{
	int count = 0;
	for (int s = 0; s < WHATIF_SETTINGS; s++)
		if (r->given[s])
			heads[count++] = whatif_setting_name[s];
	return count;
}

static void put_common(struct table *table, int column, const struct whatif_answer *a)
{
	char text[WORDS_TEXT];
	snprintf(text, sizeof text, "%" PRId64, a->requests);
	table_put(table, column++, text);
	table_put(table, column++, print_share(text, a->of[WHATIF_FAILED].value));
	for (int m = WHATIF_P50; m <= WHATIF_P99; m++)
		table_put(table, column++, print_time(text, a->of[m].value));
}

static void put_harm(const struct whatif_report *r, struct table *table, int column,
		     const struct whatif_answer *a)
{
	char text[WORDS_TEXT];
	if (has_limits(r)) {
		table_put(table, column++, print_share(text, a->of[WHATIF_WAITED].value));
		table_put(table, column++, print_time(text, a->of[WHATIF_WAIT].value));
		table_put(table, column++, print_share(text, a->load));
	}
	snprintf(text, sizeof text, "%" PRId64, a->harmed);
	table_put(table, column++, text);
	if (r->traffic->users)
		table_put(table, column,
			  print_share(text, (double)a->harmed_users / r->traffic->users));
}

/* The requests of the variant that serves most of them, as they were. */
static const struct whatif_answer *find_record(const struct whatif_report *r)
{
	int most = 0;
	for (int i = 1; i < r->count; i++)
		most = r->variant[i].share > r->variant[most].share ? i : most;
	return &r->record[most];
}

/* Who nobody is harmed by is nobody's estimate. */
static const char *print_users(char *out, struct whatif_estimate e)
{
	return e.value == 0 ? "none" : words_share(out, scaled(e, 1));
}

static void print_values(const struct whatif_report *r, struct arena *arena, FILE *out)
{
	static const char *const common[] = {"requests", "failed", "p50", "p95", "p99"};
	static const char *const queues[] = {"waited", "mean wait", "load"};
	const char *heads[MOST_COLUMNS];
	struct table table;
	int settings = put_heads(r, heads), count = settings;
	for (int i = 0; i < 5; i++)
		heads[count++] = common[i];
	for (int i = 0; i < 3 && has_limits(r); i++)
		heads[count++] = queues[i];
	heads[count++] = "harmed";
	if (r->traffic->users)
		heads[count++] = "of users";
	table_init(&table, arena, count, heads);
	if (settings && table_add(&table)) {
		table_put(&table, 0, "recorded");
		put_common(&table, settings, find_record(r));
	}
	for (int i = 0; i < r->count && table_add(&table); i++) {
		put_settings(r, &table, &r->variant[i]);
		put_common(&table, settings, &r->answer[i]);
		put_harm(r, &table, settings + 5, &r->answer[i]);
	}
	table_print(&table, "  ", out);
}

static void print_changes(const struct whatif_report *r, struct arena *arena, FILE *out)
{
	static const char *const common[] = {"failed, points", "p50", "p95", "p99",
					     "harmed, points"};
	const char *heads[MOST_COLUMNS];
	char text[WORDS_TEXT];
	struct table table;
	int settings = put_heads(r, heads), count = settings;
	for (int i = 0; i < 5; i++)
		heads[count++] = common[i];
	if (has_limits(r))
		heads[count++] = "mean wait";
	if (r->traffic->users)
		heads[count++] = "users harmed";
	table_init(&table, arena, count, heads);
	for (int i = 0; i < r->count && table_add(&table); i++) {
		const struct whatif_answer *a = &r->answer[i];
		int column = put_settings(r, &table, &r->variant[i]);
		table_put(&table, column++, print_points(text, a->change[WHATIF_FAILED]));
		for (int m = WHATIF_P50; m <= WHATIF_P99; m++)
			table_put(&table, column++, print_delay(text, a->change[m]));
		table_put(&table, column++, print_points(text, a->change[WHATIF_HARMED]));
		if (has_limits(r))
			table_put(&table, column++, print_delay(text, a->change[WHATIF_WAIT]));
		if (r->traffic->users)
			table_put(&table, column, print_users(text, a->users));
	}
	table_print(&table, "  ", out);
}

/* ---- what to mind */

static void print_variant(const struct whatif_report *r, const struct whatif_variant *v, FILE *out)
{
	char text[UNITS_TEXT];
	const char *between = "";
	for (int s = 0; s < WHATIF_SETTINGS; s++)
		if (r->given[s]) {
			fprintf(out, "%s%s %s", between, whatif_setting_name[s],
				whatif_print_setting(text, v, (enum whatif_setting)s));
			between = ", ";
		}
}

static void print_ranking(const struct whatif_report *r, FILE *out)
{
	int least = 0, most = 0;
	for (int i = 1; i < r->count; i++) {
		least = r->answer[i].harmed < r->answer[least].harmed ? i : least;
		most = r->answer[i].harmed > r->answer[most].harmed ? i : most;
	}
	if (r->answer[least].harmed == r->answer[most].harmed)
		return;
	fputs("\nFewest harmed: ", out);
	print_variant(r, &r->variant[least], out);
	fprintf(out, " (%" PRId64 "); most: ", r->answer[least].harmed);
	print_variant(r, &r->variant[most], out);
	fprintf(out, " (%" PRId64 ").\n", r->answer[most].harmed);
}

static void print_overload(const struct whatif_report *r, FILE *out)
{
	int count = 0;
	for (int i = 0; i < r->count; i++)
		count += r->answer[i].load >= 1;
	if (count)
		fprintf(out,
			"A load above 100 %% cannot be kept up with: that queue grows for as long "
			"as traffic lasts,\nand its waits say how long the trace is.\n");
}

static void print_cautions(const struct whatif_report *r, FILE *out)
{
	fprintf(out,
		"\nQuantiles are read from a histogram: off by at most %.1f %%. Arrivals are as "
		"recorded, whatever\nbecomes of those before: people who wait for answers would "
		"come later.\n",
		100 * HISTOGRAM_ERROR);
	if (has_limits(r) && clock_is_coarse(r->traffic->clock))
		needs_print_clock(r->traffic->clock, out);
	if (has_limits(r))
		fputs("Recorded durations are taken as service times: what waiting they hold is "
		      "waited twice.\n",
		      out);
	print_overload(r, out);
}

static void print_opening(const struct whatif_report *r, FILE *out)
{
	const struct whatif_traffic *t = r->traffic;
	char text[UNITS_TEXT];
	fprintf(out, "%" PRId64 " request%s%s", t->requests, t->requests == 1 ? "" : "s",
		t->users ? "" : " of nobody known");
	if (t->users)
		fprintf(out, " of %d user%s", t->users, t->users == 1 ? "" : "s");
	fprintf(out, ", %d variant%s. Harmed: fared well on the record, and now %s", r->count,
		r->count == 1 ? "" : "s", t->outcomes ? "fails" : "");
	if (isfinite(t->limit_ns))
		fprintf(out, "%stakes longer than %s", t->outcomes ? " or " : "",
			units_print_duration(text, (sim_time)t->limit_ns));
	else
		fputs("; how long it takes harms nobody without --limit", out);
	fputs(".\n\n", out);
}

static void print_intervals(const struct whatif_report *r, FILE *out)
{
	const struct whatif_traffic *t = r->traffic;
	char text[UNITS_TEXT];
	units_print_duration(text, t->block_ns);
	if (t->blocks < WHATIF_FEW_BLOCKS)
		fprintf(out,
			"\nAgainst the record (without intervals: %d block%s of %s say nothing of "
			"how they spread):\n\n",
			t->blocks, t->blocks == 1 ? "" : "s", text);
	else
		fprintf(out,
			"\nAgainst the record. In brackets: 95 %% intervals, from %d resamples of "
			"%d blocks of %s.\n\n",
			r->resamples, t->blocks, text);
}

static bool is_as_recorded(const struct whatif_report *r)
{
	for (int s = 0; s < WHATIF_SETTINGS; s++)
		if (r->given[s])
			return false;
	return true;
}

void whatif_print(const struct whatif_report *report, FILE *out)
{
	struct arena arena = {0};
	print_opening(report, out);
	print_values(report, &arena, out);
	if (is_as_recorded(report)) {
		fputs("\nThat is the record: nothing was varied. --latency x2, --errors +1%, "
		      "--share "
		      "25%, --slots 4\nand --speed x2 each do, alone or together.\n",
		      out);
	} else {
		print_intervals(report, out);
		print_changes(report, &arena, out);
		print_ranking(report, out);
	}
	print_cautions(report, out);
	arena_free(&arena);
}
