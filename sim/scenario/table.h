/* Names -> whatever bears them, so that a file of many names is not read in quadratic time. */
#ifndef SIM_SCENARIO_TABLE_H
#define SIM_SCENARIO_TABLE_H

#include "sim/arena.h"

#include <stddef.h>

struct entry {
	const char *name; /* NULL: free */
	void *value;
};

struct table {
	struct entry *entries;
	size_t mask;
};

/* Never grows: whoever makes one knows how many names may come. */
struct table table_make(struct arena *arena, int most);

/* The entry of that name, or the free one where it belongs. */
struct entry *table_look_up(const struct table *table, const char *name);

#endif
