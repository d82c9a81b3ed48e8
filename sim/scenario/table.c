/* A hash table with open addressing, at most half full: short probes, one block of memory. */
#include "sim/scenario/table.h"

#include <stdint.h>
#include <string.h>

/* FNV-1a, 64 bits (Fowler, Noll, Vo 1991), its upper half folded onto the bits the mask keeps. */
static uint64_t hash(const char *name)
{
	uint64_t h = UINT64_C(14695981039346656037);
	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * UINT64_C(1099511628211);
	return h ^ h >> 32;
}

struct table table_make(struct arena *arena, int most)
{
	size_t slots = 2;
	while (slots < 2 * (size_t)most)
		slots *= 2;
	return (struct table){arena_take(arena, slots * sizeof(struct entry)), slots - 1};
}

struct entry *table_look_up(const struct table *table, const char *name)
{
	size_t i = hash(name) & table->mask;
	while (table->entries[i].name && strcmp(table->entries[i].name, name) != 0)
		i = (i + 1) & table->mask;
	return &table->entries[i];
}
