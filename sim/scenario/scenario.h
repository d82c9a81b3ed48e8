/* A scenario: YAML text in, plans out, one for each point of the varied parameters. */
#ifndef SIM_SCENARIO_SCENARIO_H
#define SIM_SCENARIO_SCENARIO_H

#include "sim/error.h"
#include "sim/expectation.h"
#include "sim/plan.h"
#include "sim/result.h"

struct scenario {
	struct arena arena;
	const char *title, *question; /* the name, and the comment the file opens with */
	struct plan *plans;	      /* one a point */
	int points, trials, timelines;
	int varied;
	struct vary *vary;
	struct expectations expect;
	struct node *resolved; /* the first point with every default filled in; vary kept */
};

/* A key set from outside, as `--set rollouts.cautious.start=5m` does. */
struct setting {
	const char *path, *value;
	struct source source; /* what complaints about it quote */
};

/* Reads a scenario. False if anything is wrong; every mistake is in `complaints`. The scenario
 * must be freed either way, and the sources must outlive it. */
bool scenario_read(struct scenario *scenario, const struct source *source,
		   const struct setting *settings, int count, struct complaints *complaints);
void scenario_free(struct scenario *scenario);

/* Reads a file whole. NULL and a sentence in `why` if it cannot be read. The text is malloc'd and
 * followed by a NUL. */
char *scenario_load(const char *path, size_t *length, char *why, size_t size);

/* The parts of a scenario with parameters of their own, beside those of the plug-ins; the last has
 * no name. */
struct scenario_part {
	const char *name, *about;
	const struct param *params;
};

extern const struct scenario_part scenario_parts[];

/* Names, dimensions and provenance; the columns are allocated and empty. */
void scenario_describe(const struct scenario *scenario, struct results *results);

#endif
