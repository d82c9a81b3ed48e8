/* How far estimates may be off: blocks of time are drawn again and again, and what each drawing
 * says is a replicate. All variants share the drawings, so that their differences are of like and
 * like. */
#ifndef SIM_WHATIF_SPREAD_H
#define SIM_WHATIF_SPREAD_H

#include "sim/arena.h"
#include "sim/whatif.h"

/* How often each block was drawn. */
struct whatif_draws {
	int blocks, resamples; /* resamples: 0 where blocks are too few */
	const uint16_t *times; /* [resamples][blocks] */
};

/* What one variant would have met, as it was and in each resample. */
struct whatif_replicates {
	double value[WHATIF_METRICS];
	double *drawn[WHATIF_METRICS];
};

/* The stationary bootstrap (Politis and Romano 1994): runs of blocks, from a random one on and
 * round, their lengths geometric. What a queue hands on to the next block stays together within a
 * run. Its mean length grows as the cube root of how many there are, which is the best order for
 * a variance (Kunsch 1989). */
void whatif_draw(struct whatif_draws *draws, struct arena *arena, int blocks, int resamples,
		 uint64_t seed);

struct whatif_replicates *whatif_replicates_take(struct arena *arena,
						 const struct whatif_draws *draws);

struct whatif_spread {
	const struct whatif_draws *draws;
	int width;
	int64_t served[WHATIF_LANES];
	struct whatif_replicates *lane[WHATIF_LANES];
	double *scratch; /* of as many as resamples */
};

void whatif_spread_begin(struct whatif_spread *spread, struct arena *arena,
			 const struct whatif_sums *sums, int blocks, int width,
			 const struct whatif_draws *draws);

/* Fills in the estimates of a lane; changes against `record`, where there is one. */
void whatif_spread_lane(struct whatif_spread *spread, int lane,
			const struct whatif_replicates *record, struct whatif_answer *answer);

/* Copies a lane's replicates. */
void whatif_spread_keep(const struct whatif_spread *spread, int lane, struct whatif_replicates *to);

#endif
