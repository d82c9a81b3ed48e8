/* A binary heap of control events. */
#include "sim/event.h"

#include <assert.h>

void event_clear(struct event_queue *queue)
{
	queue->now = 0;
	queue->scheduled = 0;
	queue->count = 0;
}

static bool before(struct event a, struct event b)
{
	return a.at < b.at || (a.at == b.at && a.order < b.order);
}

/* Fills the hole with an event that may belong above or below it. */
static void fill_hole(struct event_queue *queue, int hole, struct event event)
{
	for (; hole && before(event, queue->heap[(hole - 1) / 2]); hole = (hole - 1) / 2)
		queue->heap[hole] = queue->heap[(hole - 1) / 2];
	for (int child = 2 * hole + 1; child < queue->count; child = 2 * hole + 1) {
		if (child + 1 < queue->count && before(queue->heap[child + 1], queue->heap[child]))
			child++;
		if (!before(queue->heap[child], event))
			break;
		queue->heap[hole] = queue->heap[child];
		hole = child;
	}
	queue->heap[hole] = event;
}

void event_schedule(struct event_queue *queue, sim_time at, enum event_kind kind, int index)
{
	assert(at >= queue->now);
	assert(queue->count < MAX_EVENTS);
	assert(index >= 0 && index < 256);
	struct event event = {at, (uint64_t)kind << 56 |
					  (queue->scheduled++ << 8 & 0xffffffffffff00) |
					  (uint64_t)index};
	queue->count++;
	fill_hole(queue, queue->count - 1, event);
}

struct event event_pop(struct event_queue *queue)
{
	assert(queue->count > 0);
	struct event first = queue->heap[0], last = queue->heap[--queue->count];
	if (queue->count)
		fill_hole(queue, 0, last);
	assert(first.at >= queue->now);
	queue->now = first.at;
	return first;
}

void event_cancel(struct event_queue *queue, enum event_kind kind)
{
	for (int i = 0; i < queue->count; i++) {
		if (event_kind(queue->heap[i]) != kind)
			continue;
		struct event last = queue->heap[--queue->count];
		if (i < queue->count)
			fill_hole(queue, i, last);
		i = -1; /* the last one may have moved before i */
	}
}
