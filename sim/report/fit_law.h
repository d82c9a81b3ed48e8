/* Fitted numbers as scenarios have them. */
#ifndef SIM_REPORT_FIT_LAW_H
#define SIM_REPORT_FIT_LAW_H

#include "sim/report/fit.h"
#include "sim/units.h"

#include <stdio.h>

/* With so many significant digits. */
const char *fit_duration(char text[UNITS_TEXT], double seconds, int digits);

/* The law with its parameters, such as `exponential: {mean: 50ms}`. */
void fit_print_law(const struct fit_law *law, FILE *out);

#endif
