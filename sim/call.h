/* Calls: what clients want in one of the two worlds, from when they ask until nobody works on it
 * any more; and the lines in which they wait. */
#ifndef SIM_CALL_H
#define SIM_CALL_H

#include "sim/arena.h"
#include "sim/vocabulary.h"

enum {
	CALL_CHUNK = 4096,     /* taken from the arena at a time: half a megabyte */
	CALL_CHUNKS = 1 << 16, /* more calls than most memories hold; plans for more are refused */
	MAX_CALLS = CALL_CHUNK * CALL_CHUNKS,
};

#define NO_CALL UINT32_MAX

enum call_state {
	CALL_IDLE,    /* its client thinks, or backs off before it asks again */
	CALL_WAITING, /* in line */
	CALL_SERVED,
	CALL_GHOST, /* served, though its client has left */
};

/* How a service would go: how long it takes, and the flags of its outcome. */
struct service {
	sim_time takes;
	uint8_t flags;
};

struct call {
	sim_time asked, sent, deadline; /* the first attempt; this one; when its client leaves */
	sim_time done;			/* while it is served */
	struct service service;
	uint32_t user, outcome, latency, bucket; /* random bits, but for the user */
	uint32_t chosen[MAX_SELECTIONS];	 /* bits by which faults hit it */
	uint32_t caught;			 /* by these rules, if they are on */
	uint32_t match;				 /* of the same call in the other world */
	uint32_t ahead, behind;	 /* in line; `behind` of a free call: the next free one */
	uint32_t slot, era;	 /* where it is served; of the breaker that let it pass */
	double chance;		 /* with which it was sent there, where somebody chooses */
	uint64_t number, recent; /* of closed clients: which of its calls; which of 64 were bad */
	uint8_t key, lot, version, cohort; /* where it is sent; whose it is */
	uint8_t attempts, state;
	bool copy, exposed, guarded; /* exposed: not only stable; guarded: the breaker waits */
};

struct calls {
	struct arena *arena;
	struct call **chunk;
	uint32_t used, free; /* ever in use; the first that is free again */
};

void calls_init(struct calls *calls, struct arena *arena);
void calls_clear(struct calls *calls);
uint32_t calls_take(struct calls *calls);
void calls_give(struct calls *calls, uint32_t id);

static inline struct call *call_of(const struct calls *calls, uint32_t id)
{
	return &calls->chunk[id / CALL_CHUNK][id % CALL_CHUNK];
}

/* First come, first served; anybody may leave. */
struct line {
	uint32_t first, last;
	int length;
};

void line_clear(struct line *line);
void line_join(struct line *line, struct calls *calls, uint32_t id);
void line_leave(struct line *line, struct calls *calls, uint32_t id);

#endif
