/* Cases: what may happen, as faults and whom they hit. */
#ifndef SIM_CASE_H
#define SIM_CASE_H

#include "sim/fault.h"

/* Whom a fault hits within a cohort: those whose 32 random bits lie in a range. */
struct selection {
	enum fault_share of;
	int attribute;
	uint64_t from[MAX_VERSIONS], to[MAX_VERSIONS];
};

/* Whether it hits the same of somebody's requests each time they are served. */
static inline bool selection_stays(const struct selection *selection, uint32_t user)
{
	return selection->of == OF_ATTRIBUTE || (selection->of == OF_USERS && user != NOBODY);
}

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

#endif
