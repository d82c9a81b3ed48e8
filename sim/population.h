/* The people behind the requests: who they are, where, and how often they come. */
#ifndef SIM_POPULATION_H
#define SIM_POPULATION_H

#include "sim/vocabulary.h"

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

#endif
