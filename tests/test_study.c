/* Many trials on many threads must leave the same rows, and a stop only fewer of them. */
#include "sim/study.h"

#include "tests/world.h"

#include <criterion/criterion.h>
#include <math.h>

enum { TRIALS = 25 };

static const char *const text =
	"scenario: study\n"
	"traffic: {poisson: {rate: 30/s}, users: {count: 500}, segments: {a: 50%, b: 50%}}\n"
	"versions: {stable: {latency: 80ms, errors: 1%}, candidate: {like: stable}}\n"
	"cases:\n"
	"  healthy: []\n"
	"  burst: [{step: {at: 1m, errors: +5%}}]\n"
	"rollouts:\n"
	"  canary:\n"
	"    canary: {steps: [20% for 1m, 50% for 1m]}\n"
	"    checks: [{metric: error_rate, threshold: {max: 4%}}]\n"
	"    rollback: {takes: {exponential: {mean: 20s}}}\n"
	"  all: {instant: {}}\n"
	"horizon: 5m\n"
	"trials: 25\n"
	"timelines: 2\n"
	"vary:\n"
	"  rollouts.canary.checks.0.threshold.max: [3%, 4%, 6%]\n"
	"seed: 9\n";

struct lab {
	struct world world;
	struct results results;
	struct study study;
};

static void open_lab(struct lab *lab, int threads)
{
	world_read(&lab->world, text);
	scenario_describe(&lab->world.scenario, &lab->results);
	lab->study = (struct study){.plans = lab->world.scenario.plans,
				    .points = lab->world.scenario.points,
				    .trials = TRIALS,
				    .threads = threads};
}

static void close_lab(struct lab *lab)
{
	results_free(&lab->results);
	world_free(&lab->world);
}

static bool same_value(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static void expect_same_row(const struct results *a, const struct results *b, int cell, int trial)
{
	for (int c = 0; c < result_columns_count; c++) {
		const struct column *column = &result_columns[c];
		for (int i = 0; i < results_extent(a, column); i++)
			cr_assert(same_value(results_value(a, column, cell, trial, i),
					     results_value(b, column, cell, trial, i)),
				  "%s of cell %d, trial %d", column->name, cell, trial);
	}
}

static void expect_same_results(const struct results *a, const struct results *b)
{
	cr_assert_eq(results_cells(a), results_cells(b));
	for (int cell = 0; cell < results_cells(a); cell++) {
		cr_assert_eq(a->trials_run[cell], TRIALS);
		cr_assert_eq(b->trials_run[cell], TRIALS);
		for (int t = 0; t < TRIALS; t++)
			expect_same_row(a, b, cell, t);
	}
}

Test(study, the_number_of_threads_changes_nothing)
{
	const int threads[] = {2, 5, 64};
	struct lab one;
	open_lab(&one, 1);
	cr_assert(study_run(&one.study, &one.results));
	for (int i = 0; i < 3; i++) {
		struct lab many;
		open_lab(&many, threads[i]);
		cr_assert(study_run(&many.study, &many.results));
		expect_same_results(&one.results, &many.results);
		close_lab(&many);
	}
	close_lab(&one);
}

static void expect_row(const struct results *results, int cell, int trial, const struct result *row)
{
	const struct {
		const char *name;
		double value;
	} some[] = {{"outcome", row->outcome},
		    {"requests", (double)row->requests},
		    {"harmed_users", (double)row->harmed_users},
		    {"onset_time", row->onset_time},
		    {"detection_time", row->detection_time},
		    {"mitigation_time", row->mitigation_time}};
	for (int i = 0; i < 6; i++)
		cr_assert(same_value(results_value(results, results_column(some[i].name), cell,
						   trial, 0),
				     some[i].value),
			  "%s", some[i].name);
}

Test(study, every_row_is_that_of_its_own_trial_and_point)
{
	struct lab lab;
	open_lab(&lab, 2);
	cr_assert(study_run(&lab.study, &lab.results));
	for (int r = 0; r < 2; r++)
		for (int c = 0; c < 2; c++)
			for (int p = 0; p < 3; p++)
				for (int t = 0; t < TRIALS; t += 8) {
					struct trial *trial = lab.world.trial;
					trial_begin(trial, &lab.world.scenario.plans[p], r, c,
						    (uint64_t)t, NULL);
					expect_row(&lab.results,
						   results_cell(&lab.results, r, c, p), t,
						   trial_run(trial));
				}
	close_lab(&lab);
}

/* Raises the flag once enough trials are done. */
struct brake {
	atomic_int stop;
	int64_t after, last, calls;
};

static void brake(void *context, int64_t done, int64_t total)
{
	struct brake *b = context;
	cr_assert_geq(done, b->last);
	cr_assert_leq(done, total);
	b->last = done;
	b->calls++;
	if (done >= b->after)
		b->stop = 1;
}

/* Trials are taken in order over all cells: the cells differ by one trial at most, what was run is
 * what an undisturbed study finds, and the rest is empty. */
static void expect_prefix(const struct results *stopped, const struct results *whole)
{
	const struct column *requests = results_column("requests");
	const struct column *outcome = results_column("outcome");
	int cells = results_cells(whole);
	cr_assert_geq(stopped->trials_run[cells - 1], stopped->trials_run[0] - 1);
	for (int cell = 0; cell < cells; cell++) {
		cr_assert_leq(stopped->trials_run[cell], stopped->trials_run[0]);
		for (int t = 0; t < stopped->trials_run[cell]; t++)
			expect_same_row(stopped, whole, cell, t);
		for (int t = (int)stopped->trials_run[cell]; t < TRIALS; t++) {
			cr_assert_leq(results_value(stopped, requests, cell, t, 0), 0);
			cr_assert_eq(results_value(stopped, outcome, cell, t, 0), -1);
		}
	}
}

Test(study, a_stop_keeps_what_is_finished)
{
	struct lab whole;
	open_lab(&whole, 2);
	cr_assert(study_run(&whole.study, &whole.results));
	for (int threads = 1; threads <= 3; threads++) {
		struct lab lab;
		struct brake b = {.after = 1};
		open_lab(&lab, threads);
		lab.study.progress = brake;
		lab.study.context = &b;
		lab.study.stop = &b.stop;
		cr_assert(study_run(&lab.study, &lab.results));
		cr_assert_gt(b.calls, 0);
		expect_prefix(&lab.results, &whole.results);
		close_lab(&lab);
	}
	close_lab(&whole);
}

Test(study, a_stop_before_the_first_trial_leaves_nothing)
{
	struct lab lab;
	atomic_int stop = 1;
	open_lab(&lab, 2);
	lab.study.stop = &stop;
	cr_assert(study_run(&lab.study, &lab.results));
	for (int cell = 0; cell < results_cells(&lab.results); cell++)
		cr_assert_eq(lab.results.trials_run[cell], 0);
	close_lab(&lab);
}

Test(study, progress_ends_with_everything_done)
{
	struct lab lab;
	struct brake b = {.after = INT64_MAX};
	open_lab(&lab, 2);
	lab.study.progress = brake;
	lab.study.context = &b;
	cr_assert(study_run(&lab.study, &lab.results));
	cr_assert_eq(b.last, (int64_t)results_cells(&lab.results) * TRIALS);
	close_lab(&lab);
}

static double count_kind(const struct timeline *timeline, enum happening_kind kind, double *at)
{
	double count = 0;
	for (int i = 0; i < timeline->happenings; i++)
		if (timeline->happened[i].kind == (int8_t)kind) {
			*at = (double)timeline->happened[i].at / SIM_SECOND;
			count++;
		}
	return count;
}

static double value_of(const struct lab *lab, const char *name, int cell, int trial)
{
	return results_value(&lab->results, results_column(name), cell, trial, 0);
}

static void expect_timeline_of_row(const struct lab *lab, const struct timeline *timeline)
{
	const struct results *results = &lab->results;
	int cell = results_cell(results, timeline->rollout, timeline->case_index, 0);
	int trial = timeline->trial;
	double at = NAN, shown = 0;
	bool back = value_of(lab, "outcome", cell, trial) == OUTCOME_ROLLED_BACK;
	cr_assert_eq(count_kind(timeline, HAPPENING_ROLLBACK, &at), back);
	cr_assert(!back || at == value_of(lab, "decision_time", cell, trial));
	bool hurt = !isnan(value_of(lab, "onset_time", cell, trial));
	cr_assert_eq(count_kind(timeline, HAPPENING_ONSET, &at), hurt);
	cr_assert(!hurt || at == value_of(lab, "onset_time", cell, trial));
	for (int b = 0; b < timeline->bins * results->versions; b++)
		shown += timeline->bin[b].requests;
	/* The horizon is a multiple of the scrape interval: only those in flight are missing. */
	double requests = value_of(lab, "requests", cell, trial);
	cr_assert(shown <= requests && shown >= requests - 20);
}

Test(study, kept_timelines_are_those_of_the_rows)
{
	struct lab lab;
	open_lab(&lab, 2);
	cr_assert(study_run(&lab.study, &lab.results));
	study_keep_timelines(&lab.study, 2, &lab.results);
	cr_assert_eq(lab.results.timelines, 2 * 2 * 2);
	for (int i = 0; i < lab.results.timelines; i++)
		expect_timeline_of_row(&lab, &lab.results.timeline[i]);
	close_lab(&lab);
}

Test(study, no_more_timelines_are_kept_than_trials_were_run)
{
	struct lab lab;
	open_lab(&lab, 1);
	lab.study.trials = 1;
	cr_assert(study_run(&lab.study, &lab.results));
	study_keep_timelines(&lab.study, 5, &lab.results);
	cr_assert_eq(lab.results.timelines, 4);
	close_lab(&lab);
}
