/* The C library's sort, with the one comparison that numbers need. */
#include "sim/stats/sort.h"

#include <stdlib.h>

int sort_by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

void sort_ascending(double *values, size_t n)
{
	if (n)
		qsort(values, n, sizeof *values, sort_by_size);
}
