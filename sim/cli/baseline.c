/* check --against: worse is what is so for certain and beyond its tolerance; all that is looked at
 * holds together. It is looked at once, when there are as many trials as there were. */
#include "sim/cli/baseline.h"

#include "sim/cli/announce.h"

#include "sim/report/words.h"
#include "sim/results/file.h"

#include <math.h>
#include <string.h>

/* ---- opening */

static int refuse(const struct baseline *baseline, const char *file, const struct results *results,
		  char why[BASELINE_WHY])
{
	const struct results *base = &baseline->results;
	if (strcmp(base->title, results->title) != 0) {
		snprintf(why, BASELINE_WHY, "%s is of the scenario %s; %s is %s", baseline->path,
			 base->title, file, results->title);
		return EXIT_USAGE;
	}
	if (base->seed == results->seed)
		return EXIT_GOOD;
	snprintf(why, BASELINE_WHY,
		 "%s was run with seed %llu, and %s has %llu: their trials are no pairs; "
		 "--seed %llu makes them so",
		 baseline->path, (unsigned long long)base->seed, file,
		 (unsigned long long)results->seed, (unsigned long long)base->seed);
	return EXIT_USAGE;
}

int baseline_read_options(struct baseline_options *options)
{
	char why[COMPARISON_WHY];
	for (int i = 0; i < options->worse.count; i++) {
		const struct setting *setting = &options->worse.setting[i];
		if (i == COMPARISON_QUANTITIES)
			return options_wrong(&command_check, "more than %d tolerances",
					     COMPARISON_QUANTITIES);
		if (!tolerance_read(&options->tolerance[i], setting->path, setting->value, why))
			return options_wrong(&command_check, "--worse %s=%s: %s", setting->path,
					     setting->value, why);
	}
	return EXIT_GOOD;
}

/* As compare has it: 1, more is worse, or nobody says what is; -1: less is worse. */
static int worse_of(const struct baseline *baseline, const struct compared *row)
{
	bool harmful = baseline->results.case_harmful[row->case_];
	return quantity_worse(&row->before.quantity, harmful) < 0 ? -1 : 1;
}

static bool has_worse(const struct quantity *quantity)
{
	return quantity_worse(quantity, true) || quantity_worse(quantity, false);
}

/* "cautious, burst: harmed_users.mean not worse than in base.h5 by more than 5%" */
static const char *name_of(struct arena *arena, const struct baseline *baseline,
			   const struct compared *row)
{
	const struct tolerance *t = row->tolerance;
	bool harmful = baseline->results.case_harmful[row->case_];
	bool worse = quantity_worse(&row->before.quantity, harmful);
	return arena_printf(
		arena, "%s: %s not %s than in %s%s%s%s",
		comparison_cell(arena, &baseline->results, row->rollout, row->case_, row->point),
		row->before.quantity.text, worse ? "worse" : "more", baseline->path,
		t->amount > 0 ? " by more than " : "", t->amount > 0 ? t->text : "",
		t->relative && t->amount > 0 ? " of it" : "");
}

static int line_of(const struct compared *row)
{
	return row->line ? row->line : 1;
}

/* What nobody named a tolerance for may not be worse at all; what cannot be worse is not asked. */
static void select_rows(struct baseline *baseline, const struct baseline_options *options,
			const char *file)
{
	static const struct tolerance none = {.text = "0"};
	struct comparison *c = &baseline->comparison;
	int kept = 0;
	for (int i = 0; i < c->rows; i++) {
		struct compared row = c->row[i];
		bool harmful = baseline->results.case_harmful[row.case_];
		bool asked = row.tolerance || quantity_worse(&row.before.quantity, harmful);
		row.tolerance = row.tolerance ? row.tolerance : &none;
		if (asked && announce_finds(&baseline->arena, options->filter, file, line_of(&row),
					    name_of(&baseline->arena, baseline, &row)))
			c->row[kept++] = row;
	}
	c->rows = kept;
	c->level = 1 - (1 - COMPARISON_LEVEL) / (kept ? kept : 1);
}

static const char *why_left_out(const struct expectation *e, const struct baseline_options *options)
{
	if (e->other)
		return "a difference";
	if (e->quantity.kind == QUANTITY_MAX)
		return "a maximum says too little";
	for (int t = 0; t < options->worse.count; t++)
		if (!strcmp(options->worse.setting[t].path, e->quantity.text))
			return NULL;
	return has_worse(&e->quantity) ? NULL : "more of it is not worse, unless --worse says so";
}

/* One line of all that is expected and will not be compared. */
static void print_left_out(struct baseline *baseline, const struct baseline_options *options,
			   const struct expectations *expect, const char *file)
{
	const char *all = "";
	for (int i = 0; i < expect->count; i++) {
		const struct expectation *e = &expect->expectation[i];
		const char *why = why_left_out(e, options);
		if (why)
			all = arena_printf(&baseline->arena, "%s%s%s%s%s, %s: %s (%s)", all,
					   *all ? "; " : "", e->rollout, e->other ? " - " : "",
					   e->other ? e->other : "", e->case_, e->quantity.text,
					   why);
	}
	if (*all)
		fprintf(stderr, "coalmine: of %s not held against %s: %s\n", file, baseline->path,
			all);
}

/* What a reader of the findings would else believe to be among them. */
static void print_limits(struct baseline *baseline, const struct baseline_options *options,
			 const struct expectations *expect, const char *file)
{
	const struct comparison *c = &baseline->comparison;
	if (c->unpaired)
		fprintf(stderr, "coalmine: %s is not held against %s trial by trial: %s\n", file,
			baseline->path, c->unpaired);
	if (options->filter) /* whoever filters does not believe it to be all */
		return;
	print_left_out(baseline, options, expect, file);
	if (*c->only_before)
		fprintf(stderr, "coalmine: %s has no %s, which %s has\n", file, c->only_before,
			baseline->path);
	if (*c->only_after)
		fprintf(stderr, "coalmine: %s has no %s, which %s has\n", baseline->path,
			c->only_after, file);
}

static int list(struct baseline *baseline, const struct baseline_options *options,
		const struct scenario *scenario, const struct results *results, const char *file,
		char why[BASELINE_WHY])
{
	char wrong[COMPARISON_WHY];
	const struct comparison_options compare = {.expect = &scenario->expect,
						   .tolerance = options->tolerance,
						   .tolerances = options->worse.count};
	if (!comparison_make(&baseline->comparison, &baseline->results, results, &compare, wrong)) {
		snprintf(why, BASELINE_WHY, "--worse: %s", wrong);
		return EXIT_USAGE;
	}
	select_rows(baseline, options, file);
	print_limits(baseline, options, &scenario->expect, file);
	return EXIT_GOOD;
}

int baseline_open(struct baseline *baseline, const struct baseline_options *options,
		  const char *file, const struct scenario *scenario, const struct results *results,
		  char why[BASELINE_WHY])
{
	char path[OUTPUT_PATH];
	*baseline = (struct baseline){.path = NULL};
	if (!options->path)
		return EXIT_GOOD;
	if (!output_path(options->path, output_is_directory(options->path), file, path)) {
		snprintf(why, BASELINE_WHY, "the name of the baseline is too long");
		return EXIT_USAGE;
	}
	baseline->path = arena_copy(&baseline->arena, path, strlen(path));
	if (!results_read(&baseline->results, path, why, BASELINE_WHY))
		return EXIT_CANNOT_RUN;
	int code = refuse(baseline, file, results, why);
	return code ? code : list(baseline, options, scenario, results, file, why);
}

void baseline_free(struct baseline *baseline)
{
	comparison_free(&baseline->comparison);
	results_free(&baseline->results);
	arena_free(&baseline->arena);
}

void baseline_mark(const struct baseline *baseline, const struct results *results, bool *wanted)
{
	for (int i = 0; i < baseline->comparison.rows; i++) {
		const struct compared *row = &baseline->comparison.row[i];
		if (results->trials_run[row->after.cell] <
		    baseline->results.trials_run[row->before.cell])
			wanted[row->after.cell] = true;
	}
}

/* ---- what was found */

/* How much worse it may be. */
static double most_of(const struct compared *row)
{
	const struct tolerance *t = row->tolerance;
	return t->relative ? t->amount * fabs(row->duel.before.value) : t->amount;
}

/* All of the interval keeps to what is allowed; else nobody knows, and it is not called broken. */
static bool is_shown(const struct baseline *baseline, const struct compared *row)
{
	const struct duel *duel = &row->duel;
	double most = worse_of(baseline, row) < 0 ? -duel->change.low : duel->change.high;
	return duel->end == DUEL_SAME || (duel->end != DUEL_NOTHING && most <= most_of(row));
}

/* How many trials it will be looked at with. */
static int64_t trials_due(const struct baseline *baseline, const struct compared *row)
{
	int64_t before = baseline->results.trials_run[row->before.cell];
	int64_t most = baseline->comparison.after->trials;
	return before < most ? before : most;
}

static int64_t trials_of(const struct baseline *baseline, const struct compared *row)
{
	return baseline->comparison.after->trials_run[row->after.cell];
}

static enum finding finding_of(const struct baseline *baseline, const struct compared *row)
{
	if (row->fails)
		return FINDING_BROKEN;
	return trials_of(baseline, row) < trials_due(baseline, row) ? FINDING_UNDECIDED
								    : FINDING_HOLDS;
}

static const char *words_seen(struct arena *arena, const struct baseline *baseline,
			      const struct compared *row)
{
	const struct duel *duel = &row->duel;
	const struct quantity *quantity = &row->before.quantity;
	const char *trials = baseline->comparison.paired ? "pairs of trials" : "trials each";
	char before[WORDS_TEXT], after[WORDS_TEXT], change[WORDS_TEXT];
	if (duel->end == DUEL_NOTHING)
		return "no trial of both says anything of it";
	if (duel->end == DUEL_SAME)
		return arena_printf(arena, "the same in all %lld %s", (long long)duel->trials,
				    trials);
	words_quantity(before, quantity, duel->before);
	words_quantity(after, quantity, duel->after);
	words_quantity_change(change, quantity, duel->change);
	bool finite = isfinite(duel->change.value);
	return arena_printf(arena, "%s%sfrom %s to %s in %lld %s", finite ? change : "",
			    finite ? ", " : "", before, after, (long long)duel->trials, trials);
}

static const char *words_of(struct arena *arena, const struct baseline *baseline,
			    const struct compared *row)
{
	const char *seen = words_seen(arena, baseline, row);
	switch (finding_of(baseline, row)) {
	case FINDING_UNDECIDED:
		return arena_printf(arena, "stopped at %lld of %lld trials: %s",
				    (long long)trials_of(baseline, row),
				    (long long)trials_due(baseline, row), seen);
	case FINDING_HOLDS:
		return is_shown(baseline, row)
			       ? seen
			       : arena_printf(arena, "not shown to be worse: %s", seen);
	default:
		return seen;
	}
}

void baseline_judge(struct baseline *baseline, const char *file, bool only_list,
		    struct rulings *rulings)
{
	struct arena *arena = &rulings->arena;
	struct comparison *c = &baseline->comparison;
	if (!only_list)
		comparison_hold(c);
	for (int i = 0; i < c->rows; i++) {
		const struct compared *row = &c->row[i];
		rulings_add(rulings,
			    &(struct ruling){
				    .file = file,
				    .suite = arena_copy(arena, baseline->results.title,
							strlen(baseline->results.title)),
				    .name = name_of(arena, baseline, row),
				    .words = only_list ? "" : words_of(arena, baseline, row),
				    .line = line_of(row),
				    .finding = only_list ? FINDING_UNDECIDED
							 : finding_of(baseline, row),
				    .seen = row->duel.change,
				    .due = most_of(row),
				    .trials = row->duel.trials,
				    .once = true,
			    });
	}
}
