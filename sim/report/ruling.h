/* What was expected of scenarios and what was found, for people and for machines that run tests. */
#ifndef SIM_REPORT_RULING_H
#define SIM_REPORT_RULING_H

#include "sim/report/judgement.h"

struct ruling {
	const char *file, *suite; /* the scenario, and its name */
	const char *name, *words; /* what was expected; what was seen */
	const char *again;	  /* the command that shows a bad trial; NULL: there is none */
	int line;
	enum finding finding;
	struct estimate seen;
	double due;
	int64_t trials;
	bool once; /* it was looked at once, against a base: its interval is of one look */
};

/* A scenario of which there is nothing to rule: silence would look as if it were well. */
struct unchecked {
	const char *file, *why;
	int line;
	bool not_run; /* a signal came before; else something is wrong */
	struct unchecked *next;
};

/* Rulings of one scenario lie together. */
struct rulings {
	struct arena arena;
	struct ruling *ruling;
	int count, room;
	struct unchecked *unchecked, **end;
	bool undecided_fails; /* what is undecided is a failure, too */
};

void rulings_add(struct rulings *rulings, const struct ruling *ruling);
void rulings_add_unchecked(struct rulings *rulings, const struct unchecked *unchecked); /* copied */
void rulings_free(struct rulings *rulings);

/* How many could not be checked, or were not run. */
int rulings_unchecked(const struct rulings *rulings, bool not_run);

/* "could not be checked" or "not run" */
const char *unchecked_words(const struct unchecked *unchecked);

/* "3 hold, 0 broken, 1 undecided; 1 file could not be checked" */
void ruling_print_count(const struct rulings *rulings, FILE *out);
int rulings_count(const struct rulings *rulings, enum finding finding);
bool rulings_fails(const struct rulings *rulings, const struct ruling *ruling);

/* From one ruling on, how many are of the same scenario. */
int rulings_of_suite(const struct rulings *rulings, int first);

void ruling_print(const struct rulings *rulings, FILE *out); /* for people */
void ruling_tap(const struct rulings *rulings, FILE *out);   /* Test Anything Protocol 13 */
void ruling_json(const struct rulings *rulings, FILE *out);
bool ruling_junit(void *rulings, FILE *out); /* as replace_printed wants it */

/* Annotations on the lines of the scenarios, and the table of the step's summary in Markdown. */
void ruling_github(const struct rulings *rulings, FILE *out);
void ruling_markdown(const struct rulings *rulings, FILE *out);

#endif
