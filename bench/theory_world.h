/* Worlds made for one claim: a scenario from text, its trials, and visits to their requests. */
#ifndef BENCH_THEORY_WORLD_H
#define BENCH_THEORY_WORLD_H

#include "sim/scenario/scenario.h"
#include "sim/trial.h"

enum { WORLD_TEXT = 4096 };

struct world {
	char text[WORLD_TEXT];
	struct scenario scenario;
	struct arena arena;
	struct trial *trial;
};

/* The text must be a good scenario: a bad one ends the program with its complaints. */
void world_open(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
void world_close(struct world *world);

/* One trial of the first rollout in the first case; the row is valid until the next. */
const struct result *world_run(struct world *world, uint64_t number);

/* The same trial, with its routes and faults as they are at its beginning, yet without any request.
 */
struct requests *world_begin(struct world *world, uint64_t number);

/* The requests of a trial that has begun, batch by batch, each with what became of it. Where
 * requests are followed one by one, that is not known yet. */
struct visits {
	struct requests *requests;
	int count;
	sim_time at[BATCH];
	uint32_t user[BATCH];
	double law_ns[BATCH]; /* what stable's law says */
	const uint8_t *key, *flags;
	const double *stayed_ns;
};

void visits_begin(struct visits *visits, struct world *world, uint64_t number);
bool visits_next(struct visits *visits); /* false: no more requests come */

#endif
