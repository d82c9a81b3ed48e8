/* Rollouts: a strategy, the checks that watch it, and the way back. */
#ifndef SIM_ROLLOUT_H
#define SIM_ROLLOUT_H

#include "sim/detector.h"
#include "sim/strategy.h"
#include "sim/telemetry.h"

/* What is done when a check has reached its limit of failures. */
enum check_action {
	ACTION_USUAL,
	ACTION_HALVE,
	ACTION_PAUSE,
	ACTION_IMMEDIATE,
	ACTION_CANARY_ONLY
};

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
	bool by_stage;	  /* of increments: each stage begins anew */
	int scope;	  /* looks only while it is on; 0: always */
	double weight;	  /* among the checks */
	sim_time lasting; /* it must have failed for so long; 0: at all */
	enum check_action action;
	bool critical;
};

/* Whether a check looks at what has come since its last look. */
static inline bool check_goes_on(const struct check_plan *check)
{
	return ((const struct detector *)check->detector.plugin)->evidence == EVIDENCE_INCREMENTS;
}

enum way_back { BACK_AT_ONCE, BACK_STAGED, BACK_CANARY_ONLY };

struct rollback_plan {
	enum way_back policy;
	struct use takes, by_hand;
	sim_time spread;	     /* until the last router has followed */
	sim_time observe, cool_down; /* of half a rollout; after it was restored */
	int64_t restores, retries;   /* at most; PARAM_UNSET: any number */
	double fails;		     /* share of attempts */
	sim_time retry_after;	     /* before the next attempt */
};

/* What several checks do to the p-values of each. */
enum correction {
	CORRECTION_NONE,
	CORRECTION_BONFERRONI,
	CORRECTION_HOLM,
	CORRECTION_BH,
	CORRECTION_E_BH
};

enum { MAX_SCOPES = 63 }; /* a bit each */

struct rollout_plan {
	const char *name;
	struct use strategy;
	int candidate, baseline; /* what checks compare */
	sim_time start;
	sim_time clock;	     /* the time of the week at which a trial begins */
	struct spans freeze; /* when nobody is given more of the candidate */
	sim_time longest;    /* of the rollout until promotion; PARAM_UNSET: as long as it takes */
	bool backs_off;	     /* what happens then: it goes back, or a person is asked */
	double needs_baseline; /* requests that stable must have shown before; 0: none */
	bool sticky;	       /* users keep their version */
	enum correction correction;
	struct rules rules; /* of its strategies */
	int scopes;	    /* of checks, beside 0 */
	int checks;
	struct check_plan check[MAX_CHECKS];
	struct rollback_plan rollback;
	/* Rollouts of two plans that have the same are alike, and so is their world, but for how
	 * checks are judged. Whoever changes something else makes it 0: nobody knows. */
	uint64_t kin;
};

#endif
