/* Control events must come out in one order only: by time, then by kind, then as they were
 * scheduled; everything else in a trial relies on it. */
#include "sim/event.h"

#include "tests/random.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct expected {
	sim_time at;
	enum event_kind kind;
	int serial, index;
};

static int by_time_kind_serial(const void *a, const void *b)
{
	const struct expected *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->serial - y->serial;
}

static struct expected schedule_random(struct event_queue *queue, uint64_t *random, int serial)
{
	struct expected e = {queue->now + random_to(random, 5),
			     (enum event_kind)random_to(random, EVENT_END), serial,
			     (int)random_to(random, 255)};
	event_schedule(queue, e.at, e.kind, e.index);
	return e;
}

static void expect_pop(struct event_queue *queue, const struct expected *e)
{
	struct event event = event_pop(queue);
	cr_assert_eq(event.at, e->at);
	cr_assert_eq(event_kind(event), e->kind);
	cr_assert_eq(event_index(event), e->index);
	cr_assert_eq(queue->now, e->at);
}

Test(event, order_is_time_then_kind_then_scheduling)
{
	struct event_queue queue;
	struct expected expected[MAX_EVENTS];
	uint64_t random = 1;
	for (int round = 0; round < 300; round++) {
		int count = 1 + (int)random_to(&random, MAX_EVENTS - 1);
		event_clear(&queue);
		for (int i = 0; i < count; i++)
			expected[i] = schedule_random(&queue, &random, i);
		qsort(expected, (size_t)count, sizeof *expected, by_time_kind_serial);
		for (int i = 0; i < count; i++)
			expect_pop(&queue, &expected[i]);
		cr_assert_eq(queue.count, 0);
	}
}

/* The plainest queue there is: a list searched for its least entry. */
Test(event, order_holds_when_events_are_added_between_others)
{
	struct event_queue queue;
	struct expected waiting[MAX_EVENTS];
	uint64_t random = 2;
	int count = 0;
	event_clear(&queue);
	for (int step = 0; step < 20000; step++) {
		if (count < MAX_EVENTS && (!count || random_to(&random, 1))) {
			waiting[count++] = schedule_random(&queue, &random, step);
			continue;
		}
		int least = 0;
		for (int i = 1; i < count; i++)
			if (by_time_kind_serial(&waiting[i], &waiting[least]) < 0)
				least = i;
		expect_pop(&queue, &waiting[least]);
		waiting[least] = waiting[--count];
	}
}

Test(event, at_one_instant_faults_come_first_and_the_end_last)
{
	const enum event_kind order[] = {EVENT_FAULT, EVENT_ROLLED_BACK, EVENT_SCRAPE,
					 EVENT_CHECK, EVENT_WAKE,	 EVENT_END};
	struct event_queue queue;
	event_clear(&queue);
	for (int i = 5; i >= 0; i--)
		event_schedule(&queue, 7, order[i], 0);
	for (int i = 0; i < 6; i++)
		cr_assert_eq(event_kind(event_pop(&queue)), order[i]);
}

/* Cancelling one kind leaves the others, in their order. */
Test(event, cancelling_takes_a_kind_away_and_nothing_else)
{
	struct event_queue queue;
	struct expected expected[MAX_EVENTS];
	uint64_t random = 3;
	for (int round = 0; round < 300; round++) {
		int count = 1 + (int)random_to(&random, MAX_EVENTS - 1), kept = 0;
		event_clear(&queue);
		for (int i = 0; i < count; i++) {
			expected[kept] = schedule_random(&queue, &random, i);
			kept += expected[kept].kind != EVENT_WAKE;
		}
		event_cancel(&queue, EVENT_WAKE);
		cr_assert_eq(queue.count, kept);
		qsort(expected, (size_t)kept, sizeof *expected, by_time_kind_serial);
		for (int i = 0; i < kept; i++)
			expect_pop(&queue, &expected[i]);
	}
}

Test(event, clearing_forgets_events_and_time)
{
	struct event_queue queue;
	event_clear(&queue);
	event_schedule(&queue, 100, EVENT_WAKE, 1);
	event_pop(&queue);
	event_schedule(&queue, 200, EVENT_WAKE, 2);
	event_clear(&queue);
	event_schedule(&queue, 3, EVENT_CHECK, 4);
	struct expected e = {3, EVENT_CHECK, 0, 4};
	expect_pop(&queue, &e);
}

/* An assertion that must fail need not be seen to. */
static void hush(void)
{
	cr_assert(freopen("/dev/null", "w", stderr));
}

Test(event, the_past_cannot_be_scheduled, .signal = SIGABRT, .init = hush)
{
	struct event_queue queue;
	event_clear(&queue);
	event_schedule(&queue, 10, EVENT_WAKE, 0);
	event_pop(&queue);
	event_schedule(&queue, 9, EVENT_WAKE, 0);
}

Test(event, a_full_queue_is_no_silent_loss, .signal = SIGABRT, .init = hush)
{
	struct event_queue queue;
	event_clear(&queue);
	for (int i = 0; i <= MAX_EVENTS; i++)
		event_schedule(&queue, 1, EVENT_WAKE, 0);
}

Test(event, an_empty_queue_has_nothing_to_pop, .signal = SIGABRT, .init = hush)
{
	struct event_queue queue;
	event_clear(&queue);
	event_pop(&queue);
}
