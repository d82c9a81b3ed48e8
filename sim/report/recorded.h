/* What a log of real traffic is like, and what is wrong with it: for people and for programs. */
#ifndef SIM_REPORT_RECORDED_H
#define SIM_REPORT_RECORDED_H

#include "replay/import.h"

#include <stdio.h>

struct recorded {
	const struct import_options *options;
	const struct import_facts *facts;
	const struct appraisal *appraisal;
	const struct head *head;
	double max_bad; /* share of records that may be mistakes */
};

/* How arrivals were found, in a sentence. */
const char *recorded_times(const struct import_facts *facts);

enum { DRAWN_TEXT = 512 };

/* How many rows were drawn, and from what; "" where they were recorded. */
const char *recorded_drawn(const struct import_facts *facts, int64_t rows, char out[DRAWN_TEXT]);

void recorded_print(const struct recorded *recorded, FILE *out);
void recorded_json(const struct recorded *recorded, FILE *out);

/* What the rows alone say: of a trace, whatever log it came from. The JSON is the inside of an
 * object, behind a first member. */
void recorded_print_rows(const struct appraisal *appraisal, const struct head *head, FILE *out);
void recorded_json_rows(const struct appraisal *appraisal, const struct head *head, FILE *out);

/* Says why the log is not fit to be a trace, and what to do; false if it is fit. */
bool recorded_refuse(const struct recorded *recorded, FILE *out);

#endif
