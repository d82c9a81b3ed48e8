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

void event_schedule(struct event_queue *queue, sim_time at, enum event_kind kind, int index)
{
	assert(at >= queue->now);
	assert(queue->count < MAX_EVENTS);
	assert(index >= 0 && index < 256);
	struct event event = {at, (uint64_t)kind << 56 |
					  (queue->scheduled++ << 8 & 0xffffffffffff00) |
					  (uint64_t)index};
	int hole = queue->count++;
	for (; hole && before(event, queue->heap[(hole - 1) / 2]); hole = (hole - 1) / 2)
		queue->heap[hole] = queue->heap[(hole - 1) / 2];
	queue->heap[hole] = event;
}

struct event event_pop(struct event_queue *queue)
{
	assert(queue->count > 0);
	struct event first = queue->heap[0], last = queue->heap[--queue->count];
	int hole = 0;
	for (int child = 1; child < queue->count; child = 2 * hole + 1) {
		if (child + 1 < queue->count && before(queue->heap[child + 1], queue->heap[child]))
			child++;
		if (!before(queue->heap[child], last))
			break;
		queue->heap[hole] = queue->heap[child];
		hole = child;
	}
	queue->heap[hole] = last;
	assert(first.at >= queue->now);
	queue->now = first.at;
	return first;
}
