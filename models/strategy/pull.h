/* A bandit pull by pull: each arm is chosen by all that is known when its turn comes. */
#ifndef MODELS_STRATEGY_PULL_H
#define MODELS_STRATEGY_PULL_H

#include "models/strategy/learner.h"

/* The arm of the next pull, after so many, and the chance it had. */
int pull_choose(const struct learner_rules *rules, const struct learner *learner, int64_t pulls,
		struct rng *rng, double *chance);

/* The same of LinUCB, for a learner a cohort. */
int pull_choose_linearly(const struct learner_rules *rules, const struct learner *learners,
			 int segments, int regions, int cohort, struct rng *rng, double *chance);

/* What an arm gave that was pulled when it had this chance. */
void pull_learn(const struct learner_rules *rules, struct learner *learner, int arm, double reward,
		double chance);

#endif
