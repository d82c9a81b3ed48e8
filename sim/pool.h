/* A pool of servers with one queue, first come first served. Because requests come in order of
 * arrival and nobody overtakes, the times at which servers become free say everything (Kiefer and
 * Wolfowitz 1955): no event is needed. */
#ifndef SIM_POOL_H
#define SIM_POOL_H

#include "sim/arena.h"
#include "sim/vocabulary.h"

enum {
	MAX_SERVERS = 4096,  /* replicas x slots */
	MAX_QUEUE = 1 << 20, /* waiting requests a bounded queue may hold */
};

struct pool_config {
	int servers; /* 0: as many as needed */
	int queue;   /* how many may wait; PARAM_UNSET: any number */
};

struct pool {
	int servers, queue;
	sim_time *free_at; /* a heap: the server that is free first is at its root */
	sim_time *left_at; /* when each of the last `queue` admitted stopped waiting */
	int oldest;	   /* in left_at */
	double work_ns;	   /* services so far, where somebody adds them up */
};

/* Takes memory for the largest of the given sizes. */
void pool_allocate(struct pool *pool, struct arena *arena, int servers, int queue);
void pool_reset(struct pool *pool, const struct pool_config *config);

/* How long servers have been busy until `now`, added up: the work that was noted of everybody who
 * came before, and of nobody else. */
double pool_busy_ns(const struct pool *pool, sim_time now);

/* What became of a request. */
enum {
	POOL_SERVED,
	POOL_REFUSED,
	POOL_LEFT,     /* gave up while waiting */
	POOL_GIVEN_UP, /* gave up while served */
};

static inline void pool_replace_root(struct pool *pool, sim_time free_at)
{
	sim_time *heap = pool->free_at;
	int hole = 0;
	for (int child = 1; child < pool->servers; child = 2 * hole + 1) {
		child += child + 1 < pool->servers && heap[child + 1] < heap[child];
		if (heap[child] >= free_at)
			break;
		heap[hole] = heap[child];
		hole = child;
	}
	heap[hole] = free_at;
}

/* Serves a request that arrives at `at` and whose client waits at most `patience`. A full queue
 * refuses it at once. A client that gives up while waiting costs no service; one that gives up
 * later still does. Writes how long the client was there. */
static inline int pool_serve(struct pool *pool, sim_time at, sim_time service, sim_time patience,
			     sim_time *stayed)
{
	sim_time start = pool->free_at[0] > at ? pool->free_at[0] : at;
	sim_time until = at + patience;
	if (pool->queue >= 0) {
		/* Waits end in order of arrival, so the queue is full exactly when the request
		 * admitted `queue` places ago still waits. */
		if (pool->queue ? pool->left_at[pool->oldest] > at : start > at) {
			*stayed = 0;
			return POOL_REFUSED;
		}
		if (pool->queue) {
			pool->left_at[pool->oldest] = start < until ? start : until;
			pool->oldest = pool->oldest + 1 < pool->queue ? pool->oldest + 1 : 0;
		}
	}
	if (start >= until) {
		*stayed = patience;
		return POOL_LEFT;
	}
	sim_time done = start + service;
	pool_replace_root(pool, done);
	*stayed = done < until ? done - at : patience;
	return done < until ? POOL_SERVED : POOL_GIVEN_UP;
}

#endif
