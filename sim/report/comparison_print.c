/* A comparison in a table, a row a quantity, and as JSON. */
#include "sim/report/comparison.h"

#include "sim/report/json.h"
#include "sim/report/table.h"
#include "sim/report/words.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const char *const end_words[] = {[DUEL_NOTHING] = "nothing to compare",
					[DUEL_SAME] = "the same",
					[DUEL_UNKNOWN] = "indistinguishable",
					[DUEL_BETTER] = "better",
					[DUEL_WORSE] = "worse",
					[DUEL_OTHER] = "differs"};

/* ---- for people */

/* Fewest and most trials of the cells that are compared. */
static void count_trials(const struct comparison *c, bool before, int64_t ends[2])
{
	const struct results *results = before ? c->before : c->after;
	ends[0] = ends[1] = 0;
	for (int i = 0; i < c->rows; i++) {
		int cell = before ? c->row[i].before.cell : c->row[i].after.cell;
		int64_t trials = results->trials_run[cell];
		ends[0] = !i || trials < ends[0] ? trials : ends[0];
		ends[1] = trials > ends[1] ? trials : ends[1];
	}
}

static void print_count_of(const char *name, const int64_t ends[2], FILE *out)
{
	if (ends[0] == ends[1])
		fprintf(out, "%" PRId64 " %s", ends[0], name);
	else
		fprintf(out, "%" PRId64 " to %" PRId64 " %s", ends[0], ends[1], name);
}

/* Of pairs, those without a partner say nothing. */
static void print_trials(const struct comparison *c, FILE *out)
{
	int64_t before[2], after[2];
	count_trials(c, true, before);
	count_trials(c, false, after);
	print_count_of("trials a cell before, ", before, out);
	print_count_of("after", after, out);
	bool alone = c->paired && memcmp(before, after, sizeof before) != 0;
	fputs(alone ? "; only those that both have are compared.\n" : ".\n", out);
}

static void print_heading(const struct comparison *c, FILE *out)
{
	const struct results *a = c->before, *b = c->after;
	fprintf(out, "%s, seed %llu, against %s, seed %llu", b->title, (unsigned long long)b->seed,
		a->title, (unsigned long long)a->seed);
	if (c->paired)
		fputs(": trial by trial, on the same traffic with the same luck.\n", out);
	else
		fprintf(out, ": not trial by trial, because %s.\n", c->unpaired);
	if (c->rows)
		print_trials(c, out);
	if (*c->differs)
		fprintf(out, "The scenarios differ in: %s.\n", c->differs);
	if (*c->only_before)
		fprintf(out, "Only before: %s.\n", c->only_before);
	if (*c->only_after)
		fprintf(out, "Only after: %s.\n", c->only_after);
}

bool comparison_shows(const struct comparison *c, const struct compared *row)
{
	enum duel_end end = row->duel.end;
	if (end == DUEL_SAME || end == DUEL_NOTHING)
		return false;
	return end != DUEL_UNKNOWN || c->all || row->tolerance;
}

static void put_row(const struct comparison *c, const struct compared *row, bool opens,
		    struct table *table)
{
	const struct quantity *quantity = &row->before.quantity;
	char text[WORDS_TEXT];
	if (opens)
		table_put(table, 0,
			  comparison_cell(table->arena, c->before, row->rollout, row->case_,
					  row->point));
	table_put(table, 1, quantity->text);
	table_put(table, 2, words_quantity(text, quantity, row->duel.before));
	table_put(table, 3, words_quantity(text, quantity, row->duel.after));
	table_put(table, 4, words_quantity_change(text, quantity, row->duel.change));
	table_put(table, 5, end_words[row->duel.end]);
	if (row->fails)
		table_put(table, 6,
			  arena_printf(table->arena, "fails: at most %s%s worse",
				       row->tolerance->text,
				       row->tolerance->relative ? " of it" : ""));
}

static void print_rows(const struct comparison *c, FILE *out)
{
	static const char *const heads[] = {"", "", "before", "after", "change", "", ""};
	struct arena arena = {0};
	struct table table;
	int last = -1;
	table_init(&table, &arena, comparison_fails(c) ? 7 : 6, heads);
	for (int i = 0; i < c->rows; i++) {
		if (!comparison_shows(c, &c->row[i]))
			continue;
		if (!table_add(&table))
			break;
		bool opens = last < 0 || c->row[last].before.cell != c->row[i].before.cell;
		put_row(c, &c->row[i], opens, &table);
		last = i;
	}
	if (last >= 0) {
		fputc('\n', out);
		table_print(&table, "  ", out);
	}
	arena_free(&arena);
}

static void print_count(const struct comparison *c, enum duel_end end, const char **between,
			FILE *out)
{
	int count = comparison_count(c, end);
	if (!count)
		return;
	fprintf(out, "%s%d %s", *between, count, end_words[end]);
	*between = ", ";
}

static void print_summary(const struct comparison *c, FILE *out)
{
	const char *between = "\n";
	print_count(c, DUEL_WORSE, &between, out);
	print_count(c, DUEL_BETTER, &between, out);
	print_count(c, DUEL_OTHER, &between, out);
	print_count(c, DUEL_UNKNOWN, &between, out);
	if (comparison_count(c, DUEL_SAME))
		fprintf(out, "%s%d the same in every trial", between,
			comparison_count(c, DUEL_SAME));
	if (comparison_count(c, DUEL_NOTHING))
		fprintf(out, "; of %d no trial says anything", comparison_count(c, DUEL_NOTHING));
	fputs(".\n", out);
	if (comparison_count(c, DUEL_UNKNOWN) && !c->all)
		fputs("--all shows what cannot be told apart.\n", out);
	if (c->rows > comparison_count(c, DUEL_SAME) + comparison_count(c, DUEL_NOTHING))
		fprintf(out,
			"Intervals are of 95 %% each; those of changes hold all %d together (%.6g "
			"%% each).\n",
			c->rows, 100 * c->level);
}

void comparison_print(const struct comparison *c, FILE *out)
{
	print_heading(c, out);
	if (!c->rows) {
		fputs("\nNo cell is in both.\n", out);
		return;
	}
	print_rows(c, out);
	print_summary(c, out);
}

/* ---- for programs */

static void put_text(const char *name, const char *text, FILE *out)
{
	fprintf(out, "\"%s\": ", name);
	json_text(out, text);
	fputs(", ", out);
}

static void put_estimate(const char *name, struct estimate e, FILE *out)
{
	fprintf(out, "\"%s\": ", name);
	json_estimate(out, e.value, e.low, e.high);
	fputs(", ", out);
}

static void put_compared(const struct comparison *c, const struct compared *row, FILE *out)
{
	const struct results *r = c->before;
	fputc('{', out);
	put_text("rollout", r->rollout_names[row->rollout], out);
	put_text("case", r->case_names[row->case_], out);
	fprintf(out, "\"point\": %d, ", row->point);
	put_text("quantity", row->before.quantity.text, out);
	put_estimate("before", row->duel.before, out);
	put_estimate("after", row->duel.after, out);
	put_estimate("change", row->duel.change, out);
	put_text("finding", end_words[row->duel.end], out);
	fprintf(out, "\"trials\": %lld, \"fails\": %s}", (long long)row->duel.trials,
		row->fails ? "true" : "false");
}

void comparison_json(const struct comparison *c, FILE *out)
{
	fprintf(out, "{\"paired\": %s, ", c->paired ? "true" : "false");
	put_text("unpaired_because", c->unpaired ? c->unpaired : "", out);
	put_text("scenarios_differ_in", c->differs, out);
	put_text("only_before", c->only_before, out);
	put_text("only_after", c->only_after, out);
	fputs("\"level_of_a_change\": ", out);
	json_number(out, c->level);
	fputs(", \"rows\": [", out);
	for (int i = 0; i < c->rows; i++) {
		fputs(i ? ",\n" : "\n", out);
		put_compared(c, &c->row[i], out);
	}
	fputs("\n]}\n", out);
}
