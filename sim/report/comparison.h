/* Two results files held against each other: every cell that both have, in the quantities that were
 * asked for. */
#ifndef SIM_REPORT_COMPARISON_H
#define SIM_REPORT_COMPARISON_H

#include "sim/expectation.h"
#include "sim/report/duel.h"

#include <stdio.h>

/* All that is called better or worse is so together, at this level: each difference has its share
 * of the chance of error (Bonferroni; Dunn 1961). */
#define COMPARISON_LEVEL 0.95

enum { COMPARISON_QUANTITIES = 64, COMPARISON_WHY = 512 };

/* How much worse a quantity may be. */
struct tolerance {
	const char *quantity, *text; /* as they were written */
	bool relative;		     /* to what it was */
	double amount;
};

struct comparison_options {
	const char *const *quantity; /* by name; where there are none, those that fit each case */
	int quantities;
	const struct expectations *expect; /* or those that are expected of a cell; may be NULL */
	const struct tolerance *tolerance;
	int tolerances;
	bool all; /* what cannot be told apart is shown, too */
};

struct compared {
	int rollout, case_, point;	   /* of what was before */
	int line;			   /* of the expectation that names it; 0: none does */
	const struct tolerance *tolerance; /* NULL: it has none */
	struct duelist before, after;
	struct duel duel;
	bool fails; /* it is worse beyond its tolerance */
};

struct comparison {
	struct arena arena;
	const struct results *before, *after;
	bool paired;
	const char *unpaired; /* why it is not */
	const char *differs;  /* parts of the scenario, "versions, rollouts"; "": none */
	const char *only_before, *only_after; /* cells; "": none */
	struct compared *row;
	int rows;
	double level; /* of each difference */
	bool all;
};

/* Reads "harmed_users.mean" and "5%"; false, with a sentence in `why`, if it is no tolerance. */
bool tolerance_read(struct tolerance *tolerance, const char *quantity, const char *amount,
		    char why[COMPARISON_WHY]);

/* Lists what is to be compared; the results have to live as long, and what was after may still be
 * to come. False, with a sentence in `why`, if a quantity is in neither. */
bool comparison_make(struct comparison *comparison, const struct results *before,
		     const struct results *after, const struct comparison_options *options,
		     char why[COMPARISON_WHY]);

/* Compares as many trials as there are now. */
void comparison_hold(struct comparison *comparison);
void comparison_free(struct comparison *comparison);

int comparison_count(const struct comparison *comparison, enum duel_end end);
bool comparison_fails(const struct comparison *comparison);

/* Whether a reader is to see a row. What cannot be told apart is many rows, which say as much
 * together. */
bool comparison_shows(const struct comparison *comparison, const struct compared *row);

/* "cautious, burst" */
const char *comparison_cell(struct arena *arena, const struct results *results, int rollout,
			    int case_index, int point);

void comparison_print(const struct comparison *comparison, FILE *out);
void comparison_json(const struct comparison *comparison, FILE *out);

#endif
