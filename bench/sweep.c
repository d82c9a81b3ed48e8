/* What a sweep of thresholds costs beside one setting, on the shipped example: settings share their
 * trials until they part. The right answer is what some of them find alone. */
#include "bench/sweep.h"

#include "sim/scenario/scenario.h"
#include "sim/study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	TRIALS = 8,
	ALONE = 150, /* each so many-th point is run alone as well */
	SWEPT = 0,   /* the rollout whose thresholds vary */
};

static double cpu_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* A grid of alphas and ratios. */
static char *write_vary(int alphas, int ratios)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	if (!out)
		exit(3);
	fputs("\nvary:\n  rollouts.cautious.checks.0.ztest.alpha: [", out);
	for (int a = 0; a < alphas; a++)
		fprintf(out, "%s%.6g%%", a ? ", " : "",
			alphas > 1 ? 0.01 * pow(1000, (double)a / (alphas - 1)) : 0.1);
	fputs("]\n  rollouts.cautious.checks.1.ratio.max: [", out);
	for (int r = 0; r < ratios; r++)
		fprintf(out, "%s%.6g", r ? ", " : "", 1 + 2 * (r + 1.0) / ratios);
	fputs("]\n", out);
	fclose(out);
	return text;
}

static void read_sweep(struct scenario *scenario, char **text, int alphas, int ratios)
{
	char why[256];
	size_t length;
	struct complaints complaints;
	complaints_init(&complaints);
	char *example = scenario_load("scenarios/checkout-canary.yaml", &length, why, sizeof why);
	char *vary = write_vary(alphas, ratios);
	if (!example || asprintf(text, "%s%s", example, vary) < 0)
		exit(3);
	const struct source source = {"sweep", *text, strlen(*text)};
	if (!scenario_read(scenario, &source, NULL, 0, &complaints)) {
		complaints_print(&complaints, stderr);
		exit(2);
	}
	scenario->trials = TRIALS;
	complaints_free(&complaints);
	free(example);
	free(vary);
}

/* Cells of the swept rollout, or of all; one of every so many points. */
static int list_cells(const struct scenario *s, bool all, int each, int **cell)
{
	int blocks = (all ? s->plans->rollouts : 1) * s->plans->cases, count = 0;
	*cell = malloc((size_t)blocks * (size_t)s->points * sizeof **cell);
	if (!*cell)
		exit(3);
	for (int b = 0; b < blocks; b++)
		for (int p = 0; p < s->points; p += each)
			(*cell)[count++] = (b + SWEPT * s->plans->cases) * s->points + p;
	return count;
}

/* Returns the seconds it took. */
static double run(const struct scenario *s, bool all, int each, struct results *results)
{
	int *cell, cells = list_cells(s, all, each, &cell);
	const struct study study = {.plans = s->plans,
				    .points = s->points,
				    .trials = TRIALS,
				    .threads = 1,
				    .cell = cell,
				    .cells = cells};
	scenario_describe(s, results);
	double began = cpu_seconds();
	if (!study_run(&study, results))
		exit(3);
	double seconds = cpu_seconds() - began;
	free(cell);
	return seconds;
}

static void estrange(struct scenario *s)
{
	for (int p = 0; p < s->points; p++)
		s->plans[p].rollout[SWEPT].kin = 0;
}

static int count_different(const struct results *a, const struct results *b, int cells, int each)
{
	int different = 0;
	for (int cell = 0; cell < cells; cell++)
		for (int c = 0; cell % a->points % each == 0 && c < result_columns_count; c++) {
			size_t bytes = (size_t)(result_columns[c].type == COLUMN_FLAG ? 1 : 8) *
				       TRIALS * (size_t)results_extent(a, &result_columns[c]);
			size_t at = (size_t)cell * bytes;
			different += memcmp((char *)a->columns[c] + at, (char *)b->columns[c] + at,
					    bytes) != 0;
		}
	return different;
}

static void bench_grid(const char *name, int alphas, int ratios)
{
	struct scenario scenario;
	struct results one, all, swept, alone;
	char *text;
	read_sweep(&scenario, &text, alphas, ratios);
	double single = run(&scenario, true, scenario.points, &one);
	double whole = run(&scenario, true, 1, &all);
	results_free(&one);
	double single_swept = run(&scenario, false, scenario.points, &one);
	double whole_swept = run(&scenario, false, 1, &swept);
	estrange(&scenario);
	run(&scenario, false, ALONE, &alone);
	int different =
		count_different(&alone, &all, scenario.plans->cases * scenario.points, ALONE);
	printf("%-44s %6.2f x one setting (at most 10), %.2f x where all rollouts are swept; "
	       "columns that differ from settings alone: %d\n",
	       name, whole / single, whole_swept / single_swept, different);
	results_free(&one);
	results_free(&all);
	results_free(&swept);
	results_free(&alone);
	scenario_free(&scenario);
	free(text);
}

void bench_sweep(void)
{
	puts("\nSweeps of thresholds, on scenarios/checkout-canary.yaml");
	bench_grid("1,000 limits of the ratio of latencies", 1, 1000);
	bench_grid("32 x 32 limits of both checks", 32, 32);
}
