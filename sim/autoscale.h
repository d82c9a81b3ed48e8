/* How many replicas a pool should have, by how busy those it has are. */
#ifndef SIM_AUTOSCALE_H
#define SIM_AUTOSCALE_H

#include "sim/vocabulary.h"

struct autoscale_config {
	double target; /* share of the slots that should be busy */
	int64_t least, most;
	sim_time every; /* how often it looks; PARAM_UNSET: never */
	sim_time calm;	/* how long fewer must have been enough before some are taken away */
};

struct autoscale {
	sim_time low_since; /* since when fewer would do; SIM_NEVER */
	int low_most;	    /* how many would have done in that time */
};

/* Off by less than this share of the target is close enough: the default of Kubernetes. */
#define AUTOSCALE_TOLERANCE 0.1

void autoscale_reset(struct autoscale *autoscale);

/* The number of replicas wanted from `now` on, where there are so many, busy to such a share. */
int autoscale_decide(struct autoscale *autoscale, const struct autoscale_config *config,
		     int replicas, double busy_share, sim_time now);

#endif
