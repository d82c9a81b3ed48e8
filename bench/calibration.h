/* Calibration: every detector over whole rollouts in which nothing is wrong, beside what it
 * promises. */
#ifndef BENCH_CALIBRATION_H
#define BENCH_CALIBRATION_H

#include "sim/stats/interval.h"

#include <stdbool.h>

enum calibration_condition {
	CALM_FEW,  /* few requests: a failure of the candidate every hundred seconds */
	CALM_MANY, /* many: two a second */
	TIDES,	   /* failures of both versions come and go together */
	CLUMPS,	   /* the same people fail again and again: requests are not independent */
	CONDITIONS
};

extern const char *const calibration_conditions[CONDITIONS];

struct calibration_row {
	const char *name, *check; /* of a rollout: its word, and the check as a scenario has it */
	/* What the whole rollout promises: a false alarm rate; NaN where it promises nothing. */
	double promised;
	/* Whether that is kept by argument (of many independent requests), or must be broken. */
	enum { KEEPS, BREAKS, SAYS_NOTHING } claim;
	double measured[CONDITIONS];
	struct interval interval[CONDITIONS]; /* 95 %, Clopper and Pearson */
};

/* All rows, ended by one without a name. */
extern struct calibration_row calibration_rows[];

/* Runs so many trials of every row in a condition. False: the study could not be run. */
bool calibration_run(enum calibration_condition condition, int trials, int threads);

#endif
