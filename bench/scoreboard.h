/* What a league comes to: estimates with intervals, and ranks in which those share a place that
 * cannot be told apart. */
#ifndef BENCH_SCOREBOARD_H
#define BENCH_SCOREBOARD_H

#include "bench/league.h"

#include <stdio.h>

enum { MOST_ROLLOUTS = 24 };

struct score {
	double value, low, high; /* 95 % */
	int rank;		 /* one more than the number of those that are surely better */
};

struct scoreboard {
	const struct league *league;
	struct score score[MOST_ROLLOUTS][DISCIPLINES];
	double mean_rank[MOST_ROLLOUTS];
	int order[MOST_ROLLOUTS]; /* by the mean of the ranks */
};

extern const char *const discipline_names[DISCIPLINES];

void scoreboard_fill(struct scoreboard *board, const struct league *league);
void scoreboard_markdown(const struct scoreboard *board, FILE *out);
void scoreboard_csv(const struct scoreboard *board, FILE *out);

#endif
