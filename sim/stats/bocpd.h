/* Bayesian online changepoint detection (Adams and MacKay 2007): how long has the present run
 * lasted? Of normal numbers of variance 1, whose mean is drawn anew at each change. */
#ifndef SIM_STATS_BOCPD_H
#define SIM_STATS_BOCPD_H

enum { BOCPD_RUNS = 256 }; /* longer runs are counted as of this length */

/* Zero is the beginning. */
struct bocpd {
	int runs;
	double chance[BOCPD_RUNS + 1], sum[BOCPD_RUNS + 1], n[BOCPD_RUNS + 1];
};

/* `hazard`: the chance of a change at each number; `spread`: deviation of the means. */
void bocpd_add(struct bocpd *bocpd, double x, double hazard, double spread);

/* The chance that the present run's mean lies above `limit`, all run lengths considered. */
double bocpd_above(const struct bocpd *bocpd, double limit, double spread);

/* The chance that the run is at most so long. */
double bocpd_younger(const struct bocpd *bocpd, int runs);

#endif
