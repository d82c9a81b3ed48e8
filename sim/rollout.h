/* Rollouts: a strategy, the checks that watch it, and the way back. */
#ifndef SIM_ROLLOUT_H
#define SIM_ROLLOUT_H

#include "sim/detector.h"
#include "sim/strategy.h"
#include "sim/telemetry.h"

struct check_plan {
	const char *label; /* "error_rate ztest" */
	struct metric metric;
	struct use detector;
	sim_time every;
	struct lookback lookback;
	double min_requests;
	int fail_limit;
	bool consecutive; /* a pass forgets the failures before it */
	enum { NO_DATA_HOLD, NO_DATA_PASS, NO_DATA_FAIL } no_data;
	uint32_t cohorts; /* mask */
	bool always;	  /* keeps watching after promotion */
};

struct rollback_plan {
	struct use takes;
	double fails;	      /* share of attempts */
	sim_time retry_after; /* before the next attempt */
};

struct rollout_plan {
	const char *name;
	struct use strategy;
	int candidate;
	sim_time start;
	bool sticky; /* users keep their version */
	int checks;
	struct check_plan check[MAX_CHECKS];
	struct rollback_plan rollback;
};

#endif
