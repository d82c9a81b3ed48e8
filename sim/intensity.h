/* How busy each instant is: the product of the shapes of the traffic, and its integral, operational
 * time. An arrival process that knows nothing of shapes runs in operational time; inverting the
 * integral puts its arrivals where they belong, exactly (Cinlar 1975, section 4.7). */
#ifndef SIM_INTENSITY_H
#define SIM_INTENSITY_H

#include "sim/plan.h"

/* A factor on all traffic for some time, beside its shapes: from 1 at `at` up or down to `factor`
 * over `ramp`, and over at `until`. */
struct surge {
	sim_time at, until, ramp;
	double factor;
};

struct factor {
	const struct shape *shape;
	const void *config;
	struct rng rng;
	_Alignas(max_align_t) unsigned char state[SHAPE_STATE];
};

/* A piece of time in which everything is smooth: with u from -1 to 1 over the piece, the factor is
 * a cubic in u. */
struct piece {
	sim_time from, until;
	double begins, ends; /* in operational time, ns */
	double half;	     /* of its length, ns */
	double cubic[4];
	enum { PIECE_FLAT, PIECE_TAME, PIECE_WILD } kind;
};

struct intensity {
	const struct population *population;
	sim_time horizon;
	int factors, surges;
	struct factor factor[MAX_SHAPES + 1]; /* one of the process itself */
	struct surge surge[MAX_FAULTS];
	struct piece piece;
};

/* Begins a trial. False if nothing bends the rate: then it must not be asked anything else. */
bool intensity_begin(struct intensity *intensity, const struct plan *plan, uint64_t trial,
		     const struct surge *surges, int count);

/* Turns ascending operational times into real ones, both in ns, in place. Calls go on where the
 * last one stopped. What lies beyond the horizon comes at the horizon. */
void intensity_invert(struct intensity *intensity, double *ns, int count);

/* The factor where the last call has arrived; at first, when the trial begins. */
double intensity_now(const struct intensity *intensity);

/* The weights of the regions at an instant, by the clocks they have. */
void intensity_regions(const struct plan *plan, sim_time at, double weight[MAX_REGIONS]);

/* Of the whole plan: the highest factor ever, and how many requests a trial must be ready for. */
double intensity_peak(const struct plan *plan);
double intensity_most_requests(const struct plan *plan);

#endif
