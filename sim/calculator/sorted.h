/* A list that a person gave, in ascending order. */
#ifndef SIM_CALCULATOR_SORTED_H
#define SIM_CALCULATOR_SORTED_H

#include "sim/arena.h"
#include "sim/param.h"

double *sorted(const struct numbers *list, struct arena *arena);

#endif
