/* Logged decisions: what was done with which chance and what came of it; and what another policy
 * would have earned, by several estimators, each with its interval. */
#ifndef SIM_REPORT_LOGGED_H
#define SIM_REPORT_LOGGED_H

#include "sim/arena.h"

#include "sim/stats/interval.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { LOGGED_ACTIONS = 1024, LOGGED_CONTEXTS = 1024, LOGGED_LEVEL = 95 };

struct logged_row {
	int16_t action, context; /* context: 0 where there is none */
	double reward, chance;	 /* that the log did just this */
};

struct logged {
	const struct logged_row *row;
	int64_t rows;
	int actions, contexts; /* contexts: at least 1 */
	bool binary;	       /* rewards are 0 or 1 */
	const char *const *action_name;
};

enum logged_policy {
	LOGGED_AS_LOGGED,
	LOGGED_UNIFORM,
	LOGGED_ALWAYS, /* one action */
	LOGGED_GREEDY, /* in each context what earned most in the other half of the log */
	LOGGED_EPSILON_GREEDY,
	LOGGED_UCB1,
	LOGGED_KL_UCB,
	LOGGED_THOMPSON
};

struct policy {
	enum logged_policy kind;
	int action;	/* that is always taken */
	double epsilon; /* chance of any action, evenly */
};

struct estimate_of_policy {
	const char *method;
	double value;
	struct interval interval;
};

enum { LOGGED_METHODS = 4 };

struct verdict_of_policy {
	int methods;
	struct estimate_of_policy by[LOGGED_METHODS];
	double ess;	 /* effective sample size of the weights; NaN: there are none */
	double heaviest; /* weight of one row */
	int64_t used;	 /* rows that say something of the policy */
};

/* Reads a policy: logged, uniform, always:ACTION, greedy, epsilon_greedy:0.1, ucb1, kl_ucb,
 * thompson. False, with a sentence in `why`. */
bool logged_read_policy(const char *text, const struct logged *logged, struct policy *policy,
			char *why, size_t size);

/* Fixed policies by inverse propensities (IPS), these normalised (SNIPS), and doubly robust (DR)
 * with the mean reward of each action in each context of the other half; those that learn by
 * rejection replay (Li et al. 2011), of so many draws that every action was logged equally often.
 */
struct verdict_of_policy logged_judge(const struct logged *logged, const struct policy *policy,
				      uint64_t seed);

#endif
