/* One quantity in two cells, held against each other: what each has, and what lies between. */
#ifndef SIM_REPORT_DUEL_H
#define SIM_REPORT_DUEL_H

#include "sim/quantity.h"
#include "sim/report/cell.h"

/* Fewer trials say nothing of means: their intervals are right in the limit of many. */
enum { DUEL_FEWEST = 30 };

struct duelist {
	const struct results *results;
	struct quantity quantity; /* a version or segment has its own place in each */
	int cell;
};

enum duel_end {
	DUEL_NOTHING, /* there is nothing to hold against each other */
	DUEL_SAME,    /* in every pair */
	DUEL_UNKNOWN, /* the interval of the difference holds 0 */
	DUEL_BETTER,
	DUEL_WORSE,
	DUEL_OTHER, /* it differs, and nobody would say for better or worse */
};

struct duel {
	struct estimate before, after; /* each alone, at CELL_LEVEL */
	struct estimate change;	       /* after - before, at the level that was asked */
	int64_t trials;		       /* pairs, or the fewer of both */
	enum duel_end end;
};

struct terms {
	bool paired;  /* trial by trial */
	bool harmful; /* the candidate is worse than stable */
	double level; /* of the difference's interval */
};

/* A maximum has no interval: it is DUEL_NOTHING. */
void duel_hold(struct duel *duel, const struct duelist *before, const struct duelist *after,
	       const struct terms *terms);

#endif
