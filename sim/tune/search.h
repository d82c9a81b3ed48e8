/* A search for the points of a scenario that are worth choosing among: nothing else is better in
 * every aim, and all limits hold. */
#ifndef SIM_TUNE_SEARCH_H
#define SIM_TUNE_SEARCH_H

#include "sim/rng.h"
#include "sim/tried.h"
#include "sim/tune/evidence.h"
#include "sim/tune/rank.h"

enum {
	SEARCH_POINTS = 1024,	/* tried at most: evidence is strong enough for so many rivals */
	SEARCH_FRONT = 8,	/* points that are estimated anew */
	SEARCH_FIRST_LOOK = 50, /* trials that a new point gets; then twice as many, and so on */
};

#define SEARCH_ERROR 0.05 /* that a point which belongs on the front is ever dropped */

struct search {
	struct problem problem;
	struct bench bench;
	struct arena arena;
	struct rng rng;
	int points;
	struct point *point[SEARCH_POINTS];
	int most;	       /* trials of a point, of each case */
	int fresh;	       /* trials that points of the front will have on fresh numbers */
	int64_t budget, spent; /* trials of all; those that were there already are spent again */
	bool stopped, cannot;  /* cannot: threads could not be started */
	bool spent_out;	       /* there was more to try than the budget had room for */
	const struct tried *before; /* trials that were run already; NULL: none */
	double distance;	    /* standard errors by which limits are to hold */
	struct ranked *ranked;	    /* of each point, by what is known so far */
	double *aim;		    /* of each point, as they are ranked */
	int front[SEARCH_FRONT], fronts;
	double height[SEARCH_FRONT]; /* the sum of all aims, each from 0 to 1 over the front */
	/* After each round; may be NULL. */
	void (*tell)(void *context, const struct search *search);
	void *context;
};

/* The problem of a scenario with a `tune`. Seed, threads, stop and progress of the bench are the
 * caller's to set. */
void search_init(struct search *search, struct scenario *scenario, int64_t budget);
void search_free(struct search *search);

/* Until the budget is spent, or there is nothing left to try. */
void search_run(struct search *search);

/* How many trials it takes to show that a limit holds where it does with some room. */
int search_trials_for_limits(const struct problem *problem, int least);

/* By how much a point breaks limits: relative to each, summed. 0: those who try it anew will
 * probably be able to show that all of them hold. */
double search_violation(const struct search *search, const struct point *point);

/* How many points had trials; the rest was drawn, but never run. */
int search_tried(const struct search *search);

/* ---- its steps */

/* A point that belongs to no search yet. */
struct point *search_new_point(struct arena *arena, const struct problem *problem,
			       const int *choice);

/* A point of these values; NULL if it is there already. What it can't be is kept, too. */
struct point *search_add(struct search *search, const int *choice);

void search_begin(struct search *search); /* points all over the space (begin.c) */

/* Points made of good ones, and points beside so many of the front, the knee first; how many
 * (breed.c). */
int search_breed(struct search *search);
int search_look_around(struct search *search, int most);

/* Runs those in contention until they have `level` trials; false if there is nothing left to spend,
 * or it was stopped (race.c). */
bool search_race(struct search *search, int level);

/* The first look at points that had none. */
bool search_look_at_new(struct search *search, int most);

/* Tries on whatever may hold all limits, the best aims first, but for those that are taken; the
 * place of the first that fresh trials would probably show to hold them, at such a distance or, if
 * there is none, at less, or -1 (reserve.c). */
int search_reserve(struct search *search, const bool taken[SEARCH_POINTS], int distance);

/* Runs these until they have so many trials, as many of them as the budget has room for; false if
 * it was not all, or was stopped. */
bool search_spend(struct search *search, struct point *const *points, int count, int trials);

/* Ranks all that run, and those that break a limit: where all do, they are what there is to go on
 * from. */
bool search_is_ranked(const struct point *point);
void search_rank(struct search *search);

/* Those of rank 0, the loneliest SEARCH_FRONT of them, in the order of the first aim. The knee of
 * the front, farthest from the plane through its ends (Das 1999), is the lowest. */
void search_find_front(struct search *search);

#endif
