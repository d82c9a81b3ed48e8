/* What a bandit is told, what it knows, and who learns with whom. */
#ifndef MODELS_STRATEGY_BANDIT_H
#define MODELS_STRATEGY_BANDIT_H

#include "models/strategy/learner.h"
#include "sim/plan.h"

struct bandit_config {
	struct learner_rules rules;
	struct words arms;
	double stop_at;
	sim_time every;
	int64_t min_requests;
	bool per_segment;
	int choice; /* enum bandit_choice */
	struct use delay;
};

enum bandit_choice { BY_UPDATE, BY_REQUEST };

struct bandit_state {
	enum { FRESH, RUNNING, DONE } phase;
	int arms, version[MAX_VERSIONS];
	int64_t updates; /* or requests, where each is chosen for */
	sim_time updates_at;
	const struct plan *plan;
	struct chooser chooser;
	struct learner learner[]; /* a group: a segment or a cohort where each learns for itself */
};

static inline int bandit_groups(const struct bandit_config *c, const struct plan *plan)
{
	const struct population *people = &plan->population;
	return c->rules.policy == LINUCB ? people->segments * people->regions
	       : c->per_segment		 ? people->segments
					 : 1;
}

static inline int bandit_group(const struct bandit_config *c, const struct plan *plan, int cohort)
{
	return c->rules.policy == LINUCB ? cohort
	       : c->per_segment		 ? cohort / plan->population.regions
					 : 0;
}

/* -1: there is none of the name. */
int bandit_find_version(const struct plan *plan, const char *name);

/* What is wrong with it by itself, and in its world. */
const char *bandit_prepare(void *config, char *why, size_t size);
const char *bandit_object(const void *config, const struct plan *plan,
			  const struct rollout_plan *rollout, char *why, size_t size);

/* From now on each request is chosen for. */
void bandit_each_begin(const struct bandit_config *config, struct bandit_state *state,
		       const struct observation *observation);

/* Shares become what was chosen since the last time. */
void bandit_each_count(const struct bandit_config *config, struct bandit_state *state);

#endif
