/* What is to be tuned, taken apart: the numbers of each trial that aims and limits are made of. */
#ifndef SIM_TUNE_PROBLEM_H
#define SIM_TUNE_PROBLEM_H

#include "sim/scenario/scenario.h"

/* A quantity in one case: one number a trial. */
struct track {
	const struct quantity *quantity;
	int case_;
};

/* What an aim is in one of its cases, and what that counts for. */
struct aim_term {
	int track;
	double weight;
};

struct aim {
	const struct quantity *quantity;
	int terms;
	struct aim_term *term;
	bool worst; /* of its terms; else their weighted mean */
};

/* That the mean of something, made of each number of a track, is at most `due`. */
struct limit {
	const struct expectation *expectation;
	int track;
	bool share; /* it is 0 or 1 */
	double due;
};

struct problem {
	struct scenario *scenario;
	const struct tuning *tuning;
	int tracks, aims, limits, cases;
	struct track *track;
	struct aim *aim;
	struct limit *limit;
	int *case_; /* those that are run */
};

void problem_init(struct problem *problem, struct scenario *scenario);

/* What a limit is about; NaN: nothing is said of it. */
double limit_sample(const struct limit *limit, double value);

/* "harmed_users.mean, worst of double, slow"; "double: missed <= 2%" */
const char *aim_name(struct arena *arena, const struct problem *problem, int aim);
const char *limit_name(struct arena *arena, const struct problem *problem, int limit);

#endif
