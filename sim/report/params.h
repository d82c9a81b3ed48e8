/* The rows of a parameter table, for people and for programs. */
#ifndef SIM_REPORT_PARAMS_H
#define SIM_REPORT_PARAMS_H

#include "sim/param.h"

#include <stdio.h>

/* `head` stands over the keys and `prefix` before each; width 0: lines as long as they are. */
void params_print(const struct param *params, const char *head, const char *prefix, int width,
		  FILE *out);

/* Objects, separated by commas. */
void params_json(const struct param *params, FILE *out);

#endif
