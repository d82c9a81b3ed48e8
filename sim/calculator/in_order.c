/* A ring of slots. The caller fills them, each thread takes the next that is filled, and whoever
 * has finished the oldest one hands on all that are ready. */
#include "sim/calculator/in_order.h"

#include <pthread.h>
#include <stdint.h>

struct ring {
	const struct in_order *job;
	int slots;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int64_t filled, taken, handed_on; /* pieces so far */
	bool done[IN_ORDER_SLOTS];
	bool no_more, enough, handing_on;
};

int in_order_slots(int threads)
{
	if (threads > IN_ORDER_THREADS)
		threads = IN_ORDER_THREADS;
	return threads > 1 ? 2 * threads : 1;
}

static int slot_of(const struct ring *ring, int64_t piece)
{
	return (int)(piece % ring->slots);
}

/* The lock is held, but not while a piece is handed on. */
static void hand_on(struct ring *ring)
{
	if (ring->handing_on)
		return; /* whoever does will see this one, too */
	ring->handing_on = true;
	while (ring->done[slot_of(ring, ring->handed_on)]) {
		int slot = slot_of(ring, ring->handed_on);
		bool wanted = !ring->enough;
		pthread_mutex_unlock(&ring->lock);
		bool more = wanted && ring->job->hand_on(ring->job->context, slot);
		pthread_mutex_lock(&ring->lock);
		ring->enough |= !more;
		ring->done[slot] = false;
		ring->handed_on++;
	}
	ring->handing_on = false;
	pthread_cond_broadcast(&ring->changed);
}

static void *work(void *context)
{
	struct ring *ring = context;
	pthread_mutex_lock(&ring->lock);
	for (;;) {
		while (ring->taken == ring->filled && !ring->no_more)
			pthread_cond_wait(&ring->changed, &ring->lock);
		if (ring->taken == ring->filled)
			break;
		int slot = slot_of(ring, ring->taken++);
		pthread_mutex_unlock(&ring->lock);
		ring->job->work(ring->job->context, slot);
		pthread_mutex_lock(&ring->lock);
		ring->done[slot] = true;
		hand_on(ring);
	}
	pthread_mutex_unlock(&ring->lock);
	return NULL;
}

static void fill(struct ring *ring)
{
	bool more = true;
	pthread_mutex_lock(&ring->lock);
	while (more && !ring->enough) {
		if (ring->filled - ring->handed_on == ring->slots) {
			pthread_cond_wait(&ring->changed, &ring->lock);
			continue;
		}
		int slot = slot_of(ring, ring->filled);
		pthread_mutex_unlock(&ring->lock);
		more = ring->job->fill(ring->job->context, slot);
		pthread_mutex_lock(&ring->lock);
		ring->filled += more;
		pthread_cond_broadcast(&ring->changed);
	}
	ring->no_more = true;
	pthread_cond_broadcast(&ring->changed);
	pthread_mutex_unlock(&ring->lock);
}

static void run_alone(const struct in_order *job)
{
	while (job->fill(job->context, 0)) {
		job->work(job->context, 0);
		if (!job->hand_on(job->context, 0))
			break;
	}
}

void in_order_run(const struct in_order *job)
{
	struct ring ring = {.job = job,
			    .slots = in_order_slots(job->threads),
			    .lock = PTHREAD_MUTEX_INITIALIZER,
			    .changed = PTHREAD_COND_INITIALIZER};
	pthread_t thread[IN_ORDER_THREADS];
	int started = 0;
	while (ring.slots > 1 && started < ring.slots / 2 &&
	       !pthread_create(&thread[started], NULL, work, &ring))
		started++;
	if (started)
		fill(&ring);
	else
		run_alone(job);
	for (int i = 0; i < started; i++)
		pthread_join(thread[i], NULL);
	pthread_mutex_destroy(&ring.lock);
	pthread_cond_destroy(&ring.changed);
}
