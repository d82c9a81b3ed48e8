/* Strategies: an observation in, a decision out. */
#ifndef SIM_STRATEGY_H
#define SIM_STRATEGY_H

#include "sim/plugin.h"
#include "sim/router.h"

struct observation {
	sim_time now, started; /* started: when the rollout began */
	int candidate;	       /* the version being rolled out */
	int tripped;	       /* a check that has reached its limit of failures, or -1 */
	bool holding;	       /* some check has seen too little to say */
};

enum decision_kind {
	DECISION_HOLD,
	DECISION_SHIFT,	    /* the routes have been changed */
	DECISION_PROMOTE,   /* the candidate has won; routes may be changed as well */
	DECISION_ROLL_BACK, /* the way back is the rollout's */
	DECISION_PAUSE,	    /* a person must look; routes stay */
};

struct decision {
	enum decision_kind kind;
	sim_time wake;	   /* when to be asked again at the latest; SIM_NEVER: after a check */
	sim_time takes;	   /* of a roll-back: how long; PARAM_UNSET: as the rollout says */
	bool stage_begins; /* `since: stage` counts from here */
};

struct strategy {
	struct plugin plugin;
	/* Asked when the rollout starts, when it asked to be woken, and after every look of a
	 * check. `routes` are the present ones; a shift or a promotion changes them. */
	struct decision (*decide)(const void *config, void *state,
				  const struct observation *observation, struct routes *routes);
};

static inline struct decision decision_hold(sim_time wake)
{
	return (struct decision){DECISION_HOLD, wake, PARAM_UNSET, false};
}

static inline struct decision decision_roll_back(void)
{
	return (struct decision){DECISION_ROLL_BACK, SIM_NEVER, PARAM_UNSET, false};
}

#endif
