/* A match is a word, and free matches are a list through their words. */
#include "sim/match.h"

#include <string.h>

enum { FIRST_ROOM = 256 };

enum { NOBODY_ENDED, ENDED_WELL, ENDED_BADLY };

void matches_init(struct matches *matches, struct arena *arena)
{
	memset(matches, 0, sizeof *matches);
	matches->arena = arena;
	matches_clear(matches);
}

void matches_clear(struct matches *matches)
{
	matches->used = 0;
	matches->free = UINT32_MAX;
}

static void make_room(struct matches *matches)
{
	uint32_t room = matches->room ? 2 * matches->room : FIRST_ROOM;
	uint32_t *entry = arena_take(matches->arena, room * sizeof *entry);
	if (matches->room)
		memcpy(entry, matches->entry, matches->room * sizeof *entry);
	matches->entry = entry;
	matches->room = room;
}

uint32_t matches_take(struct matches *matches)
{
	uint32_t id = matches->free;
	if (id != UINT32_MAX) {
		matches->free = matches->entry[id];
	} else {
		if (matches->used == matches->room)
			make_room(matches);
		id = matches->used++;
	}
	matches->entry[id] = NOBODY_ENDED;
	return id;
}

bool matches_end(struct matches *matches, uint32_t id, bool bad, bool *other)
{
	uint32_t first = matches->entry[id];
	if (first == NOBODY_ENDED) {
		matches->entry[id] = bad ? ENDED_BADLY : ENDED_WELL;
		return false;
	}
	*other = first == ENDED_BADLY;
	matches->entry[id] = matches->free;
	matches->free = id;
	return true;
}
