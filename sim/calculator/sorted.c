/* A copy, because what was given may be asked for again. */
#include "sim/calculator/sorted.h"

#include "sim/stats/sort.h"

#include <string.h>

double *sorted(const struct numbers *list, struct arena *arena)
{
	size_t n = (size_t)list->count;
	double *copy = arena_take(arena, n * sizeof *copy);
	if (n)
		memcpy(copy, list->number, n * sizeof *copy);
	sort_ascending(copy, n);
	return copy;
}
