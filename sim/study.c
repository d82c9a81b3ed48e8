/* Threads take trials in order, all cells of a trial before the next, relatives together, and write
 * to rows of their own: after a stop everything before the last one taken is complete. */
#include "sim/study.h"

#include "sim/party.h"
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
	struct party_size party_size;
	const struct kindred *kindred;
	int kindreds;
	int64_t total, most; /* trials of kindreds, and of all their riders */
	atomic_llong next, done;
	atomic_int working;
};

/* What one thread works with. */
struct workshop {
	struct arena world, arena; /* the trial, and what is beside it */
	struct trial *trial;
	struct party party;
};

static void set_up(struct workshop *shop, const struct crew *crew)
{
	*shop = (struct workshop){.trial = NULL};
	shop->trial = arena_take(&shop->world, sizeof *shop->trial);
	trial_allocate(shop->trial, &shop->world, &crew->size);
	party_allocate(&shop->party, &shop->arena, &crew->party_size);
	shop->party.world = &shop->world;
}

static void clear(struct workshop *shop)
{
	party_free(&shop->party);
	arena_free(&shop->arena);
	arena_free(&shop->world);
}

static void store(const struct crew *crew, struct trial *trial, int number)
{
	for (int m = 0; m < trial->riders; m++) {
		trial_tell_apart(trial, trial->rider[m], &trial->row);
		results_store(crew->results, trial->rider[m]->cell, number, &trial->row);
	}
}

/* One trial of all riders of a kindred; returns how many these are. */
static int run_one(struct crew *crew, struct workshop *shop, int64_t item)
{
	const struct kindred *kindred = &crew->kindred[item % crew->kindreds];
	int number = crew->study->from + (int)(item / crew->kindreds);
	trial_begin(shop->trial, kindred->plan, kindred->rollout, kindred->case_index,
		    (uint64_t)number, NULL);
	party_begin(&shop->party, shop->trial, kindred);
	do {
		party_live(&shop->party, shop->trial);
		store(crew, shop->trial, number);
	} while (party_turn_back(&shop->party, shop->trial));
	return kindred->riders;
}

static bool stopped(const struct crew *crew)
{
	return crew->study->stop && atomic_load(crew->study->stop);
}

static void *work(void *context)
{
	struct crew *crew = context;
	struct workshop shop;
	set_up(&shop, crew);
	while (!stopped(crew)) {
		int64_t from = atomic_fetch_add(&crew->next, GRAB), done = 0;
		if (from >= crew->total)
			break;
		int64_t to = from + GRAB < crew->total ? from + GRAB : crew->total;
		for (int64_t item = from; item < to; item++)
			done += run_one(crew, &shop, item);
		atomic_fetch_add(&crew->done, done);
	}
	clear(&shop);
	atomic_fetch_sub(&crew->working, 1);
	return NULL;
}

static void watch(struct crew *crew)
{
	const struct timespec glance = {0, GLANCE_MS * 1000000L};
	while (crew->study->progress && atomic_load(&crew->working)) {
		crew->study->progress(crew->study->context, atomic_load(&crew->done), crew->most);
		nanosleep(&glance, NULL);
	}
}

static void count_trials(const struct crew *crew)
{
	int64_t complete = atomic_load(&crew->next);
	if (complete > crew->total)
		complete = crew->total;
	for (int f = 0; f < crew->kindreds; f++)
		for (int m = 0; m < crew->kindred[f].riders; m++)
			crew->results->trials_run[crew->kindred[f].cell[m]] =
				crew->study->from + complete / crew->kindreds +
				(f < complete % crew->kindreds ? 1 : 0);
}

static struct trial_size measure(const struct study *study)
{
	struct trial_size size = {.strategy_state = 0};
	for (int p = 0; p < study->points; p++)
		trial_measure(&size, &study->plans[p]);
	return size;
}

/* What a trial takes before it begins. */
static size_t world_bytes(const struct trial_size *size)
{
	struct arena arena = {0};
	struct trial *trial = arena_take(&arena, sizeof *trial);
	trial_allocate(trial, &arena, size);
	size_t bytes = arena_used(&arena);
	arena_free(&arena);
	return bytes;
}

static void find_kindreds(struct crew *crew, struct arena *arena)
{
	const struct study *study = crew->study;
	const struct cells cells = {
		.plans = study->plans,
		.points = study->points,
		.cases = crew->results->cases,
		.count = study->cell ? study->cells : results_cells(crew->results),
		.cell = study->cell,
		.riders_most = study->points > 1 ? party_most(world_bytes(&crew->size)) : 1,
	};
	crew->kindred = kindred_find_all(arena, &cells, &crew->kindreds);
	for (int f = 0; f < crew->kindreds; f++)
		party_measure(&crew->party_size, &crew->kindred[f]);
	crew->total = (int64_t)crew->kindreds * (study->trials - study->from);
	crew->most = (int64_t)cells.count * (study->trials - study->from);
}

bool study_run(const struct study *study, struct results *results)
{
	struct arena arena = {0};
	struct crew crew = {.study = study, .results = results, .size = measure(study)};
	find_kindreds(&crew, &arena);
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
		study->progress(study->context, atomic_load(&crew.done), crew.most);
	count_trials(&crew);
	arena_free(&arena);
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
