/* Puts rows that come a little out of order in the order of their arrivals. Rows that arrived at
 * the same time keep the order in which they came. */
#ifndef REPLAY_ORDER_H
#define REPLAY_ORDER_H

#include "sim/arena.h"

#include "replay/row.h"

#include <stdbool.h>
#include <stddef.h>

struct order_key {
	int64_t arrival_ns;
	int32_t place; /* of the row */
};

struct order {
	char *rows; /* room for `capacity` of them */
	size_t row_size;
	int32_t *free; /* places that are not used, from `count` on */
	struct order_key
		*key; /* of all rows: those that are in order, then those that are not yet */
	struct order_key *spare; /* as many again, to sort with */
	int capacity, count, sorted;
	struct arena arena;
	int going, gone; /* how many of the sorted are let go, and how many are out */
};

enum { ORDER_BYTES = 16 << 20 }; /* of rows that wait, and their keys */

void order_init(struct order *order, size_t row_size);
void order_free(struct order *order);

static inline bool order_is_full(const struct order *order)
{
	return order->count == order->capacity;
}

/* A row to write to, to be taken in by order_add; there must be room. */
struct row *order_blank(const struct order *order);
void order_add(struct order *order);

/* Lets go of the earliest rows, so many of them: brings them in order, then gives them out one by
 * one. NULL: they are all out, and there is room again. */
void order_settle(struct order *order, int letting_go);
const struct row *order_next(struct order *order);

#endif
