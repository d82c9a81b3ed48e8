/* What can be asked: every calculation there is, and one in full. */
#ifndef SIM_CALCULATOR_GUIDE_H
#define SIM_CALCULATOR_GUIDE_H

#include "sim/calculator/calculation.h"

#include <stdio.h>

void guide_list(FILE *out);
void guide_json(FILE *out);
void guide_print(const struct calculation *calculation, FILE *out);

#endif
