/* The course of a trial's faults: which are on, how strong they are, and so how every version
 * treats every cohort right now. */
#ifndef SIM_COURSE_H
#define SIM_COURSE_H

#include "sim/plan.h"
#include "sim/rng.h"

struct fault_run {
	sim_time started;      /* SIM_NEVER: it is not on */
	sim_time due;	       /* when it starts (again); SIM_NEVER: when something is reached */
	sim_time next;	       /* when it is looked at next; SIM_NEVER: not scheduled */
	sim_time toggles;      /* of a pulse */
	bool lit;	       /* a pulse is on */
	bool spent;	       /* it has been on; what it waits for is history */
	bool fresh;	       /* it started after the last scrape */
	double jitter, chance; /* what the strength is multiplied by; a uniform */
	struct rng rng;
};

struct course {
	const struct plan *plan;
	const struct case_plan *case_;
	struct fault_run run[MAX_FAULTS];
	double share[MAX_VERSIONS], load[MAX_VERSIONS], served[MAX_VERSIONS];
	double all_load, all_served; /* of all versions together */
	sim_time back;		     /* when the rollout was undone; SIM_NEVER */
};

/* Whom one asks about. */
struct viewpoint {
	int version, cohort, variant;
	bool apart;  /* as if there had never been a rollout */
	bool blamed; /* without what is no fault of the candidate */
};

void course_begin(struct course *course, const struct plan *plan, const struct case_plan *case_,
		  uint64_t trial);

/* Something about the fault changes at `now`; and the next time that it does. */
void course_change(struct course *course, int fault, sim_time now);
sim_time course_next(const struct course *course, int fault, sim_time now);

/* Whether the fault waits for a share, a load or requests served, and has got them. */
bool course_is_reached(const struct course *course, int fault, sim_time now);

/* After a scrape: strengths are drawn anew, and nothing is fresh any more. */
void course_stir(struct course *course);

double course_strength(const struct course *course, int fault, sim_time now);
struct behaviour course_behaviour(const struct course *course, const struct viewpoint *from,
				  sim_time now);
struct sight course_sight(const struct course *course, int version, sim_time now);
struct hindrance course_hindrance(const struct course *course, sim_time now);

/* As if faults were as strong and began as early as they may, and the versions had all the load
 * there can be; and had served all the requests there can be, or, yet `unused`, none. */
void course_assume_worst(struct course *course, bool unused);

#endif
