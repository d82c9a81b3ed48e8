/* What a cell's trials say, each number with its interval: the summary, the JSON and the figures
 * all speak from here. */
#ifndef SIM_REPORT_CELL_H
#define SIM_REPORT_CELL_H

#include "sim/result.h"
#include "sim/stats/survival.h"

/* An estimate and its 95 % interval. NaN: nothing to estimate from. */
struct estimate {
	double value, low, high;
};

#define CELL_LEVEL 0.95

struct cell {
	int64_t trials;
	int64_t outcomes[OUTCOMES];	/* by enum outcome */
	int64_t hurt;			/* trials in which the candidate hurt somebody */
	struct estimate false_rollback; /* share of the trials; Clopper-Pearson */
	struct estimate missed;		/* share of those that hurt; Clopper-Pearson */
	/* Seconds from onset to decision, never-detected trials censored at the horizon:
	 * Kaplan-Meier, with order-statistic intervals where they are exact; infinite where too few
	 * were ever detected. */
	struct estimate detection_p50, detection_p95;
	struct estimate never_detected; /* share of those that hurt, not rolled back after onset */
	struct estimate harmed_requests_mean, harmed_requests_p95;
	struct estimate harmed_users_mean, harmed_users_p95;
	struct estimate promote_p50; /* seconds, of the promoted trials */
	struct estimate promoted;    /* share of the trials, later rollbacks included */
};

/* Whether a trial says when a fault was detected: it hurt somebody, and had not been rolled back
 * before. */
bool cell_trial_hurt(const struct results *results, int cell, int trial);

void cell_summarise(const struct results *results, int rollout, int case_index, int point,
		    struct cell *cell);

/* The Kaplan-Meier curve of detection times; at most as many steps as trials. Returns the number
 * of steps, and in `hurt` how many trials are behind it. */
size_t cell_detection_curve(const struct results *results, int cell, struct survival_step *steps,
			    size_t *hurt);

/* Mean of a - b, trial by trial on common random numbers, with its interval. */
struct estimate cell_paired_difference(const struct results *results, const struct column *column,
				       int cell_a, int cell_b);

/* A column's values in one cell, without NaN, sorted; returns how many. `values` has room for all
 * trials. */
size_t cell_values(const struct results *results, const struct column *column, int cell, int sub,
		   double *values);

#endif
