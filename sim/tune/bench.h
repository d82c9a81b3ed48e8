/* Trials of many points at once, all on the same random numbers, of which only the numbers that
 * matter are kept. */
#ifndef SIM_TUNE_BENCH_H
#define SIM_TUNE_BENCH_H

#include "sim/study.h"
#include "sim/tune/problem.h"

enum fate { FATE_RUNS, FATE_DOMINATED, FATE_BROKEN, FATE_IMPOSSIBLE };

/* A value for each parameter, and what its trials were like. */
struct point {
	int *choice;
	struct plan *plan; /* NULL: it could not be read, and */
	const char *why;   /* why */
	int trials, have;  /* those that count so far, and those that were run, of each case */
	double **value;	   /* of each track: NaN says nothing, what never happened is infinite */
	enum fate fate;
	int by; /* the point that dominates, the limit that is broken */
};

struct bench {
	const struct problem *problem;
	uint64_t seed;
	int threads;
	const atomic_int *stop;
	void (*progress)(void *context, int64_t done, int64_t total); /* may be NULL */
	void *context;
	int64_t done, total; /* trials so far, and the most there may be */
};

/* Runs trials of each point until it has so many. False if it was stopped, or threads could not be
 * started: errno says why, or is 0. What was run stays. */
bool bench_run(struct bench *bench, struct point *const *points, int count, int trials);

/* The same into results of a point each, whole; they must be freed either way. */
bool bench_results(struct bench *bench, struct point *const *points, int count, int trials,
		   struct results *results);

#endif
