/* What a bandit knows of its arms, and the shares that follow from it. */
#ifndef MODELS_STRATEGY_LEARNER_H
#define MODELS_STRATEGY_LEARNER_H

#include "sim/stats/bandit.h"
#include "sim/stats/moments.h"
#include "sim/strategy.h"

enum learner_policy {
	EPSILON_GREEDY,
	UCB1,
	KL_UCB,
	THOMPSON,
	THOMPSON_GAUSSIAN,
	TOP_TWO,
	EXP3,
	LINUCB
};

struct learner_rules {
	int policy, metric; /* enum learner_policy; a yardstick */
	double epsilon, decay, gamma, alpha, floor, ceiling, discount;
	sim_time window; /* PARAM_UNSET: all that was ever seen */
};

struct learner_arm {
	struct bandit_arm seen;	 /* with what was long ago counting less */
	struct bandit_arm total; /* as last read, where reading adds up from the beginning */
	struct reading reading;	 /* the newest */
	struct moments given;	 /* all rewards, where they come one by one */
};

struct learner {
	int arms;
	struct learner_arm arm[MAX_VERSIONS];
	double log_weight[MAX_VERSIONS], share[MAX_VERSIONS];
	int64_t pulled[MAX_VERSIONS]; /* since the last update, where each request is chosen for */
};

/* What dashboards show of an arm now. */
void learner_look(const struct learner_rules *rules, struct learner *learner, int arm,
		  const struct observation *observation, int version);

/* The standard error of an arm's mean. One that has always given the same is as uncertain as the
 * most varied of the others: otherwise an arm that has never paid would be sure never to. */
double learner_error(const struct learner *learner, int arm);

/* Whether there is anything to know of each arm; and then the chance of each that it is best. */
bool learner_knows(const struct learner_rules *rules, const struct learner *learner);
void learner_chances(const struct learner_rules *rules, const struct learner *learner,
		     double *chance);

/* What the policy alone would give each arm after so many updates; and the same in its bounds: all
 * times one factor, then cut. */
void learner_wish(const struct learner_rules *rules, const struct learner *learner, int64_t updates,
		  double *share);
void learner_bound(const struct learner_rules *rules, int arms, double *share);

/* Computes the shares after so many updates. */
void learner_share(const struct learner_rules *rules, struct learner *learner, int64_t updates);

/* The same of LinUCB, for a learner a cohort: what one learns of its segment and its region all
 * others of these learn, too. */
void learner_share_linearly(const struct learner_rules *rules, struct learner *learners,
			    int segments, int regions);
void learner_wish_linearly(const struct learner_rules *rules, const struct learner *learners,
			   int segments, int regions, int cohort, double *share);

#endif
