/* Small worlds for tests: a scenario from text, and trials in it. */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include "sim/scenario/scenario.h"
#include "sim/trial.h"

struct world {
	struct scenario scenario;
	struct source source;
	struct arena arena;
	struct trial *trial;
};

/* The text must be a good scenario; a bad one fails the test and prints the complaints. */
void world_read(struct world *world, const char *text);
/* The same of one that may be bad: then there is nothing to free. */
bool world_reads(struct world *world, const char *text);
void world_free(struct world *world);

/* Runs one trial; the row is valid until the next. */
const struct result *world_run(struct world *world, int rollout, int case_index, uint64_t number);

#endif
