/* A binary heap that knows where everybody stands. It grows as it must, and never shrinks: trials
 * are alike. */
#include "sim/agenda.h"

#include "sim/rng.h"

#include <assert.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

void agenda_init(struct agenda *agenda, struct arena *arena)
{
	memset(agenda, 0, sizeof *agenda);
	agenda->arena = arena;
}

void agenda_clear(struct agenda *agenda)
{
	for (int i = 0; i < agenda->count; i++)
		agenda->place[agenda_who(agenda->heap[i])] = -1;
	agenda->count = 0;
	agenda->entered = 0;
}

static void *grow(struct arena *arena, const void *old, size_t used, size_t wanted)
{
	void *larger = arena_take(arena, wanted);
	if (used)
		memcpy(larger, old, used);
	return larger;
}

static void make_room(struct agenda *agenda)
{
	size_t size = sizeof *agenda->heap;
	int room = agenda->room ? 2 * agenda->room : FIRST_ROOM;
	agenda->heap =
		grow(agenda->arena, agenda->heap, (size_t)agenda->room * size, (size_t)room * size);
	agenda->room = room;
}

static void make_place(struct agenda *agenda, uint32_t who)
{
	size_t size = sizeof *agenda->place;
	uint32_t places = agenda->places ? agenda->places : FIRST_ROOM;
	while (places <= who)
		places *= 2;
	agenda->place = grow(agenda->arena, agenda->place, agenda->places * size, places * size);
	for (uint32_t p = agenda->places; p < places; p++)
		agenda->place[p] = -1;
	agenda->places = places;
}

static inline bool before(const struct agenda_entry *a, const struct agenda_entry *b)
{
	/* One comparison without a jump: which comes first is a coin toss. */
	return ((rng_word)(uint64_t)a->at << 64 | a->order) <
	       ((rng_word)(uint64_t)b->at << 64 | b->order);
}

static inline void put(struct agenda *agenda, int place, const struct agenda_entry *entry)
{
	agenda->heap[place] = *entry;
	agenda->place[agenda_who(*entry)] = place;
}

static void fill_hole(struct agenda *agenda, int hole, struct agenda_entry entry)
{
	struct agenda_entry *heap = agenda->heap;
	for (; hole && before(&entry, &heap[(hole - 1) / 2]); hole = (hole - 1) / 2)
		put(agenda, hole, &heap[(hole - 1) / 2]);
	for (int child = 2 * hole + 1; child < agenda->count; child = 2 * hole + 1) {
		child += child + 1 < agenda->count && before(&heap[child + 1], &heap[child]);
		if (!before(&heap[child], &entry))
			break;
		put(agenda, hole, &heap[child]);
		hole = child;
	}
	put(agenda, hole, &entry);
}

void agenda_set(struct agenda *agenda, uint32_t who, sim_time at, enum agenda_kind kind)
{
	assert(who >> AGENDA_WHO_BITS == 0);
	if (who >= agenda->places)
		make_place(agenda, who);
	int place = agenda->place[who];
	if (place < 0) {
		if (agenda->count == agenda->room)
			make_room(agenda);
		place = agenda->count++;
	}
	const uint64_t most = (UINT64_C(1) << AGENDA_ENTERED_BITS) - 1;
	uint64_t order = ((uint64_t)kind << AGENDA_ENTERED_BITS | (agenda->entered++ & most))
				 << AGENDA_WHO_BITS |
			 who;
	fill_hole(agenda, place, (struct agenda_entry){at, order});
}

static void take_out(struct agenda *agenda, int place)
{
	struct agenda_entry last = agenda->heap[--agenda->count];
	agenda->place[agenda_who(agenda->heap[place])] = -1;
	if (place < agenda->count)
		fill_hole(agenda, place, last);
}

void agenda_drop(struct agenda *agenda, uint32_t who)
{
	if (who < agenda->places && agenda->place[who] >= 0)
		take_out(agenda, agenda->place[who]);
}

struct agenda_entry agenda_pop(struct agenda *agenda)
{
	assert(agenda->count > 0);
	struct agenda_entry first = agenda->heap[0];
	take_out(agenda, 0);
	return first;
}
