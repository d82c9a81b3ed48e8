/* The queue of control events. Requests never pass through it. Order: time, then kind, then order
 * of scheduling, so that at one instant a fault bends first, routes change, telemetry is scraped,
 * checks look at it, and the strategy is asked last. */
#ifndef SIM_EVENT_H
#define SIM_EVENT_H

#include "sim/vocabulary.h"

enum event_kind {
	EVENT_FAULT,
	EVENT_ROUTE,
	EVENT_ROLLED_BACK,
	EVENT_SCRAPE,
	EVENT_CHECK,
	EVENT_WAKE,
	EVENT_END
};

struct event {
	sim_time at;
	uint64_t order; /* kind, serial number and index, most significant first */
};

/* One for each check and each fault, and a few for the rest. */
enum { MAX_EVENTS = MAX_CHECKS + MAX_FAULTS + 8 };

struct event_queue {
	sim_time now;
	uint64_t scheduled; /* ever */
	int count;
	struct event heap[MAX_EVENTS];
};

void event_clear(struct event_queue *queue);
void event_schedule(struct event_queue *queue, sim_time at, enum event_kind kind, int index);
struct event event_pop(struct event_queue *queue);
void event_cancel(struct event_queue *queue, enum event_kind kind); /* all of the kind */

static inline enum event_kind event_kind(struct event event)
{
	return (enum event_kind)(event.order >> 56);
}

static inline int event_index(struct event event)
{
	return (int)(event.order & 0xff);
}

#endif
