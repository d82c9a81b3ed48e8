/* Rows are taken in as they come, and put in order when there is no more room: those that came
 * since the last time are sorted by the digits of their arrivals (Knuth, TAOCP 3, 5.2.5), then
 * merged with those that were in order already. Both steps are stable, and linear whatever the
 * order was. */
#include "replay/order.h"

#include <assert.h>
#include <string.h>

/* Rows wait longer than a cache remembers them: the processor is told some rows ahead. */
enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, AHEAD = 12 };

void order_init(struct order *order, size_t row_size)
{
	size_t keys = sizeof *order->free + sizeof *order->key + sizeof *order->spare;
	int capacity = (int)(ORDER_BYTES / (row_size + keys));
	*order = (struct order){.row_size = row_size, .capacity = capacity};
	order->rows = arena_take(&order->arena, (size_t)capacity * row_size);
	order->free = arena_take(&order->arena, (size_t)capacity * sizeof *order->free);
	order->key = arena_take(&order->arena, (size_t)capacity * sizeof *order->key);
	order->spare = arena_take(&order->arena, (size_t)capacity * sizeof *order->spare);
	for (int i = 0; i < capacity; i++)
		order->free[i] = i;
}

void order_free(struct order *order)
{
	arena_free(&order->arena);
}

static struct row *row_at(const struct order *order, int32_t place)
{
	return (struct row *)(order->rows + (size_t)place * order->row_size);
}

struct row *order_blank(const struct order *order)
{
	assert(!order_is_full(order));
	return row_at(order, order->free[order->count]);
}

void order_add(struct order *order)
{
	assert(!order->going);
	int32_t place = order->free[order->count];
	if (order->count + AHEAD < order->capacity)
		__builtin_prefetch(row_at(order, order->free[order->count + AHEAD]), 1);
	order->key[order->count++] = (struct order_key){row_at(order, place)->arrival_ns, place};
}

static bool is_sorted(const struct order_key *key, int count)
{
	for (int i = 1; i < count; i++)
		if (key[i].arrival_ns < key[i - 1].arrival_ns)
			return false;
	return true;
}

static uint64_t above(const struct order_key *key, int64_t least_ns)
{
	return (uint64_t)key->arrival_ns - (uint64_t)least_ns;
}

/* One digit, from `from` to `to`. */
static void sort_digit(const struct order_key *from, struct order_key *to, int count,
		       int64_t least_ns, int shift)
{
	int32_t start[DIGITS] = {0}, sum = 0;
	for (int i = 0; i < count; i++)
		start[above(&from[i], least_ns) >> shift & (DIGITS - 1)]++;
	for (int d = 0; d < DIGITS; d++) {
		int32_t here = start[d];
		start[d] = sum;
		sum += here;
	}
	for (int i = 0; i < count; i++)
		to[start[above(&from[i], least_ns) >> shift & (DIGITS - 1)]++] = from[i];
}

static void sort(struct order_key *key, struct order_key *spare, int count)
{
	int64_t least = INT64_MAX, most = INT64_MIN;
	struct order_key *from = key, *to = spare;
	if (is_sorted(key, count))
		return;
	for (int i = 0; i < count; i++) {
		least = key[i].arrival_ns < least ? key[i].arrival_ns : least;
		most = key[i].arrival_ns > most ? key[i].arrival_ns : most;
	}
	uint64_t range = (uint64_t)most - (uint64_t)least;
	for (int shift = 0; shift < 64 && range >> shift; shift += DIGIT_BITS) {
		sort_digit(from, to, count, least, shift);
		struct order_key *other = from;
		from = to;
		to = other;
	}
	if (from != key)
		memcpy(key, from, (size_t)count * sizeof *key);
}

/* Of equal ones those that came first. */
static void merge(struct order *order)
{
	const struct order_key *a = order->key, *a_end = a + order->sorted;
	const struct order_key *b = a_end, *b_end = order->key + order->count;
	struct order_key *to = order->spare;
	while (a < a_end && b < b_end)
		*to++ = b->arrival_ns < a->arrival_ns ? *b++ : *a++;
	while (a < a_end)
		*to++ = *a++;
	while (b < b_end)
		*to++ = *b++;
	to = order->spare;
	order->spare = order->key;
	order->key = to;
}

void order_settle(struct order *order, int letting_go)
{
	sort(order->key + order->sorted, order->spare, order->count - order->sorted);
	merge(order);
	order->sorted = order->count;
	order->going = letting_go < order->count ? letting_go : order->count;
	order->gone = 0;
}

/* When the last one is out, its place and those of the others are free again. */
static void close_ranks(struct order *order)
{
	int left = order->count - order->gone;
	for (int i = 0; i < order->gone; i++)
		order->free[left + i] = order->key[i].place;
	memmove(order->key, order->key + order->gone, (size_t)left * sizeof *order->key);
	order->count = order->sorted = left;
	order->going = order->gone = 0;
}

const struct row *order_next(struct order *order)
{
	if (order->gone + AHEAD < order->count)
		__builtin_prefetch(row_at(order, order->key[order->gone + AHEAD].place));
	if (order->gone < order->going)
		return row_at(order, order->key[order->gone++].place);
	close_ranks(order);
	return NULL;
}
