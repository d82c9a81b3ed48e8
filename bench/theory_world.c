/* Worlds made for one claim. The scrape interval of those that are visited must be longer than
 * their horizon, so that nothing but requests happens in them. */
#include "bench/theory_world.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void read_or_die(struct world *world)
{
	struct complaints complaints;
	const struct source source = {"theory", world->text, strlen(world->text)};
	complaints_init(&complaints);
	if (!scenario_read(&world->scenario, &source, NULL, 0, &complaints)) {
		complaints_print(&complaints, stderr);
		exit(3);
	}
	complaints_free(&complaints);
}

void world_open(struct world *world, const char *format, ...)
{
	va_list arguments;
	struct trial_size size = {.strategy_state = 0};
	memset(world, 0, sizeof *world);
	va_start(arguments, format);
	int length = vsnprintf(world->text, sizeof world->text, format, arguments);
	va_end(arguments);
	assert(length < WORLD_TEXT);
	read_or_die(world);
	trial_measure(&size, world->scenario.plans);
	world->trial = arena_take(&world->arena, sizeof *world->trial);
	trial_allocate(world->trial, &world->arena, &size);
}

void world_close(struct world *world)
{
	arena_free(&world->arena);
	scenario_free(&world->scenario);
}

const struct result *world_run(struct world *world, uint64_t number)
{
	trial_begin(world->trial, world->scenario.plans, 0, 0, number, NULL);
	return trial_run(world->trial);
}

struct requests *world_begin(struct world *world, uint64_t number)
{
	trial_begin(world->trial, world->scenario.plans, 0, 0, number, NULL);
	while (world->trial->queue.heap[0].at == 0)
		trial_step(world->trial);
	return &world->trial->requests;
}

void visits_begin(struct visits *visits, struct world *world, uint64_t number)
{
	const struct plan *plan = world->scenario.plans;
	assert(plan->telemetry.scrape > plan->horizon);
	assert(!plan->coupled);
	struct requests *requests = world_begin(world, number);
	visits->requests = requests;
	visits->key = requests->slice.key;
	visits->flags = requests->slice.flags;
	visits->stayed_ns = requests->slice.latency_ns;
}

bool visits_next(struct visits *visits)
{
	struct requests *requests = visits->requests;
	const struct batch *batch = &requests->batch;
	requests_run(requests, 0); /* draws a batch, yet serves none of it */
	int from = batch->next, count = batch->size - from;
	visits->count = count;
	if (count == 0)
		return false;
	memcpy(visits->at, batch->at + from, (size_t)count * sizeof *visits->at);
	memcpy(visits->user, batch->user + from, (size_t)count * sizeof *visits->user);
	memcpy(visits->law_ns, batch->stable_ns + from, (size_t)count * sizeof *visits->law_ns);
	requests_run(requests, visits->at[count - 1] + 1);
	assert(requests->slice.count == count);
	return true;
}
