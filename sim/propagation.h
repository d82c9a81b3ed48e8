/* What was asked of the router, and what it does: routes may take effect late, step by step, and
 * not quite as asked. */
#ifndef SIM_PROPAGATION_H
#define SIM_PROPAGATION_H

#include "sim/fault.h"
#include "sim/router.h"

struct propagation {
	struct routes asked, from; /* the latest wish; what was in effect when it was made */
	sim_time begins, ends;
};

/* Takes effect at once. */
void propagation_reset(struct propagation *propagation, const struct routes *routes);

/* New routes are asked for at `now`, while `present` are in effect. */
void propagation_ask(struct propagation *propagation, const struct routes *routes,
		     const struct routes *present, const struct hindrance *hindrance, sim_time now);

/* The routes in effect at `now`; and when they change next by themselves, or SIM_NEVER. */
void propagation_routes(const struct propagation *propagation, const struct hindrance *hindrance,
			sim_time now, struct routes *routes);
sim_time propagation_next(const struct propagation *propagation, sim_time now);

#endif
