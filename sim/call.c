/* Calls come in chunks, so that they never move, and their numbers are used again. */
#include "sim/call.h"

#include <assert.h>
#include <string.h>

void calls_init(struct calls *calls, struct arena *arena)
{
	calls->arena = arena;
	calls->chunk = arena_take(arena, CALL_CHUNKS * sizeof *calls->chunk);
	calls_clear(calls);
}

void calls_clear(struct calls *calls)
{
	calls->used = 0;
	calls->free = NO_CALL;
}

uint32_t calls_take(struct calls *calls)
{
	uint32_t id = calls->free;
	if (id != NO_CALL) {
		calls->free = call_of(calls, id)->behind;
	} else {
		id = calls->used++;
		assert(id < MAX_CALLS);
		struct call **chunk = &calls->chunk[id / CALL_CHUNK];
		if (!*chunk)
			*chunk = arena_take(calls->arena, CALL_CHUNK * sizeof **chunk);
	}
	return id;
}

void calls_give(struct calls *calls, uint32_t id)
{
	call_of(calls, id)->behind = calls->free;
	calls->free = id;
}

void line_clear(struct line *line)
{
	*line = (struct line){NO_CALL, NO_CALL, 0};
}

void line_join(struct line *line, struct calls *calls, uint32_t id)
{
	struct call *call = call_of(calls, id);
	call->ahead = line->last;
	call->behind = NO_CALL;
	if (line->last == NO_CALL)
		line->first = id;
	else
		call_of(calls, line->last)->behind = id;
	line->last = id;
	line->length++;
}

void line_leave(struct line *line, struct calls *calls, uint32_t id)
{
	const struct call *call = call_of(calls, id);
	if (call->ahead == NO_CALL)
		line->first = call->behind;
	else
		call_of(calls, call->ahead)->behind = call->behind;
	if (call->behind == NO_CALL)
		line->last = call->ahead;
	else
		call_of(calls, call->behind)->ahead = call->ahead;
	line->length--;
}
