/* Results of an earlier run, than which a scenario's own may not be worse. */
#ifndef SIM_CLI_BASELINE_H
#define SIM_CLI_BASELINE_H

#include "sim/cli/cli.h"
#include "sim/report/comparison.h"
#include "sim/report/ruling.h"

/* What the command line asks for. */
struct baseline_options {
	const char *path; /* a file, or a folder with one of each scenario's name; NULL: none */
	struct settings worse; /* quantities, and how much worse each may be */
	const char *filter;
	struct tolerance tolerance[COMPARISON_QUANTITIES]; /* what `worse` says */
};

enum { BASELINE_WHY = 1024 };

struct baseline {
	const char *path; /* NULL: there is none */
	struct results results;
	struct comparison comparison;
	struct arena arena;
};

/* Reads what --worse says. Returns an exit code, after a complaint. */
int baseline_read_options(struct baseline_options *options);

/* Lists what `results`, which may be empty yet, will be held against. Returns an exit code, with a
 * sentence in `why` if the file is not of this scenario. */
int baseline_open(struct baseline *baseline, const struct baseline_options *options,
		  const char *file, const struct scenario *scenario, const struct results *results,
		  char why[BASELINE_WHY]);
void baseline_free(struct baseline *baseline);

/* Adds the cells that still have fewer trials than their counterparts to those that are wanted. */
void baseline_mark(const struct baseline *baseline, const struct results *results, bool *wanted);

/* Judges once, by as many trials as there are, and adds what was found. */
void baseline_judge(struct baseline *baseline, const char *file, bool only_list,
		    struct rulings *rulings);

#endif
