/* What tuning found, for people and for programs: the front, what is recommended of it, and what
 * each step away from that does. */
#ifndef SIM_REPORT_TUNED_H
#define SIM_REPORT_TUNED_H

#include "sim/tune/answer.h"

#include <stdio.h>

void tuned_print(const struct answer *answer, FILE *out);
void tuned_json(const struct answer *answer, FILE *out);

/* Why nothing is recommended. */
void tuned_print_nothing(const struct answer *answer, FILE *out);

/* Sentences about aims and limits that choose nothing; how many. */
int tuned_notes(const struct answer *answer, struct arena *arena, const char ***notes);

/* By enum standing, of all limits together. */
extern const char *const tuned_standings[];

/* A point's letter; a parameter without the rollout that all are in. */
const char *tuned_letter(const struct answer *answer, int row, char out[4]);
const char *tuned_parameter(const struct answer *answer, int parameter);

/* The parts of the scenario that have the values of a row. */
void tuned_print_yaml(const struct answer *answer, int row, const char *indent, FILE *out);

/* A number with its interval, in the unit of the quantity. `change`: of a difference. */
const char *tuned_words(char *out, const struct quantity *quantity, struct estimate estimate,
			bool change);

#endif
