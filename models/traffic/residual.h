/* What is left of a time that is met at a random moment: long times are met more often, and the
 * moment may be anywhere in them (Cox 1962, section 5.4). */
#ifndef MODELS_TRAFFIC_RESIDUAL_H
#define MODELS_TRAFFIC_RESIDUAL_H

#include "sim/latency.h"
#include "sim/rng.h"

/* The law is cut into strata, an eighth of an octave of its tail each; 40 octaves reach as far as
 * 32 random bits do, and further. */
enum { RESIDUAL_STRATA = 8 * 40 };

struct residual {
	const struct latency *law;
	const void *config;
	double mass[RESIDUAL_STRATA]; /* of the times in the strata up to each; the last is 1 */
};

void residual_prepare(struct residual *residual, const struct latency *law, const void *config);
double residual_draw(const struct residual *residual, struct rng *rng); /* ns */

#endif
