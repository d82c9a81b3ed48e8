/* A league: the same rollouts sent into the worlds of many scenarios, and what came of each trial.
 */
#ifndef BENCH_LEAGUE_H
#define BENCH_LEAGUE_H

#include "sim/arena.h"

#include <stdbool.h>

/* What is compared; less is better. NaN: the trial says nothing of it; infinite: it never came. */
enum discipline {
	FALSE_ROLLBACKS, /* of trials where nothing is wrong: 1 if it was rolled back */
	MISSED,		 /* of trials where something is: 1 if it hurt, and stayed */
	HARM,		 /* of the same: harmed users */
	DETECTION,	 /* of those that hurt before they went back: seconds */
	PROMOTION,	 /* of trials where nothing is wrong: seconds */
	DISCIPLINES
};

/* One case of one scenario. */
struct league_world {
	const char *scenario, *name;
	bool harmful;
};

struct league {
	struct arena arena;
	int rollouts, worlds, trials;
	const char **rollout; /* names; the first is what harm is compared with */
	struct league_world *world;
	double *value[DISCIPLINES]; /* worlds x rollouts x trials */
};

/* Room for so many worlds, all of them silent. */
void league_allocate(struct league *league, int worlds, int rollouts, int trials);
void league_free(struct league *league);

double *league_trials(const struct league *league, enum discipline discipline, int world,
		      int rollout);

/* Sends the rollouts of a file into all worlds of the scenarios, each as it is at the first of its
 * points. False, after words on stderr, if something is wrong with them. */
bool league_play(struct league *league, const char *rollouts, const char *const *scenarios,
		 int count, int trials, int threads);

enum { LEAGUE_TRIALS = 20 }; /* of the table that ships */

/* The league of bench/league.yaml in the scenarios that ship, but for those it can say nothing of.
 */
bool league_play_shipped(struct league *league, int trials, int threads);

#endif
