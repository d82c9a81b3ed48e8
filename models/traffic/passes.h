/* Passes through recorded traffic: which request of which trace comes next, and when. */
#ifndef MODELS_TRAFFIC_PASSES_H
#define MODELS_TRAFFIC_PASSES_H

#include "sim/recording.h"
#include "sim/traffic.h"

enum { MOST_PASSES = 16 };

/* How a trial sees an excerpt of a trace. */
enum { EACH_RECORDED, EACH_ROTATED, EACH_BLOCKS };

/* The excerpt of a trace that is replayed, and how often it is laid over itself. */
struct excerpt {
	int trace;
	sim_time from, lasts; /* in the trace */
	int64_t first, end;   /* requests */
	int passes;
	double keep; /* share of the requests of each pass */
	int blocks;
};

/* How excerpts are gone through. */
struct itinerary {
	const struct recording *recording;
	sim_time block; /* EACH_BLOCKS: how long one is */
	double speed;
	int each;
	bool loop;
	int excerpts;
	struct excerpt excerpt[MOST_TRACES];
};

/* One pass through an excerpt. Trial time is base + (trace time - origin) / speed. */
struct pass {
	const struct excerpt *excerpt;
	int64_t next, end; /* requests */
	double base_ns;	   /* of the stretch that is being replayed */
	sim_time origin;   /* where it begins in the trace */
	sim_time stretch;  /* how long it is */
	bool over;
};

struct passes {
	int count;
	struct pass pass[MOST_PASSES];
};

void passes_begin(struct passes *passes, const struct itinerary *way, struct rng *rng);

/* The pass whose request comes first, and when; NULL: none before `until`. */
struct pass *passes_next(struct passes *passes, const struct itinerary *way,
			 const struct arrivals *to, double *ns);

#endif
