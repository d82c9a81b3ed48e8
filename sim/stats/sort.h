/* Numbers in ascending order. */
#ifndef SIM_STATS_SORT_H
#define SIM_STATS_SORT_H

#include <stddef.h>

void sort_ascending(double *values, size_t n);

/* What qsort and bsearch of doubles ask for. */
int sort_by_size(const void *a, const void *b);

#endif
