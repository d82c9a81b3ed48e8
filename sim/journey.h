/* Requests that depend on each other: they wait for servers that have a life of their own, are
 * asked again, or come when the last one is answered. They are followed one by one through two
 * worlds, the real one and its twin in which stable serves everybody. */
#ifndef SIM_JOURNEY_H
#define SIM_JOURNEY_H

#include "sim/agenda.h"
#include "sim/breaker.h"
#include "sim/call.h"
#include "sim/fleet.h"
#include "sim/limiter.h"
#include "sim/match.h"
#include "sim/retry.h"

struct course;
struct facts;
struct requests;
struct requests_size;

enum { SIDE_REAL, SIDE_TWIN, SIDES };

/* One of the two worlds. */
struct side {
	bool twin;
	sim_time now;
	int64_t present; /* calls whose clients wait for something */
	struct agenda agenda;
	struct calls calls;
	struct fleet *fleet; /* versions x regions; of the twin only stable's are used */
	sim_time fleets_at;  /* when something changes in one of them */
	struct breaker breaker[MAX_VERSIONS];
	struct limiter limiter[MAX_VERSIONS];
	struct retry_budget budget;
};

struct journeys {
	struct side side[SIDES];
	struct matches matches;
	uint64_t salt; /* of what clients do */
};

void journey_allocate(struct requests *requests, struct arena *arena,
		      const struct requests_size *size);
void journey_reset(struct requests *requests, uint64_t trial);

/* How many servers faults leave over from now on. */
void journey_treat(struct requests *requests, const struct course *course, sim_time now);

/* Serves a slice, whose services and outcomes are known; what happens before `until`. */
void journey_serve(struct requests *requests, const struct facts *facts);
void journey_advance(struct requests *requests, sim_time until);

/* Until everybody has an answer: nobody new comes any more. */
void journey_finish(struct requests *requests);

/* Adds what the slots of a version have been used for, until now. */
void journey_add_usage(struct requests *requests, int version, sim_time now, struct usage *usage);

/* How many replicas a version has had for how long, until now. */
double journey_replica_ns(struct requests *requests, int version, sim_time now);

#endif
