/* A scenario: YAML text in, plans out, one for each point of the varied parameters. */
#ifndef SIM_SCENARIO_SCENARIO_H
#define SIM_SCENARIO_SCENARIO_H

#include "sim/error.h"
#include "sim/expectation.h"
#include "sim/plan.h"
#include "sim/result.h"
#include "sim/tuning.h"

struct scenario {
	struct arena arena;
	const char *title, *question; /* the name, and the comment the file opens with */
	struct plan *plans;	      /* one a point */
	int points, trials, timelines;
	int varied;
	struct vary *vary;
	struct expectations expect;
	const struct tuning *tuning;   /* NULL: nothing is to be tuned */
	const struct pattern *pattern; /* what further points are made of */
	struct node *resolved;	       /* the first point with every default filled in; vary kept */
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

/* The plan of one more point: a value for each parameter of `tuning`. False, with complaints, where
 * the values contradict each other. What has nothing to act on becomes TUNING_UNUSED. */
bool scenario_arrange(struct scenario *scenario, const int *choice, struct plan *plan,
		      struct complaints *complaints);
void scenario_settle(const struct scenario *scenario, int *choice);

/* What the file says where the parameter goes; NULL: nothing. */
const char *scenario_present(struct scenario *scenario, int parameter);

/* The part of the scenario that a parameter belongs to, with the values in place, as YAML; nothing
 * where an earlier parameter belongs to the same. */
void scenario_print_part(const struct scenario *scenario, const int *choice, int parameter,
			 FILE *out);

/* The resolved scenario as YAML. */
const char *scenario_text(struct arena *arena, const struct scenario *scenario);

/* Names, dimensions and provenance; the columns are allocated and empty. */
void scenario_describe(const struct scenario *scenario, struct results *results);

#endif
