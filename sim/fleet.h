/* A fleet: the replicas behind a version in one place, each with its slots, and the line in front
 * of them. Replicas start cold, slow down under load, crash and come back, and are scaled. */
#ifndef SIM_FLEET_H
#define SIM_FLEET_H

#include "sim/autoscale.h"
#include "sim/call.h"
#include "sim/tally.h"

struct fleet_config {
	int64_t replicas, slots; /* 0 slots: as many as needed */
	int64_t queue;		 /* how many may wait; PARAM_UNSET: any number */
	bool per_region;
	sim_time shed_wait;	/* refuses who would wait so long; PARAM_UNSET: nobody */
	int64_t shed_in_flight; /* refuses while so many wait or are served; PARAM_UNSET: never */
	double slow_from;	/* busy share above which services slow down */
	double slow_factor;	/* when all are busy */
	double cold_factor;	/* of the first service of a replica */
	int64_t cold_requests;	/* after so many it is warm; PARAM_UNSET: whatever the number */
	sim_time cold_time;	/* after so long it is warm; PARAM_UNSET: however long */
	sim_time ready_after;	/* a new or restarted replica takes no requests before */
	sim_time crash_every;	/* mean time of a replica between crashes; PARAM_UNSET: never */
	sim_time restart;
	struct autoscale_config autoscale;
};

enum replica_state { REPLICA_OFF, REPLICA_STARTING, REPLICA_UP, REPLICA_LEAVING };

struct replica {
	enum replica_state state;
	sim_time changes_at; /* starting: is up; up: crashes; SIM_NEVER */
	sim_time warm_since; /* its first request; SIM_NEVER: has seen none */
	int64_t served;
	uint64_t crashes;
};

/* Holders of slots that hold no call. */
#define SLOT_OUT   (UINT32_MAX - 1)
#define SLOT_READY UINT32_MAX

#define NO_SLOT UINT32_MAX

struct fleet {
	const struct fleet_config *config;
	uint64_t salt;
	struct replica *replica; /* the first `wanted` of them should exist */
	int replicas, wanted;	 /* at most; now */
	uint32_t *holder;	 /* of each slot: a call, or SLOT_ */
	uint32_t *ready;	 /* a ring: the slots that are ready, the longest idle first */
	bool *works;		 /* whether each slot may take a call: its replica is up */
	int slots, first_ready, ready_count;
	int busy, usable; /* slots */
	int finishing;	  /* of the busy: take nobody any more */
	double working;	  /* share of the slots that faults leave over */
	uint32_t limit;	  /* slots from here on don't work */
	struct line line;
	double service_ns; /* a moving average, where somebody asks for it */
	sim_time next_at;  /* when a replica changes or the autoscaler looks */
	struct autoscale autoscale;
	sim_time looks_at, accounted_at;
	bool metered;		     /* somebody asks how busy it is */
	double busy_ns, usable_ns;   /* slots x time since the last look */
	struct usage used;	     /* since the beginning */
	double replica_ns, begun_at; /* replicas x time until now */
};

void fleet_allocate(struct fleet *fleet, struct arena *arena, int replicas, int slots);

/* `warm`: it has been running for long. */
void fleet_reset(struct fleet *fleet, const struct fleet_config *config, bool warm, uint64_t salt);

/* The most replicas it may have. */
int fleet_most(const struct fleet_config *config);

/* Whether requests of one version behave as in a plain pool: replicas have no life of their own. */
bool fleet_is_plain(const struct fleet_config *config);

/* Whether it takes nobody in just now. */
bool fleet_refuses(const struct fleet *fleet);

/* A free slot, or NO_SLOT. */
uint32_t fleet_take(struct fleet *fleet);

/* A call begins to be served there; returns how long it takes. */
sim_time fleet_begin(struct fleet *fleet, uint32_t slot, uint32_t who, sim_time service,
		     sim_time now);
void fleet_release(struct fleet *fleet, uint32_t slot, sim_time now);

/* A share of the slots works from now on; the others finish what they do. */
void fleet_work(struct fleet *fleet, double share, sim_time now);

/* What changes at next_at. After a crash those who are served on the replica must be let go, by
 * fleet_release, before anything else. */
enum fleet_change { FLEET_GREW, FLEET_SHRANK, FLEET_CRASHED };
enum fleet_change fleet_step(struct fleet *fleet, int *replica);

/* Slots x time until now, busy or there at all, where it is metered: added to those of a version.
 * Slots that take nobody are there as long as they are busy. */
void fleet_add_usage(struct fleet *fleet, sim_time now, struct usage *usage);

/* How many replicas it has had for how long, until now. */
double fleet_replica_ns(struct fleet *fleet, sim_time now);

#endif
