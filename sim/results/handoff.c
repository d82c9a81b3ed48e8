/* A flag that goes back and forth. */
#include "sim/results/handoff.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct handoff {
	void (*work)(void *context);
	void *context;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool busy, stop;
};

static void set(struct handoff *handoff, bool *flag, bool value)
{
	pthread_mutex_lock(&handoff->lock);
	*flag = value;
	pthread_cond_broadcast(&handoff->changed);
	pthread_mutex_unlock(&handoff->lock);
}

static void *run(void *state)
{
	struct handoff *handoff = state;
	for (;;) {
		pthread_mutex_lock(&handoff->lock);
		while (!handoff->busy && !handoff->stop)
			pthread_cond_wait(&handoff->changed, &handoff->lock);
		bool busy = handoff->busy;
		pthread_mutex_unlock(&handoff->lock);
		if (!busy)
			return NULL;
		handoff->work(handoff->context);
		set(handoff, &handoff->busy, false);
	}
}

struct handoff *handoff_start(void (*work)(void *context), void *context)
{
	struct handoff *handoff = calloc(1, sizeof *handoff);
	if (!handoff)
		return NULL;
	handoff->work = work;
	handoff->context = context;
	pthread_mutex_init(&handoff->lock, NULL);
	pthread_cond_init(&handoff->changed, NULL);
	int error = pthread_create(&handoff->thread, NULL, run, handoff);
	if (!error)
		return handoff;
	free(handoff);
	errno = error;
	return NULL;
}

void handoff_wait(struct handoff *handoff)
{
	pthread_mutex_lock(&handoff->lock);
	while (handoff->busy)
		pthread_cond_wait(&handoff->changed, &handoff->lock);
	pthread_mutex_unlock(&handoff->lock);
}

void handoff_post(struct handoff *handoff)
{
	handoff_wait(handoff);
	set(handoff, &handoff->busy, true);
}

void handoff_stop(struct handoff *handoff)
{
	set(handoff, &handoff->stop, true);
	pthread_join(handoff->thread, NULL);
	pthread_mutex_destroy(&handoff->lock);
	pthread_cond_destroy(&handoff->changed);
	free(handoff);
}
