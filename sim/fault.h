/* Faults: how a version's behaviour is bent, and when. */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include "sim/plugin.h"

/* How a version treats a cohort right now: latency is the law's value x factor + add. */
struct behaviour {
	double errors; /* probability */
	double latency_factor, latency_add_ns;
};

struct fault {
	struct plugin plugin;
	/* Bends `behaviour` with a strength from 0 (not at all) to 1 (fully). */
	void (*bend)(const void *config, double strength, struct behaviour *behaviour);
};

/* When a fault is on and whom it hits: the same for every kind of fault. */
struct fault_when {
	const char *on, *segment, *region; /* names; NULL: all of them */
	sim_time at, duration, ramp;	   /* duration PARAM_UNSET: to the end */
};

extern const struct param fault_when_params[];

/* A ramp is a staircase of this many equal steps around the straight line. */
enum { FAULT_RAMP_STEPS = 32 };

double fault_strength(const struct fault_when *when, sim_time now);
sim_time fault_next_change(const struct fault_when *when, sim_time now); /* SIM_NEVER: none */

#endif
