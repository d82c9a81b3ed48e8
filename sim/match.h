/* Matches: the same call in both worlds. Whichever ends last learns how the other went. */
#ifndef SIM_MATCH_H
#define SIM_MATCH_H

#include "sim/arena.h"
#include "sim/vocabulary.h"

struct matches {
	struct arena *arena;
	uint32_t *entry; /* of a free one: the next free; else how the first end was; grows */
	uint32_t room, used, free;
};

void matches_init(struct matches *matches, struct arena *arena);
void matches_clear(struct matches *matches);
uint32_t matches_take(struct matches *matches);

/* One of the two has ended; true if both have, and then `other` is how the first went. */
bool matches_end(struct matches *matches, uint32_t id, bool bad, bool *other);

#endif
