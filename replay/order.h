/* Puts rows that come a little out of order in the order of their arrivals. Rows that arrived at
 * the same time keep the order in which they came. */
#ifndef REPLAY_ORDER_H
#define REPLAY_ORDER_H

#include "replay/row.h"

#include <stdbool.h>
#include <stddef.h>

struct order {
	char *rows; /* room for `capacity` of them */
	size_t row_size;
	int32_t *free, *sorted; /* places of rows: unused ones; used ones, by arrival */
	int capacity, first, end; /* the used ones lie in sorted[first .. end) */
};

enum { ORDER_BYTES = 24 << 20 }; /* of rows that wait */

void order_init(struct order *order, size_t row_size);
void order_free(struct order *order);

static inline int order_count(const struct order *order)
{
	return order->end - order->first;
}

static inline bool order_is_full(const struct order *order)
{
	return order_count(order) == order->capacity;
}

/* A row to write to, to be put in its place by order_add; there must be room. */
struct row *order_blank(struct order *order);
void order_add(struct order *order);

/* The earliest row, and the way to let it go. There must be one. */
const struct row *order_earliest(const struct order *order);
void order_drop(struct order *order);

#endif
