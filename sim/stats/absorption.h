/* What a Markov chain gathers until it leaves for good: steps, for one. */
#ifndef SIM_STATS_ABSORPTION_H
#define SIM_STATS_ABSORPTION_H

/* move[i * n + j]: the chance of a step from state i to j; leave[i]: of leaving from i. The chance
 * to stay is what they leave of 1: move[i * n + i] is never read. Writes the expected number of
 * steps from each state to `time`, infinite where there is no way out; `move` and `leave` are used
 * up. */
void absorption_times(int n, double *move, double *leave, double *time);

/* The same where each visit to a state counts for what stands in `total`: ones are steps. */
void absorption_totals(int n, double *move, double *leave, double *total);

#endif
