/* Choosers: a version for each request by itself, and what is learnt of it when its reward becomes
 * known. A strategy puts one into the routes; where there is none, nobody pays for it. */
#ifndef SIM_CHOOSER_H
#define SIM_CHOOSER_H

#include "sim/metric.h"
#include "sim/plugin.h"
#include "sim/rng.h"

/* What became of a request: its part of a metric. */
struct reward {
	double value;
	double chance; /* with which the version was chosen */
	uint8_t version, cohort;
};

struct chooser {
	const void *config;
	void *state;
	struct rng *rng;
	sim_time since; /* rewards of requests before then are another chooser's */
	enum metric_kind metric;
	const struct use *delay; /* from when it would be known to when it is; NULL: none */
	/* The version for the next request of a cohort, and the chance it had. */
	int (*choose)(const struct chooser *chooser, int cohort, double *chance);
	void (*learn)(const struct chooser *chooser, const struct reward *reward);
};

#endif
