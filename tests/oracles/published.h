/* published.csv: single values that somebody published. What an id begins with says what its inputs
 * mean, and who compares it. */
#ifndef TESTS_ORACLES_PUBLISHED_H
#define TESTS_ORACLES_PUBLISHED_H

#include "tests/oracles/oracle.h"

struct published {
	const char *family; /* "ERL": of ERL-002, ERL-004, ... */
	void (*compare)(struct oracle *oracle, int row);
};

/* Each ends with one without a family. */
extern const struct published published_anytime[];
extern const struct published published_bandits[];
extern const struct published published_charts[];
extern const struct published published_classical[];
extern const struct published published_counts[];
extern const struct published published_generators[];
extern const struct published published_looks[];
extern const struct published published_queues[];
extern const struct published published_sprt[];

/* The number behind "name=" in a row's inputs, such as k=.5;h=4 or K=2; alpha=.05; NaN: there is
 * none. The other gives the text. */
double published_input(const struct oracle *oracle, int row, const char *name);
const char *published_input_text(const struct oracle *oracle, int row, const char *name);

/* Do the words of a row's description say so? */
bool published_says(const struct oracle *oracle, int row, const char *words);

/* Compares with `expected` as closely as `tolerance` says: "exact", "1e-9", "1e-9 rel", and what a
 * simulation would have to keep. NaN is what a row that is not understood gives: it is wrong. */
void published_compare(struct oracle *oracle, int row, double got);
void published_compare_list(struct oracle *oracle, int row, const double *got, int count);

#endif
