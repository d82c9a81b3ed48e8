/* Versions: what serves requests, while nothing is wrong. */
#ifndef SIM_VERSION_H
#define SIM_VERSION_H

#include "sim/breaker.h"
#include "sim/fleet.h"
#include "sim/latency.h"
#include "sim/limiter.h"
#include "sim/pool.h"
#include "sim/quality.h"

/* How a version serves a cohort while nothing is wrong. */
struct service_plan {
	struct use latency, failed; /* failed: of answers that are errors; no plug-in: as others */
	bool shares_law;	    /* its law is stable's, to the byte */
	double errors;
};

/* In whatever currency. */
struct cost_plan {
	double request, replica_hour;
	bool given;
};

struct version_plan {
	const char *name;
	bool replayed; /* each recorded request has a second answer: this version's */
	struct service_plan service[MAX_COHORTS];
	double calls[MAX_DEPENDENCIES]; /* share of its requests that call each dependency */
	double writes;			/* share of its requests that change something */
	struct pool_config pool;
	struct fleet_config fleet; /* the same pool, and what its replicas do */
	struct breaker_config breaker;
	struct limiter_config limit;
	struct cost_plan cost;
	const struct quality *quality; /* all versions have one, or none (NULL) */
};

#endif
