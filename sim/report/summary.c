/* The summary on the terminal: a table for each case, then what rollouts differ by on the same
 * trials. */
#include "sim/report/summary.h"

#include "sim/report/standing.h"
#include "sim/report/table.h"
#include "sim/report/words.h"

#include <math.h>

static void print_heading(const struct results *results, FILE *out)
{
	char horizon[WORDS_TEXT];
	fprintf(out, "%s%s%s\n", results->title, *results->question ? ": " : "", results->question);
	fprintf(out, "%d trial%s each, seed %llu, horizon %s. In brackets: 95 %% intervals.\n",
		results->trials, results->trials == 1 ? "" : "s", (unsigned long long)results->seed,
		words_seconds(horizon, results->horizon_s));
}

static void print_point(const struct results *results, int point, FILE *out)
{
	fputs("\nPoint: ", out);
	for (int i = 0; i < results->varied; i++)
		fprintf(out, "%s%s = %s", i ? ", " : "", results->vary[i].key,
			results->vary[i].values[point]);
	fputc('\n', out);
}

static void put_common(struct table *table, int column, const struct cell *cell)
{
	char text[WORDS_TEXT];
	table_put(table, column, words_count(text, cell->harmed_requests_mean));
	table_put(table, column + 1, words_count(text, cell->harmed_users_mean));
	table_put(table, column + 2, words_share(text, cell->promoted));
	table_put(table, column + 3, words_time(text, cell->promote_p50));
}

static void put_healthy(struct table *table, const struct cell *cell)
{
	char text[WORDS_TEXT];
	table_put(table, 1, words_share(text, cell->false_rollback));
	table_put(table, 2, words_share(text, cell->promoted));
	table_put(table, 3, words_time(text, cell->promote_p50));
}

static void put_harmful(struct table *table, const struct cell *cell)
{
	char text[WORDS_TEXT];
	table_put(table, 1, words_time(text, cell->detection_p50));
	table_put(table, 2, words_time(text, cell->detection_p95));
	table_put(table, 3, words_share(text, cell->missed));
	table_put(table, 4, words_share(text, cell->false_rollback));
	put_common(table, 5, cell);
}

/* Outcomes nobody expects are worth a word of their own. */
static void print_leftovers(const struct results *results, int case_index, int point, FILE *out)
{
	for (int r = 0; r < results->rollouts; r++) {
		struct cell cell;
		cell_summarise(results, r, case_index, point, &cell);
		if (cell.outcomes[OUTCOME_PAUSED])
			fprintf(out, "    %s: %lld of %lld trials were paused for a person\n",
				results->rollout_names[r], (long long)cell.outcomes[OUTCOME_PAUSED],
				(long long)cell.trials);
		if (cell.outcomes[OUTCOME_UNFINISHED])
			fprintf(out,
				"    %s: %lld of %lld trials were not finished at the horizon\n",
				results->rollout_names[r],
				(long long)cell.outcomes[OUTCOME_UNFINISHED],
				(long long)cell.trials);
		if (cell.outcomes[OUTCOME_REFUSED])
			fprintf(out, "    %s: %lld of %lld trials were refused: no baseline yet\n",
				results->rollout_names[r],
				(long long)cell.outcomes[OUTCOME_REFUSED], (long long)cell.trials);
		if (cell.trials < results->trials)
			fprintf(out, "    %s: only %lld of %d trials were run\n",
				results->rollout_names[r], (long long)cell.trials, results->trials);
	}
}

static void print_case(const struct results *results, int case_index, int point, FILE *out)
{
	static const char *const healthy_heads[] = {"", "rolled back for nothing", "promoted",
						    "time to promote p50"};
	static const char *const harmful_heads[] = {"",
						    "detected p50",
						    "detected p95",
						    "missed",
						    "decided before onset",
						    "harmed requests",
						    "harmed users",
						    "promoted",
						    "time to promote p50"};
	bool harmful = results->case_harmful[case_index];
	struct arena arena = {0};
	struct table table;
	struct cell cell;
	fprintf(out, "\n  %s: %s\n", results->case_names[case_index],
		harmful ? "the candidate is worse than stable"
			: "nothing is wrong with the candidate");
	table_init(&table, &arena, harmful ? 9 : 4, harmful ? harmful_heads : healthy_heads);
	for (int r = 0; r < results->rollouts && table_add(&table); r++) {
		cell_summarise(results, r, case_index, point, &cell);
		table_put(&table, 0, results->rollout_names[r]);
		if (harmful)
			put_harmful(&table, &cell);
		else
			put_healthy(&table, &cell);
	}
	table_print(&table, "    ", out);
	arena_free(&arena);
	print_leftovers(results, case_index, point, out);
}

static void print_difference(const struct results *results, int rollout, int case_index, int point,
			     FILE *out)
{
	static const struct {
		const char *column, *name, *unit;
	} columns[] = {{"harmed_requests", "harmed requests", ""},
		       {"harmed_users", "harmed users", ""},
		       {"detection_time", "detection", " s"}};
	char text[WORDS_TEXT];
	int a = results_cell(results, rollout, case_index, point);
	int b = results_cell(results, 0, case_index, point);
	fprintf(out, "    %s, %s - %s:", results->case_names[case_index],
		results->rollout_names[rollout], results->rollout_names[0]);
	for (int i = 0; i < 3; i++) {
		struct estimate change =
			cell_paired_difference(results, results_column(columns[i].column), a, b);
		if (!isnan(change.value))
			fprintf(out, "%s %s %s%s", i ? ";" : "", columns[i].name,
				words_change(text, change), columns[i].unit);
	}
	fputc('\n', out);
}

static void print_differences(const struct results *results, int point, FILE *out)
{
	bool any = false;
	for (int c = 0; c < results->cases; c++)
		for (int r = 1; r < results->rollouts; r++) {
			if (!results->case_harmful[c])
				continue;
			if (!any)
				fputs("\n  Mean differences, trial by trial on the same traffic:\n",
				      out);
			any = true;
			print_difference(results, r, c, point, out);
		}
}

/* "2-3  eager  worse than cautious in harmed_users.mean: +120 [80, 160]" */
static void put_placed(const struct results *results, const struct placed *placed,
		       struct table *table)
{
	char text[WORDS_TEXT];
	bool sure = placed->first == placed->last;
	table_put(table, 1,
		  sure ? arena_printf(table->arena, "%d", placed->first)
		       : arena_printf(table->arena, "%d-%d", placed->first, placed->last));
	table_put(table, 2, results->rollout_names[placed->rollout]);
	if (placed->beaten_by < 0)
		return;
	bool finite = isfinite(placed->change.value);
	words_quantity_change(text, &placed->quantity, placed->change);
	table_put(table, 3,
		  arena_printf(table->arena, "worse than %s in %s%s%s",
			       results->rollout_names[placed->beaten_by], placed->quantity.text,
			       finite ? ": " : "", finite ? text : ""));
}

/* Which rollout is best in each case, and by what. */
static void print_standing(const struct results *results, int point, FILE *out)
{
	static const char *const heads[] = {"case", "place", "rollout", ""};
	struct arena arena = {0};
	struct table table;
	if (results->rollouts < 2)
		return;
	struct placed *placed = arena_take(&arena, (size_t)results->rollouts * sizeof *placed);
	table_init(&table, &arena, 4, heads);
	for (int c = 0; c < results->cases; c++) {
		standing_find(results, c, point, placed);
		for (int i = 0; i < results->rollouts && table_add(&table); i++) {
			if (!i)
				table_put(&table, 0, results->case_names[c]);
			put_placed(results, &placed[i], &table);
		}
	}
	fputs("\n  Ranking, by what tells first; all of a case holds together at 95 %:\n", out);
	table_print(&table, "    ", out);
	arena_free(&arena);
}

void summary_print(const struct results *results, FILE *out)
{
	print_heading(results, out);
	for (int p = 0; p < results->points; p++) {
		if (results->varied)
			print_point(results, p, out);
		for (int c = 0; c < results->cases; c++)
			print_case(results, c, p, out);
		print_differences(results, p, out);
		print_standing(results, p, out);
	}
}
