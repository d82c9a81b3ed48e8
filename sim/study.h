/* A study: every rollout in every case at every point, many trials each, on all threads. Results
 * land in the row of their trial, so that they are the same whatever the number of threads. Points
 * that differ only in how checks are judged share their trials until they part: the rows are those
 * that each would have alone. */
#ifndef SIM_STUDY_H
#define SIM_STUDY_H

#include "sim/plan.h"
#include "sim/result.h"

#include <stdatomic.h>

struct study {
	const struct plan *plans; /* one a point; all with the same rollouts and cases */
	int points, trials, threads;
	int from;	 /* the trials before it are there already */
	const int *cell; /* `cells` of them go on, the others stay as they are; NULL: all */
	int cells;
	const atomic_int *stop; /* set by a signal: finish what is begun; may be NULL */
	void (*progress)(void *context, int64_t done, int64_t total); /* may be NULL */
	void *context;
};

enum { MAX_THREADS = 1024 };

/* Runs trials from..trials - 1, and fills the columns and trials_run of `results`. False if threads
 * could not be started. */
bool study_run(const struct study *study, struct results *results);

/* Re-runs the first trials of each cell of the first point, and keeps what happened in them. */
void study_keep_timelines(const struct study *study, int per_cell, struct results *results);

#endif
