/* Threads take trials in order, all cells of a trial before the next, and write to rows of their
 * own: after a stop everything before the last one taken is complete. */
#include "sim/study.h"

#include "sim/timeline.h"
#include "sim/trial.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum {
	GRAB = 4,	 /* trials taken at a time: short ones should not fight over a counter */
	GLANCE_MS = 100, /* between two reports of progress */
};

struct crew {
	const struct study *study;
	struct results *results;
	struct trial_size size;
	int cells; /* that run */
	int64_t total;
	atomic_llong next, done;
	atomic_int working;
};

static int cell_at(const struct crew *crew, int64_t place)
{
	return crew->study->cell ? crew->study->cell[place] : (int)place;
}

static void run_one(struct crew *crew, struct trial *trial, int64_t item)
{
	const struct results *results = crew->results;
	int cell = cell_at(crew, item % crew->cells);
	int number = crew->study->from + (int)(item / crew->cells);
	int point = cell % results->points, rest = cell / results->points;
	trial_begin(trial, &crew->study->plans[point], rest / results->cases, rest % results->cases,
		    (uint64_t)number, NULL);
	results_store(crew->results, cell, number, trial_run(trial));
}

static bool stopped(const struct crew *crew)
{
	return crew->study->stop && atomic_load(crew->study->stop);
}

static void *work(void *context)
{
	struct crew *crew = context;
	struct arena arena = {0};
	struct trial *trial = arena_take(&arena, sizeof *trial);
	trial_allocate(trial, &arena, &crew->size);
	while (!stopped(crew)) {
		int64_t from = atomic_fetch_add(&crew->next, GRAB);
		if (from >= crew->total)
			break;
		int64_t to = from + GRAB < crew->total ? from + GRAB : crew->total;
		for (int64_t item = from; item < to; item++)
			run_one(crew, trial, item);
		atomic_fetch_add(&crew->done, to - from);
	}
	arena_free(&arena);
	atomic_fetch_sub(&crew->working, 1);
	return NULL;
}

static void watch(struct crew *crew)
{
	const struct timespec glance = {0, GLANCE_MS * 1000000L};
	while (crew->study->progress && atomic_load(&crew->working)) {
		crew->study->progress(crew->study->context, atomic_load(&crew->done), crew->total);
		nanosleep(&glance, NULL);
	}
}

static void count_trials(const struct crew *crew)
{
	int64_t complete = atomic_load(&crew->next);
	if (complete > crew->total)
		complete = crew->total;
	for (int64_t i = 0; i < crew->cells; i++)
		crew->results->trials_run[cell_at(crew, i)] = crew->study->from +
							      complete / crew->cells +
							      (i < complete % crew->cells ? 1 : 0);
}

static struct trial_size measure(const struct study *study)
{
	struct trial_size size = {.strategy_state = 0};
	for (int p = 0; p < study->points; p++)
		trial_measure(&size, &study->plans[p]);
	return size;
}

bool study_run(const struct study *study, struct results *results)
{
	struct crew crew = {.study = study, .results = results, .size = measure(study)};
	crew.cells = study->cell ? study->cells : results_cells(results);
	crew.total = (int64_t)crew.cells * (study->trials - study->from);
	int threads = study->threads < crew.total ? study->threads : (int)crew.total;
	pthread_t *thread = calloc((size_t)threads + 1, sizeof *thread);
	int started = 0;
	atomic_store(&crew.working, threads);
	while (thread && started < threads && !pthread_create(&thread[started], NULL, work, &crew))
		started++;
	atomic_fetch_sub(&crew.working, threads - started);
	if (started)
		watch(&crew);
	for (int i = 0; i < started; i++)
		pthread_join(thread[i], NULL);
	free(thread);
	if (study->progress && started)
		study->progress(study->context, atomic_load(&crew.done), crew.total);
	count_trials(&crew);
	return started > 0;
}

void study_keep_timelines(const struct study *study, int per_cell, struct results *results)
{
	struct arena arena = {0};
	struct trial *trial = arena_take(&arena, sizeof *trial);
	struct trial_size size = measure(study);
	trial_allocate(trial, &arena, &size);
	int most = results->rollouts * results->cases * per_cell;
	results->timeline = arena_take(&results->arena, (size_t)most * sizeof *results->timeline);
	for (int r = 0; r < results->rollouts; r++)
		for (int c = 0; c < results->cases; c++) {
			int64_t run = results->trials_run[results_cell(results, r, c, 0)];
			for (int n = 0; n < per_cell && n < run; n++)
				timeline_record(trial, &study->plans[0], r, c, n, &results->arena,
						&results->timeline[results->timelines++]);
		}
	arena_free(&arena);
}
