/* Shapes: factors on the rate of the traffic that change with time. They multiply. */
#ifndef SIM_SHAPE_H
#define SIM_SHAPE_H

#include "sim/plugin.h"
#include "sim/rng.h"

enum {
	MAX_SHAPES = 8,	  /* of one traffic; more could not be told apart in its rate */
	SHAPE_STATE = 64, /* bytes: a shape remembers where it is, not where it was */
};

struct shape {
	struct plugin plugin;
	/* Follows the clock of a region, where that is offset; then it has no state. */
	bool periodic;
	/* Moves on to `at`, which never goes back, and says until when the factor is smooth from
	 * there: so smooth that a cubic through four points of it is right to 1e-9. A shape with
	 * state is random, draws from a stream of its own, and has a mean of 1. */
	sim_time (*advance)(const void *config, void *state, struct rng *rng, sim_time at);
	double (*factor)(const void *config, const void *state, double ns); /* there */
	double (*peak)(const void *config); /* the highest; exceeded once in 1e9 advances */
};

#endif
