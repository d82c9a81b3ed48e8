/* What other versions would have made of recorded traffic: a table of what each variant's requests
 * meet, one of how that differs from the record, and what to mind. */
#ifndef SIM_REPORT_WHATIF_H
#define SIM_REPORT_WHATIF_H

#include "sim/whatif.h"

#include <stdio.h>

/* What a variant may differ in, in the order of their columns. */
enum whatif_setting {
	WHATIF_LATENCY,
	WHATIF_ERRORS,
	WHATIF_SHARE,
	WHATIF_SLOT_COUNT,
	WHATIF_SPEED,
	WHATIF_SETTINGS
};

extern const char *const whatif_setting_name[WHATIF_SETTINGS];

struct whatif_report {
	const struct whatif_traffic *traffic;
	const struct whatif_variant *variant;
	int count, resamples;
	bool given[WHATIF_SETTINGS]; /* on the command line */
	const struct whatif_answer *answer, *record;
};

void whatif_print(const struct whatif_report *report, FILE *out);
void whatif_json(const struct whatif_report *report, FILE *out);

/* A setting as it was written; at most UNITS_TEXT bytes, like units_print. */
char *whatif_print_setting(char *out, const struct whatif_variant *variant,
			   enum whatif_setting setting);

#endif
