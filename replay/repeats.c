/* A set of identities that is emptied whenever the time changes: by another mark, not by writing to
 * it. */
#include "replay/repeats.h"

#include "sim/error.h"

#include <stdlib.h>

struct repeats_slot {
	uint64_t identity, mark;
};

enum { FIRST_SLOTS = 1 << 10 };

static struct repeats_slot *take_slots(int slots)
{
	struct repeats_slot *slot = calloc((size_t)slots, sizeof *slot);
	if (!slot)
		error_out_of_memory((size_t)slots * sizeof *slot);
	return slot;
}

void repeats_init(struct repeats *repeats)
{
	*repeats = (struct repeats){.arrival_ns = INT64_MIN, .mark = 1, .slots = FIRST_SLOTS};
	repeats->slot = take_slots(FIRST_SLOTS);
}

void repeats_free(struct repeats *repeats)
{
	free(repeats->slot);
}

/* Where an identity is, or would be. */
static struct repeats_slot *find(const struct repeats *repeats, uint64_t identity)
{
	uint64_t mask = (uint64_t)repeats->slots - 1, at = identity & mask;
	while (repeats->slot[at].mark == repeats->mark && repeats->slot[at].identity != identity)
		at = (at + 1) & mask;
	return &repeats->slot[at];
}

static void grow(struct repeats *repeats)
{
	struct repeats_slot *old = repeats->slot;
	int slots = repeats->slots;
	repeats->slots = 2 * slots;
	repeats->slot = take_slots(repeats->slots);
	for (int i = 0; i < slots; i++)
		if (old[i].mark == repeats->mark)
			*find(repeats, old[i].identity) = old[i];
	free(old);
}

enum repeats_answer repeats_meet(struct repeats *repeats, int64_t arrival_ns, uint64_t identity)
{
	if (arrival_ns != repeats->arrival_ns) {
		repeats->arrival_ns = arrival_ns;
		repeats->mark++;
		repeats->count = 0;
	}
	struct repeats_slot *slot = find(repeats, identity);
	if (slot->mark == repeats->mark)
		return REPEATS_KNOWN;
	if (repeats->count == MOST_OF_ONE_TIME)
		return REPEATS_UNSOUGHT;
	*slot = (struct repeats_slot){identity, repeats->mark};
	if (2 * ++repeats->count > repeats->slots && repeats->count < MOST_OF_ONE_TIME)
		grow(repeats);
	return REPEATS_NEW;
}
