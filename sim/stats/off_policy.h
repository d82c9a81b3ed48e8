/* What another policy would have earned, from what was logged under this one. */
#ifndef SIM_STATS_OFF_POLICY_H
#define SIM_STATS_OFF_POLICY_H

#include "sim/stats/bandit.h"

/* One row a decision: what was done with which chance, and what came of it; what the new policy
 * would do, and what a model says each action earns, both rows of `actions` numbers. */
struct off_policy_log {
	int n, actions;
	const double *action, *reward, *chance, *policy, *model;
};

struct off_policy {
	double ips, snips, clipped_ips; /* inverse propensities; normalised; cut at lambda */
	double dm, dr, sndr;		/* the model; doubly robust; normalised */
	double dr_clipped, switch_dr;	/* cut at lambda; the model beyond it */
	double ess;			/* effective sample size */
	double se_ips, se_dr;
};

/* Weights above lambda are cut, or distrusted (Dudik et al. 2014; Swaminathan and Joachims 2015;
 * Wang, Agarwal and Dudik 2017). */
struct off_policy off_policy_evaluate(const struct off_policy_log *log, double lambda);

/* Li, Chu, Langford and Wang 2011: UCB1 sees an event only where it would have done what was done,
 * which was drawn evenly. Arms once each, then the highest index, the lowest of equal ones. Writes
 * the actions of the events it saw; returns how many. `arm` is room for what it knows. */
int off_policy_replay_ucb1(const double *action, const double *reward, int n, int arms,
			   double *accepted, double *total, struct bandit_arm *arm);

#endif
