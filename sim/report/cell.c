/* Estimates from the columns of one cell. */
#include "sim/report/cell.h"

#include "sim/error.h"
#include "sim/stats/moments.h"
#include "sim/stats/proportion.h"
#include "sim/stats/quantile.h"
#include "sim/stats/sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t cell_values(const struct results *results, const struct column *column, int cell, int sub,
		   double *values)
{
	size_t count = 0;
	for (int64_t t = 0; t < results->trials_run[cell]; t++) {
		double value = results_value(results, column, cell, (int)t, sub);
		if (!isnan(value))
			values[count++] = value;
	}
	sort_ascending(values, count);
	return count;
}

static struct estimate with_interval(double value, struct interval interval)
{
	return (struct estimate){value, interval.low, interval.high};
}

static struct estimate share(int64_t count, int64_t n)
{
	const struct estimate nothing = {NAN, NAN, NAN};
	if (!n)
		return nothing;
	return with_interval((double)count / (double)n,
			     proportion_clopper_pearson((double)count, (double)n, CELL_LEVEL));
}

static struct estimate quantile(const double *sorted, size_t n, double p)
{
	const struct estimate nothing = {NAN, NAN, NAN};
	return n ? with_interval(quantile_of_sorted(sorted, n, p),
				 quantile_interval(sorted, n, p, CELL_LEVEL))
		 : nothing;
}

static struct estimate mean(const double *values, size_t n)
{
	struct moments moments = {0};
	for (size_t i = 0; i < n; i++)
		moments_add(&moments, values[i]);
	const struct estimate nothing = {NAN, NAN, NAN};
	return n ? with_interval(moments.mean, moments_mean_interval(&moments, CELL_LEVEL))
		 : nothing;
}

bool cell_trial_hurt(const struct results *results, int cell, int trial)
{
	const struct column *onset = results_column("onset_time");
	const struct column *early = results_column("false_rollback");
	return !isnan(results_value(results, onset, cell, trial, 0)) &&
	       !(results_value(results, early, cell, trial, 0) > 0);
}

/* One censored time a trial that hurt: those rolled back before anybody was hurt tell nothing. */
static size_t detection_times(const struct results *results, int cell, struct survival_time *times)
{
	const struct column *onset = results_column("onset_time");
	const struct column *detection = results_column("detection_time");
	size_t count = 0;
	for (int t = 0; t < results->trials_run[cell]; t++) {
		double began = results_value(results, onset, cell, t, 0);
		double detected = results_value(results, detection, cell, t, 0);
		if (!cell_trial_hurt(results, cell, t))
			continue;
		bool happened = !isnan(detected);
		times[count++] = (struct survival_time){
			happened ? detected : results->horizon_s - began, happened};
	}
	return count;
}

size_t cell_detection_curve(const struct results *results, int cell, struct survival_step *steps,
			    size_t *hurt)
{
	size_t bytes = ((size_t)results->trials_run[cell] + 1) * sizeof(struct survival_time);
	struct survival_time *times = malloc(bytes);
	if (!times)
		error_out_of_memory(bytes);
	*hurt = detection_times(results, cell, times);
	size_t count = survival_curve(times, *hurt, steps);
	free(times);
	return count;
}

/* Where everybody who was never detected was watched for longer than the slowest detection took,
 * never is simply later than all: order statistics are exact. */
static bool censored_last(const struct survival_time *times, size_t n)
{
	double slowest = 0, shortest_watch = INFINITY;
	for (size_t i = 0; i < n; i++) {
		if (times[i].happened)
			slowest = fmax(slowest, times[i].time);
		else
			shortest_watch = fmin(shortest_watch, times[i].time);
	}
	return shortest_watch >= slowest;
}

static struct interval detection_interval(const struct survival_step *steps, size_t count,
					  const struct survival_time *times, size_t n, double p)
{
	if (!censored_last(times, n))
		return survival_quantile_interval(steps, count, p, CELL_LEVEL);
	size_t bytes = n * sizeof(double);
	double *sorted = malloc(bytes);
	if (!sorted)
		error_out_of_memory(bytes);
	for (size_t i = 0; i < n; i++)
		sorted[i] = times[i].happened ? times[i].time : INFINITY;
	sort_ascending(sorted, n);
	struct interval interval = quantile_interval(sorted, n, p, CELL_LEVEL);
	free(sorted);
	return interval;
}

static void summarise_detection(const struct results *results, int index, struct cell *cell)
{
	size_t room = (size_t)results->trials_run[index] + 1;
	struct survival_step *steps = malloc(room * sizeof *steps);
	struct survival_time *times = malloc(room * sizeof *times);
	if (!steps || !times)
		error_out_of_memory(room * sizeof *steps);
	size_t hurt = detection_times(results, index, times);
	size_t count = survival_curve(times, hurt, steps);
	const struct estimate nothing = {NAN, NAN, NAN};
	int64_t detected = 0;
	for (size_t s = 0; s < count; s++)
		detected += (int64_t)steps[s].events;
	cell->detection_p50 = cell->detection_p95 = nothing;
	if (hurt) {
		cell->detection_p50 =
			with_interval(survival_quantile(steps, count, 0.5),
				      detection_interval(steps, count, times, hurt, 0.5));
		cell->detection_p95 =
			with_interval(survival_quantile(steps, count, 0.95),
				      detection_interval(steps, count, times, hurt, 0.95));
	}
	cell->hurt = (int64_t)hurt;
	cell->never_detected = share((int64_t)hurt - detected, (int64_t)hurt);
	free(times);
	free(steps);
}

static int64_t count_flag(const struct results *results, const char *name, int cell)
{
	const struct column *column = results_column(name);
	int64_t count = 0;
	for (int t = 0; t < results->trials_run[cell]; t++)
		count += results_value(results, column, cell, t, 0) > 0;
	return count;
}

static void summarise_outcomes(const struct results *results, int index, struct cell *cell)
{
	const struct column *column = results_column("outcome");
	for (int t = 0; t < results->trials_run[index]; t++)
		cell->outcomes[(int)results_value(results, column, index, t, 0)]++;
}

void cell_summarise(const struct results *results, int rollout, int case_index, int point,
		    struct cell *cell)
{
	int index = results_cell(results, rollout, case_index, point);
	memset(cell, 0, sizeof *cell);
	cell->trials = results->trials_run[index];
	size_t bytes = ((size_t)cell->trials + 1) * sizeof(double);
	double *values = malloc(bytes);
	if (!values)
		error_out_of_memory(bytes);
	summarise_outcomes(results, index, cell);
	summarise_detection(results, index, cell);
	cell->false_rollback = share(count_flag(results, "false_rollback", index), cell->trials);
	cell->missed = share(count_flag(results, "missed", index), cell->hurt);
	size_t n = cell_values(results, results_column("harmed_requests"), index, 0, values);
	cell->harmed_requests_mean = mean(values, n);
	cell->harmed_requests_p95 = quantile(values, n, 0.95);
	n = cell_values(results, results_column("harmed_users"), index, 0, values);
	cell->harmed_users_mean = mean(values, n);
	cell->harmed_users_p95 = quantile(values, n, 0.95);
	n = cell_values(results, results_column("time_to_promote"), index, 0, values);
	cell->promote_p50 = quantile(values, n, 0.5);
	cell->promoted = share((int64_t)n, cell->trials);
	free(values);
}

struct estimate cell_paired_difference(const struct results *results, const struct column *column,
				       int cell_a, int cell_b)
{
	struct moments moments = {0};
	int64_t trials = results->trials_run[cell_a];
	if (results->trials_run[cell_b] < trials)
		trials = results->trials_run[cell_b];
	for (int t = 0; t < trials; t++) {
		double difference = results_value(results, column, cell_a, t, 0) -
				    results_value(results, column, cell_b, t, 0);
		if (!isnan(difference))
			moments_add(&moments, difference);
	}
	const struct estimate nothing = {NAN, NAN, NAN};
	return moments.n > 0
		       ? with_interval(moments.mean, moments_mean_interval(&moments, CELL_LEVEL))
		       : nothing;
}
