/* The plan: a scenario, compiled. Read-only, shared by all trials on all threads. */
#ifndef SIM_PLAN_H
#define SIM_PLAN_H

#include "sim/detector.h"
#include "sim/fault.h"
#include "sim/latency.h"
#include "sim/pool.h"
#include "sim/strategy.h"
#include "sim/telemetry.h"
#include "sim/traffic.h"

struct version_plan {
	const char *name;
	struct use latency;
	bool shares_law; /* its law is stable's, to the byte */
	double errors;
	struct pool_config pool;
};

/* A user is drawn by Walker's alias method (1977): a column, then itself or its alias. */
struct alias {
	uint32_t keep, other;
};

struct population {
	int users; /* 0: requests come from nobody in particular */
	const struct alias *alias;
	int segments, regions; /* at least 1 each */
	const char *segment_names[MAX_SEGMENTS], *region_names[MAX_REGIONS];
	/* Cohort = segment x regions + region; below upper[c] lie the buckets of cohorts 0..c. */
	uint64_t upper[MAX_COHORTS];
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

struct fault_plan {
	const char *label;
	struct use fault;
	struct fault_when when;
	uint32_t versions, cohorts; /* masks */
};

struct case_plan {
	const char *name;
	int faults;
	struct fault_plan fault[MAX_FAULTS];
};

/* What counts as served well. */
struct objective {
	sim_time latency; /* a slower answer is bad */
	double bad_share; /* the error budget: this share may be bad */
};

struct plan {
	uint64_t seed;
	sim_time horizon, timeout;
	struct use traffic;
	struct population population;
	int versions, cohorts;
	struct version_plan version[MAX_VERSIONS];
	struct telemetry_config telemetry;
	struct telemetry_size telemetry_size;
	bool needs_histograms;
	bool queued; /* some version has a pool */
	struct objective objective;
	int rollouts, cases;
	struct rollout_plan *rollout;
	struct case_plan *case_;
};

/* Everything after the scenario has been read: derived sizes. */
void plan_finish(struct plan *plan);

/* How a version treats a cohort at `now`, in a case. */
struct behaviour plan_behaviour(const struct plan *plan, const struct case_plan *case_, int version,
				int cohort, sim_time now);

/* Whether `version` treats a cohort worse than stable does: more errors, more answers slower than
 * the objective, or a smaller pool. */
bool plan_is_worse(const struct plan *plan, const struct case_plan *case_, int version, int cohort,
		   sim_time now);

/* The truth about a case: the candidate of some rollout is worse than stable at some time. */
bool plan_case_is_harmful(const struct plan *plan, const struct case_plan *case_);

static inline int plan_key(const struct plan *plan, int cohort, int version)
{
	return cohort * plan->versions + version;
}

#endif
