/* An insertion sort from whichever end is nearer: logs are almost in order, and then a row moves
 * past few others. The sorted places lie in the middle of an array three times as long as they can
 * be many, and are moved back there when they meet an end. */
#include "replay/order.h"

#include "sim/error.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void *take(size_t bytes)
{
	void *memory = malloc(bytes);
	if (!memory)
		error_out_of_memory(bytes);
	return memory;
}

void order_init(struct order *order, size_t row_size)
{
	int capacity = (int)(ORDER_BYTES / row_size);
	*order = (struct order){.row_size = row_size, .capacity = capacity};
	order->rows = take((size_t)capacity * row_size);
	order->free = take((size_t)capacity * sizeof *order->free);
	order->sorted = take(3 * (size_t)capacity * sizeof *order->sorted);
	order->first = order->end = capacity;
	for (int i = 0; i < capacity; i++)
		order->free[i] = i;
}

void order_free(struct order *order)
{
	free(order->rows);
	free(order->free);
	free(order->sorted);
}

static struct row *row_at(const struct order *order, int32_t place)
{
	return (struct row *)(order->rows + (size_t)place * order->row_size);
}

/* free[count..] are unused. */
struct row *order_blank(struct order *order)
{
	assert(!order_is_full(order));
	return row_at(order, order->free[order_count(order)]);
}

static void recentre(struct order *order)
{
	int count = order_count(order);
	memmove(order->sorted + order->capacity, order->sorted + order->first,
		(size_t)count * sizeof *order->sorted);
	order->first = order->capacity;
	order->end = order->first + count;
}

/* The place behind all rows that arrived no later. */
static int find_place(const struct order *order, int64_t arrival_ns)
{
	int low = order->first, high = order->end;
	if (low < high && row_at(order, order->sorted[high - 1])->arrival_ns <= arrival_ns)
		return high;
	while (low < high) {
		int middle = low + (high - low) / 2;
		if (row_at(order, order->sorted[middle])->arrival_ns <= arrival_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void order_add(struct order *order)
{
	int32_t place = order->free[order_count(order)];
	if (order->first == 0 || order->end == 3 * order->capacity)
		recentre(order);
	int32_t *sorted = order->sorted;
	int at = find_place(order, row_at(order, place)->arrival_ns);
	if (at - order->first < order->end - at) {
		memmove(sorted + order->first - 1, sorted + order->first,
			(size_t)(at - order->first) * sizeof *sorted);
		order->first--;
		at--;
	} else {
		memmove(sorted + at + 1, sorted + at, (size_t)(order->end - at) * sizeof *sorted);
		order->end++;
	}
	sorted[at] = place;
}

const struct row *order_earliest(const struct order *order)
{
	assert(order->first < order->end);
	return row_at(order, order->sorted[order->first]);
}

void order_drop(struct order *order)
{
	assert(order->first < order->end);
	int32_t place = order->sorted[order->first++];
	order->free[order_count(order)] = place;
}
