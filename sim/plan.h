/* The plan: a scenario, compiled. Read-only, shared by all trials on all threads. */
#ifndef SIM_PLAN_H
#define SIM_PLAN_H

#include "sim/attribute.h"
#include "sim/case.h"
#include "sim/labels.h"
#include "sim/population.h"
#include "sim/retry.h"
#include "sim/rollout.h"
#include "sim/telemetry.h"
#include "sim/traffic.h"
#include "sim/version.h"

/* What counts as served well. */
struct objective {
	sim_time latency; /* a slower answer is bad */
	double bad_share; /* the error budget: this share may be bad */
	bool wrong;	  /* a wrong answer is bad, too */
};

struct alike;
struct recording;

struct plan {
	uint64_t seed;
	sim_time horizon, timeout;
	double repeatable; /* share of the requests that fare alike each time they are served */
	struct use traffic;
	const struct recording *recording; /* of the traffic; NULL: it was not recorded */
	bool recorded_luck; /* requests fare as they did, as far as versions are as they were */
	const struct alike *alike; /* as one that is like each of them did; NULL: as itself */
	bool replays;		   /* some version answers as requests that were replayed were */
	bool recorded_users;	   /* they come from whom they came from */
	/* For each segment of the recording which of the plan's it is, or -1; NULL: they have
	 * nothing to do with each other. */
	const int8_t *recorded_segment;
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
	uint32_t watched; /* a bit for each kind of metric some check or strategy looks at */
	uint32_t strategies_watch;     /* ... some strategy */
	sim_time strategies_look_back; /* at most */
	bool strategies_take_servers;  /* some strategy says how many replicas run */
	struct objective objective;
	int rollouts, cases;
	struct rollout_plan *rollout;
	struct case_plan *case_;
};

/* Everything after the scenario has been read: derived sizes. */
void plan_finish(struct plan *plan);

/* Bytes of state of the traffic of one trial. */
size_t plan_traffic_state(const struct plan *plan);

/* The share of all requests that the routes give to a version. */
double plan_share(const struct plan *plan, const struct routes *routes, int version);

/* A key is a cohort and a version, a lot a key and a variant; both fit a byte. */
enum { MAX_KEYS = MAX_COHORTS * MAX_VERSIONS };

/* The share of right answers at `now`; `added` is what faults add. */
double plan_accuracy(const struct plan *plan, int version, int cohort, sim_time now, double added);

static inline bool plan_watches(const struct plan *plan, enum metric_kind kind)
{
	return plan->watched >> kind & 1;
}

static inline bool plan_watches_scores(const struct plan *plan)
{
	return plan_watches(plan, METRIC_AUC) || plan_watches(plan, METRIC_SCORE);
}

static inline bool plan_watches_machines(const struct plan *plan)
{
	return plan_watches(plan, METRIC_SATURATION) || plan_watches(plan, METRIC_COST);
}

static inline int plan_key(const struct plan *plan, int cohort, int version)
{
	return cohort * plan->versions + version;
}

#endif
