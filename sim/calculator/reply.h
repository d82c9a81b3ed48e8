/* Answers: for people, for programs, as fields of a table. */
#ifndef SIM_CALCULATOR_REPLY_H
#define SIM_CALCULATOR_REPLY_H

#include "sim/calculator/buffer.h"
#include "sim/calculator/calculation.h"

#include <stdio.h>

/* Ten digits; of long lists the first few. */
void reply_print(const struct calculation *calculation, const void *answers, FILE *out);

/* One object. Numbers round-trip; null where there is none, "inf" and "-inf" are strings. */
void reply_json(const struct calculation *calculation, const void *answers, FILE *out);

/* A comma before each. Seventeen digits, lists as 1;2;3, nan, inf. NULL: there are no answers, and
 * all numbers are nan. */
void reply_fields(const struct calculation *calculation, const void *answers, struct buffer *out);

#endif
