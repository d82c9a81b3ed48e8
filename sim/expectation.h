/* What a scenario expects of its results: a quantity of some cells, and the bound it keeps to. */
#ifndef SIM_EXPECTATION_H
#define SIM_EXPECTATION_H

#include "sim/error.h"
#include "sim/result.h"

/* How many trials make a quantity. */
enum quantity_kind {
	QUANTITY_SHARE,	   /* of the trials, that have the flag or ended so */
	QUANTITY_MEAN,	   /* of their values */
	QUANTITY_QUANTILE, /* of their values; what never happened is later than all */
	QUANTITY_MAX	   /* the largest value of any */
};

struct quantity {
	const char *text; /* as the scenario names it */
	enum quantity_kind kind;
	const struct column *column;
	int sub;     /* version or segment */
	int outcome; /* of a share of trials that ended so; -1: it is of a flag */
	double p;    /* of a quantile */
};

/* Whether it is written as 5%: columns of shares are called so. */
bool quantity_is_share(const struct quantity *quantity);

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
