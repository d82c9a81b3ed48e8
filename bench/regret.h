/* Regret: what bandits of scenarios lose to somebody who knows which arm is best. */
#ifndef BENCH_REGRET_H
#define BENCH_REGRET_H

#include "sim/vocabulary.h"

enum { REGRET_POINTS = 96 }; /* points: enough for 3 million pulls */

struct regret_game {
	const char *settings; /* of a bandit, as a scenario has them: "policy: thompson" */
	int arms;
	double chance[MAX_VERSIONS]; /* of a reward */
	int64_t batch;		     /* pulls between updates */
	int64_t updates;
	int64_t change; /* after this update the chances are the others; 0: they never change */
	double later[MAX_VERSIONS];
};

/* Mean regret after each of some numbers of pulls, ever further apart. */
struct regret_curve {
	int points;
	double pulls[REGRET_POINTS], mean[REGRET_POINTS], error[REGRET_POINTS];
};

/* False: the settings are no good ones. */
bool regret_play(const struct regret_game *game, int games, struct regret_curve *curve);

#endif
