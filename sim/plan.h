/* The plan: a scenario, compiled. Read-only, shared by all trials on all threads. */
#ifndef SIM_PLAN_H
#define SIM_PLAN_H

#include "sim/attribute.h"
#include "sim/breaker.h"
#include "sim/detector.h"
#include "sim/fault.h"
#include "sim/fleet.h"
#include "sim/labels.h"
#include "sim/latency.h"
#include "sim/limiter.h"
#include "sim/pool.h"
#include "sim/quality.h"
#include "sim/retry.h"
#include "sim/strategy.h"
#include "sim/telemetry.h"
#include "sim/traffic.h"

/* How a version serves a cohort while nothing is wrong. */
struct service_plan {
	struct use latency, failed; /* failed: of answers that are errors; no plug-in: as others */
	bool shares_law;	    /* its law is stable's, to the byte */
	double errors;
};

/* In whatever currency. */
struct cost_plan {
	double request, replica_hour;
};

struct version_plan {
	const char *name;
	struct service_plan service[MAX_COHORTS];
	double calls[MAX_DEPENDENCIES]; /* share of its requests that call each dependency */
	struct pool_config pool;
	struct fleet_config fleet; /* the same pool, and what its replicas do */
	struct breaker_config breaker;
	struct limiter_config limit;
	struct cost_plan cost;
	const struct quality *quality; /* all versions have one, or none (NULL) */
};

/* A user is drawn by Walker's alias method (1977): a column, then itself or its alias. */
struct alias {
	uint32_t keep, other;
};

struct population {
	int users; /* 0: requests come from nobody in particular */
	const struct alias *alias;
	double turnover;       /* how often somebody new takes the place of a user, per ns */
	int generations;       /* who may have one place in a trial; at least 1 */
	double anonymous;      /* share of the requests that come from nobody known */
	int segments, regions; /* at least 1 each */
	const char *segment_names[MAX_SEGMENTS], *region_names[MAX_REGIONS];
	/* Cohort = segment x regions + region; below upper[c] lie the buckets of cohorts 0..c. */
	uint64_t upper[MAX_COHORTS];
	double region_share[MAX_REGIONS];
	sim_time region_offset[MAX_REGIONS]; /* of their clocks */
	bool offsets;			     /* some clock is, and some shape follows it */
};

/* A user is a place in the population; a person is who has it at some time. */
static inline int population_people(const struct population *population)
{
	return population->users * population->generations;
}

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

/* Whom a fault hits within a cohort: those whose 32 random bits lie in a range. */
struct selection {
	enum fault_share of;
	int attribute;
	uint64_t from[MAX_VERSIONS], to[MAX_VERSIONS];
};

struct fault_plan {
	const char *label;
	struct use fault;
	struct fault_when when;
	uint32_t versions, cohorts; /* masks */
	int selection;		    /* of the case; -1: everybody */
	bool confounder;
};

/* The requests of a key are of as many variants as there are ways to be selected. */
struct case_plan {
	const char *name;
	int faults, selections;
	struct fault_plan fault[MAX_FAULTS];
	struct selection selection[MAX_SELECTIONS];
	double surge;	/* the most that traffic is multiplied by */
	bool restless;	/* some fault is asked at every scrape */
	bool waiting;	/* ... waits for load, a share or requests served */
	bool blinding;	/* ... bends what dashboards see */
	bool hindering; /* ... keeps decisions from taking effect */
	bool uneven;	/* ... hits others where another version serves them */
};

/* What counts as served well. */
struct objective {
	sim_time latency; /* a slower answer is bad */
	double bad_share; /* the error budget: this share may be bad */
	bool wrong;	  /* a wrong answer is bad, too */
};

struct plan {
	uint64_t seed;
	sim_time horizon, timeout;
	struct use traffic;
	struct clients clients;
	struct retry_config retry;
	int shapes;
	struct use shape[MAX_SHAPES];
	double surge; /* the most that any case multiplies the traffic by */
	struct population population;
	int attributes;
	struct attribute attribute[MAX_ATTRIBUTES];
	int versions, cohorts;
	struct version_plan version[MAX_VERSIONS];
	int dependencies;
	const char *dependency[MAX_DEPENDENCIES];
	struct telemetry_config telemetry;
	struct telemetry_size telemetry_size;
	bool needs_histograms, one_law;
	bool one_service;	    /* versions treat all cohorts alike */
	bool queued;		    /* some version has a pool */
	bool coupled;		    /* requests depend on each other by more than plain pools */
	bool fails_apart;	    /* some version's errors have a law of their own */
	bool has_quality, drifts;   /* answers are right or wrong; that changes over time */
	struct label_config labels; /* where there is quality */
	struct label_size label_size;
	uint32_t watched; /* a bit for each kind of metric some check looks at */
	struct objective objective;
	int rollouts, cases;
	struct rollout_plan *rollout;
	struct case_plan *case_;
};

/* Everything after the scenario has been read: derived sizes. */
void plan_finish(struct plan *plan);

/* Bytes of state of the traffic of one trial. */
size_t plan_traffic_state(const struct plan *plan);

/* The share of the requests that a cohort sends. */
static inline double population_share(const struct population *population, int cohort)
{
	uint64_t below = cohort ? population->upper[cohort - 1] : 0;
	return (double)(population->upper[cohort] - below) * 0x1p-32;
}

/* The cohort that owns a bucket. */
static inline int population_cohort(const struct population *population, int cohorts,
				    uint32_t bucket)
{
	int cohort = 0;
	for (int c = 0; c < cohorts - 1; c++)
		cohort += bucket >= population->upper[c];
	return cohort;
}

/* A key is a cohort and a version, a lot a key and a variant; both fit a byte. */
enum { MAX_KEYS = MAX_COHORTS * MAX_VERSIONS };

/* The share of right answers at `now`; `added` is what faults add. */
double plan_accuracy(const struct plan *plan, int version, int cohort, sim_time now, double added);

static inline bool plan_watches(const struct plan *plan, enum metric_kind kind)
{
	return plan->watched >> kind & 1;
}

static inline int plan_key(const struct plan *plan, int cohort, int version)
{
	return cohort * plan->versions + version;
}

#endif
