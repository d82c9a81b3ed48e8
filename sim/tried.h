/* What a search for good values tried: the record that lies beside the results of its front, and
 * that a search which was stopped goes on from. */
#ifndef SIM_TRIED_H
#define SIM_TRIED_H

#include "sim/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum { TRIED_LOW = 1, TRIED_HIGH = 2, TRIED_NUMBERS = 3 }; /* an estimate is three numbers */

struct tried {
	const char *scenario, *command, *program_version; /* as in results */
	uint64_t seed;
	int parameters, tracks, settings, trials; /* trials: the most of any */
	const char **parameter, **track;	  /* their names */
	const char **value;			  /* settings x parameters, as texts, */
	int64_t *choice; /* and their places in the lists of the scenario */
	int64_t *have;	 /* trials of each setting, in each case */
	int8_t *fate;
	double *number; /* settings x tracks x trials: NaN says nothing, infinite is never */

	/* The answer; without rows there is none yet. */
	int rows, quantities, steps, recommended; /* rows are the points of the results; -1: none */
	const char **quantity;			  /* aims, then limits */
	double *found, *anew;			  /* rows x quantities x TRIED_NUMBERS */
	int8_t *standing;			  /* whether all limits hold, of each row */
	const char **step_parameter, **step_to;
	double *change; /* steps x quantities x TRIED_NUMBERS, from the recommended row */
};

#endif
