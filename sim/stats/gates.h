/* Gates: a ladder of shares, at each of which the canary's errors are held against a threshold, as
 * controllers do: what it decides, and how many requests that takes. */
#ifndef SIM_STATS_GATES_H
#define SIM_STATS_GATES_H

#include <stdbool.h>

struct gates {
	const double *share; /* of all requests, that the canary gets in each interval */
	int intervals;
	double requests;   /* of all versions in an interval; the canary's are rounded */
	double error_rate; /* the canary's: each request fails by itself */
	double threshold;  /* an interval fails if more than this share of its requests do */
	int failure_limit; /* rolled back when more intervals than this have failed */
	bool in_a_row;	   /* which count again from 0 after one that passes */
};

struct gates_course {
	double rollback, promote; /* chances: exact, each to its last digits */
	double rollback_interval; /* mean, from 1, if it is rolled back; NaN: it never is */
	double requests, errors;  /* of the canary until it is decided, mean */
};

/* Chances that each interval fails, and that the rollback is there: one for each interval.
 * `failed` is room for failure_limit + 1 numbers. */
struct gates_course gates_follow(const struct gates *g, double *failed, double *fails,
				 double *rolled_back);

#endif
