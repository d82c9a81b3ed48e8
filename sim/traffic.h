/* Traffic: when requests arrive. */
#ifndef SIM_TRAFFIC_H
#define SIM_TRAFFIC_H

#include "sim/plugin.h"
#include "sim/rng.h"

enum { MAX_CLIENTS = 1000000 }; /* each is in memory, twice */

/* Clients who ask again only when they have been answered. */
struct clients {
	int count;		 /* 0: requests come by themselves */
	const struct use *think; /* how long they wait before they do */
};

struct traffic {
	struct plugin plugin;
	/* Writes the next arrivals before `horizon`, in order, at most `room`; fewer than `room`
	 * means that no more come. */
	int (*fill)(const void *config, void *state, struct rng *arrivals, sim_time horizon,
		    sim_time *at, int room);
	double (*rate)(const void *config, sim_time at); /* expected, per second */
	double (*peak)(const void *config);		 /* the highest rate ever */
	struct clients (*clients)(const void *config);	 /* NULL: requests come by themselves */
};

#endif
