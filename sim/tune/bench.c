/* Points of a round are points of one study: its threads stay busy, and it may run what is alike in
 * them once. */
#include "sim/tune/bench.h"

#include "sim/report/judgement.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows of results that are in memory at a time: some hundred MB. */
enum { MOST_ROWS = 500000 };

struct reported {
	struct bench *bench;
	int64_t before;
};

static void report(void *context, int64_t done, int64_t total)
{
	const struct reported *reported = context;
	struct bench *bench = reported->bench;
	(void)total;
	bench->progress(bench->context, reported->before + done, bench->total);
}

static struct plan *copy_plans(const struct bench *bench, struct arena *arena,
			       struct point *const *points, int count)
{
	struct plan *plans = arena_take(arena, (size_t)count * sizeof *plans);
	for (int i = 0; i < count; i++) {
		plans[i] = *points[i]->plan;
		plans[i].seed = bench->seed;
	}
	return plans;
}

/* The cells of the rollout that is tuned, in the cases that matter. */
static int list_cells(const struct problem *problem, const struct results *results, int *cell)
{
	int count = 0;
	for (int c = 0; c < problem->cases; c++)
		for (int p = 0; p < results->points; p++)
			cell[count++] = results_cell(results, problem->tuning->rollout,
						     problem->case_[c], p);
	return count;
}

/* The trials that each of the cells has. */
static int least_run(const struct results *results, const int *cell, int cells)
{
	int64_t least = INT32_MAX;
	for (int i = 0; i < cells; i++)
		least = results->trials_run[cell[i]] < least ? results->trials_run[cell[i]] : least;
	return (int)least;
}

static bool run(struct bench *bench, const struct scenario *view, int from, int trials,
		struct results *results, int *complete)
{
	struct arena arena = {0};
	int *cell = arena_take(&arena, (size_t)results_cells(results) * sizeof *cell);
	int cells = list_cells(bench->problem, results, cell);
	struct reported reported = {bench, bench->done};
	const struct study study = {.plans = view->plans,
				    .points = view->points,
				    .trials = trials,
				    .threads = bench->threads,
				    .from = from,
				    .cell = cell,
				    .cells = cells,
				    .stop = bench->stop,
				    .progress = bench->progress ? report : NULL,
				    .context = &reported};
	errno = 0;
	bool ran = study_run(&study, results);
	*complete = ran ? least_run(results, cell, cells) : from;
	bench->done += (int64_t)(*complete - from) * cells;
	arena_free(&arena);
	return ran;
}

/* Only what the scenario's results must have is described: its points are these. */
static struct scenario look_at(const struct bench *bench, struct plan *plans, int count)
{
	struct scenario view = *bench->problem->scenario;
	view.plans = plans;
	view.points = count;
	view.varied = 0;
	return view;
}

static double value_of(const struct results *results, const struct quantity *quantity, int cell,
		       int trial)
{
	double value;
	if (!judgement_value(results, quantity, cell, trial, &value))
		return NAN;
	return isnan(value) && quantity->kind != QUANTITY_MEAN ? INFINITY : value;
}

static void keep(const struct problem *problem, const struct results *results, struct point *point,
		 int place, int from, int until)
{
	for (int t = 0; t < problem->tracks; t++) {
		const struct track *track = &problem->track[t];
		int cell = results_cell(results, problem->tuning->rollout, track->case_, place);
		point->value[t] = realloc(point->value[t], (size_t)until * sizeof(double));
		if (!point->value[t])
			error_out_of_memory((size_t)until * sizeof(double));
		for (int trial = from; trial < until; trial++)
			point->value[t][trial] = value_of(results, track->quantity, cell, trial);
	}
	point->have = until;
}

/* All have equally many so far. */
static bool run_alike(struct bench *bench, struct point *const *points, int count, int trials)
{
	struct arena arena = {0};
	struct results results;
	int complete, from = points[0]->have;
	struct scenario view = look_at(bench, copy_plans(bench, &arena, points, count), count);
	view.trials = trials;
	scenario_describe(&view, &results);
	bool ran = run(bench, &view, from, trials, &results, &complete);
	for (int i = 0; i < count && complete > from; i++)
		keep(bench->problem, &results, points[i], i, from, complete);
	results_free(&results);
	arena_free(&arena);
	return ran && complete == trials;
}

bool bench_run(struct bench *bench, struct point *const *points, int count, int trials)
{
	int cells = bench->problem->scenario->plans[0].rollouts *
		    bench->problem->scenario->plans[0].cases;
	int most = MOST_ROWS / (cells * trials) + 1;
	struct arena arena = {0};
	struct point **alike = arena_take(&arena, (size_t)most * sizeof *alike);
	bool *done = arena_take(&arena, (size_t)count + 1);
	bool good = true;
	for (int i = 0; i < count && good; i++) {
		int together = 0;
		for (int k = i; k < count && together < most; k++)
			if (!done[k] && points[k]->have < trials &&
			    points[k]->have == points[i]->have) {
				alike[together++] = points[k];
				done[k] = true;
			}
		good = !together || run_alike(bench, alike, together, trials);
	}
	for (int i = 0; i < count && good; i++)
		points[i]->trials = trials;
	arena_free(&arena);
	return good;
}

bool bench_results(struct bench *bench, struct point *const *points, int count, int trials,
		   struct results *results)
{
	struct arena arena = {0};
	int complete;
	struct scenario view = look_at(bench, copy_plans(bench, &arena, points, count), count);
	view.trials = trials;
	scenario_describe(&view, results);
	results->seed = bench->seed;
	bool ran = run(bench, &view, 0, trials, results, &complete);
	for (int i = 0; i < count && complete; i++)
		keep(bench->problem, results, points[i], i, 0, complete);
	for (int i = 0; i < count && ran && complete == trials; i++)
		points[i]->trials = trials;
	arena_free(&arena);
	return ran && complete == trials;
}
