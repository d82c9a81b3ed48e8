/* Calibration: every detector over whole rollouts, where nothing is wrong beside what it promises,
 * and where something is. */
#ifndef BENCH_CALIBRATION_H
#define BENCH_CALIBRATION_H

#include "sim/stats/interval.h"

#include <stdbool.h>

enum calibration_condition {
	CALM_FEW,  /* few requests: a failure of the candidate every hundred seconds */
	CALM_MANY, /* many: two a second */
	TIDES,	   /* failures of both versions come and go together */
	CLUMPS,	   /* the same people fail again and again: requests are not independent */
	HARM, /* after a third of the rollout, everything about the candidate is a little worse */
	CONDITIONS
};

extern const char *const calibration_conditions[CONDITIONS];

struct calibration_row {
	const char *name, *strategy, *check; /* of a rollout, as a scenario has them */
	/* What the whole rollout promises: a false alarm rate; NaN where it promises nothing. */
	double promised;
	/* Whether that is kept by argument (of many independent requests), or must be broken. */
	enum { KEEPS, BREAKS, SAYS_NOTHING } claim;
	bool answers; /* judges whether answers are right, so that these are simulated, too */
};

/* All rows, ended by one without a name. */
extern const struct calibration_row calibration_rows[];
enum { CALIBRATION_MOST = 64 };

/* What became of a row in a condition; intervals hold at 95 %. */
struct calibration_rate {
	double alarms; /* share of rollouts that were rolled back for nothing */
	struct interval alarms_between;
	double found; /* and for harm */
	struct interval found_between;
	double delay; /* median, seconds; infinite where fewer than half were found */
	struct interval delay_between;
};

/* Runs so many trials of every row in a condition. False: the study could not be run. */
bool calibration_run(enum calibration_condition condition, int trials, int threads,
		     struct calibration_rate rates[CALIBRATION_MOST]);

#endif
