/* Rewards on their way: each request that a chooser has sent somewhere brings one, in its time. */
#ifndef SIM_REWARDS_H
#define SIM_REWARDS_H

#include "sim/agenda.h"
#include "sim/chooser.h"

struct rewards {
	struct arena *arena;
	sim_time horizon;	       /* nobody lives to see what is known only then */
	const struct chooser *chooser; /* NULL: nobody chooses */
	sim_time since;		       /* its own, when it came */
	struct agenda agenda;
	struct reward *pending; /* by who is on the agenda */
	uint32_t room, used;	/* of them; ever in use */
	uint32_t *idle, idles;	/* those in use no more */
};

void rewards_init(struct rewards *rewards, struct arena *arena);
void rewards_reset(struct rewards *rewards, sim_time horizon);

/* Somebody else chooses from now on, or nobody: what is on its way comes to nobody. */
void rewards_go_to(struct rewards *rewards, const struct chooser *chooser);

/* What one request adds to a metric becomes known at `at`, if that is what the chooser goes by. */
void rewards_note(struct rewards *rewards, enum metric_kind metric, struct reward reward,
		  sim_time at);

/* Tells all that have become known by `now`. */
void rewards_tell(struct rewards *rewards, sim_time now);

#endif
