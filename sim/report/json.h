/* JSON, written as it goes: text escaped, numbers that round-trip, NaN and infinity as null. */
#ifndef SIM_REPORT_JSON_H
#define SIM_REPORT_JSON_H

#include <stdio.h>

void json_text(FILE *out, const char *text);
void json_number(FILE *out, double number);

/* A value and its interval, as an object. */
void json_estimate(FILE *out, double value, double low, double high);

#endif
