/* Two shares with beta posteriors, A and B: which is higher, and what a wrong choice costs. */
#ifndef SIM_STATS_POSTERIOR_H
#define SIM_STATS_POSTERIOR_H

#include "sim/stats/interval.h"

struct beta_law {
	double a, b; /* above 0 */
};

/* P(B > A), to a relative error: 1e-15 costs some 15 microseconds, 1e-6 a third of that. */
double posterior_above(struct beta_law A, struct beta_law B, double error);

/* The same of B = Beta(1 + s, 1 + n - s), what n pulls with s rewards leave of a uniform prior, for
 * all s from 0 to n: n + 1 chances for the price of a few. A's parameters are 1 or more, and all
 * together at most 1000. */
void posterior_above_counts(struct beta_law A, int n, double *chance);

/* E max(A - B, 0): what is lost on average by choosing B. */
double posterior_loss(struct beta_law A, struct beta_law B, double error);

struct interval posterior_interval(struct beta_law law, double level); /* equal tails */

#endif
