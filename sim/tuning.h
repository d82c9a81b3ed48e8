/* What a scenario wants to have tuned: which of its values may change, what should become little,
 * and what has to hold. */
#ifndef SIM_TUNING_H
#define SIM_TUNING_H

#include "sim/expectation.h"

enum {
	TUNING_PARAMETERS = 32, /* a front over more says nothing that people can act on */
	TUNING_VALUES = 1000,	/* of one parameter */
	TUNING_AIMS = 6,	/* with more, nearly everything is on the front */
	TUNING_UNUSED = -1,	/* no value: the parameter has nothing to act on */
	TUNING_AS_IS = -2,	/* no value: what the file says stays */
};

struct node;

/* A place in the scenario, and the values that may stand there. */
struct tuning_parameter {
	struct mark at;
	const char *key; /* its path, as --set has it */
	int values;
	const char **text;  /* of each */
	const char **label; /* the same in short: what only this one has */
	const struct node **value;
	bool range;	  /* it was written as one */
	bool ordered;	  /* each value lies between its neighbours */
	const char *when; /* another path: it counts where that leads somewhere; NULL: always */
};

/* A quantity that should become little, in some cases. */
struct tuning_aim {
	struct mark at;
	struct quantity quantity;
	const char *case_; /* a pattern */
};

struct tuning {
	int parameters, aims;
	struct tuning_parameter *parameter;
	struct tuning_aim *aim;
	struct expectations limits; /* what has to hold */
	int rollout;		    /* the one that is tuned */
	double *weight;		    /* of each case in an aim; NULL: the worst counts */
	int64_t budget;		    /* trials of the search */
};

#endif
