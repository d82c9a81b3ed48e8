/* An agenda: what each of many is going to do next, the earliest first. Everybody has at most one
 * entry, which can be moved or taken away. */
#ifndef SIM_AGENDA_H
#define SIM_AGENDA_H

#include "sim/arena.h"
#include "sim/vocabulary.h"

/* At one instant: whoever gives up has gone before a server is free, and a server is free before
 * anybody comes. */
enum agenda_kind { AGENDA_GIVES_UP, AGENDA_DONE, AGENDA_SENDS };

enum {
	AGENDA_WHO_BITS = 28,
	AGENDA_ENTERED_BITS = 34, /* if ever more are entered, only ties are broken otherwise */
};

struct agenda_entry {
	sim_time at;
	uint64_t order; /* kind, when it was entered, who; the most significant first */
};

struct agenda {
	struct arena *arena;
	int count, room;
	uint32_t places;
	uint64_t entered;	   /* ever */
	struct agenda_entry *heap; /* grows */
	int *place;		   /* of each in the heap; -1: not there; grows */
};

void agenda_init(struct agenda *agenda, struct arena *arena);
void agenda_clear(struct agenda *agenda);

/* What `who` had on the agenda before is replaced. */
void agenda_set(struct agenda *agenda, uint32_t who, sim_time at, enum agenda_kind kind);
void agenda_drop(struct agenda *agenda, uint32_t who);
struct agenda_entry agenda_pop(struct agenda *agenda);

static inline sim_time agenda_next(const struct agenda *agenda)
{
	return agenda->count ? agenda->heap[0].at : SIM_NEVER;
}

static inline enum agenda_kind agenda_kind(struct agenda_entry entry)
{
	return (enum agenda_kind)(entry.order >> (AGENDA_WHO_BITS + AGENDA_ENTERED_BITS));
}

static inline uint32_t agenda_who(struct agenda_entry entry)
{
	return (uint32_t)(entry.order & ((UINT64_C(1) << AGENDA_WHO_BITS) - 1));
}

#endif
