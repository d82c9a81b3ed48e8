/* A bandit that chooses for each request, and learns from each reward. */
#include "models/strategy/bandit.h"

#include "models/strategy/pull.h"
#include "models/strategy/yardstick.h"

#include <string.h>

static int choose(const struct chooser *chooser, int cohort, double *chance)
{
	const struct bandit_config *c = chooser->config;
	struct bandit_state *s = chooser->state;
	const struct population *people = &s->plan->population;
	struct learner *learner = &s->learner[bandit_group(c, s->plan, cohort)];
	int arm = c->rules.policy == LINUCB
			  ? pull_choose_linearly(&c->rules, s->learner, people->segments,
						 people->regions, cohort, chooser->rng, chance)
			  : pull_choose(&c->rules, learner, s->updates, chooser->rng, chance);
	learner->pulled[arm]++;
	s->updates++;
	return s->version[arm];
}

/* What a breaker sends to a version that is no arm teaches nothing. */
static void learn(const struct chooser *chooser, const struct reward *reward)
{
	const struct bandit_config *c = chooser->config;
	struct bandit_state *s = chooser->state;
	struct learner *learner = &s->learner[bandit_group(c, s->plan, reward->cohort)];
	for (int a = 0; a < s->arms; a++)
		if (s->version[a] == reward->version)
			pull_learn(&c->rules, learner, a, reward->value, reward->chance);
}

void bandit_each_begin(const struct bandit_config *c, struct bandit_state *s,
		       const struct observation *o)
{
	enum metric_kind metric = yardstick_kinds[c->rules.metric];
	s->plan = o->plan;
	s->chooser = (struct chooser){
		.config = c,
		.state = s,
		.rng = o->rng,
		.since = o->now,
		.metric = metric == METRIC_ERROR_RATE ? METRIC_SUCCESS_RATE : metric,
		.delay = c->delay.plugin ? &c->delay : NULL,
		.choose = choose,
		.learn = learn,
	};
}

/* As if each had been chosen once more: any may be at any time. */
void bandit_each_count(const struct bandit_config *c, struct bandit_state *s)
{
	for (int g = 0; g < bandit_groups(c, s->plan); g++) {
		struct learner *learner = &s->learner[g];
		double sum = s->arms;
		for (int a = 0; a < s->arms; a++)
			sum += (double)learner->pulled[a];
		for (int a = 0; a < s->arms; a++)
			learner->share[a] = (1 + (double)learner->pulled[a]) / sum;
		memset(learner->pulled, 0, sizeof learner->pulled);
	}
}
