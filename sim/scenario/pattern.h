/* What further points of a scenario are made of: its tree as the file has it, and what reads it. */
#ifndef SIM_SCENARIO_PATTERN_H
#define SIM_SCENARIO_PATTERN_H

#include "sim/scenario/reader.h"
#include "sim/scenario/scenario.h"

struct pattern {
	struct reader reader;
	const struct node *root; /* likes resolved, settings in place, without vary and tune */
};

/* read.c: one plan; and whether two have the same rollouts, cases, versions and segments. */
bool read_plan(const struct reader *pattern, struct node *root, struct plan *plan);
bool read_names_same(const struct plan *a, const struct plan *b);

/* Puts each value of each parameter into the scenario, alone, for its mistakes. */
void pattern_try(struct scenario *scenario, struct complaints *complaints);

#endif
