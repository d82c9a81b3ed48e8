/* What a scenario expects of its results: a quantity of some cells, and the bound it keeps to. */
#ifndef SIM_EXPECTATION_H
#define SIM_EXPECTATION_H

#include "sim/error.h"
#include "sim/quantity.h"

struct expectation {
	struct mark at;
	const char *rollout; /* patterns as the shell has them */
	const char *other;   /* "cautious - eager" is a difference; NULL: it is none */
	const char *case_;
	struct quantity quantity;
	bool at_least;	   /* the bound is the least; else the most */
	double bound;	   /* in the unit of the column */
	const char *limit; /* the bound as the scenario has it */
	double confidence;
};

struct expectations {
	struct expectation *expectation;
	int count;
};

#endif
