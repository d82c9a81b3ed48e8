/* Pieces of work that threads do side by side and that are handed on in the order in which they
 * came: what comes out does not depend on the number of threads. */
#ifndef SIM_CALCULATOR_IN_ORDER_H
#define SIM_CALCULATOR_IN_ORDER_H

#include <stdbool.h>

enum { IN_ORDER_THREADS = 64, IN_ORDER_SLOTS = 2 * IN_ORDER_THREADS };

/* A slot holds one piece at a time, and is used again when that was handed on. */
struct in_order {
	int threads;			       /* 1 or less: all is done by the caller's */
	bool (*fill)(void *context, int slot); /* by the caller's thread; false: there is no more */
	void (*work)(void *context, int slot); /* by any thread */
	bool (*hand_on)(void *context, int slot); /* one at a time, in order; false: enough */
	void *context;
};

void in_order_run(const struct in_order *job);

/* Slots that are used with so many threads. */
int in_order_slots(int threads);

#endif
