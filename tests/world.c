/* Reading a scenario and running trials, for tests. */
#include "tests/world.h"

#include <criterion/criterion.h>
#include <string.h>

static bool read(struct world *world, const char *text, bool silently)
{
	struct complaints complaints;
	memset(world, 0, sizeof *world);
	world->source = (struct source){"test", text, strlen(text)};
	complaints_init(&complaints);
	bool good = scenario_read(&world->scenario, &world->source, NULL, 0, &complaints);
	if (!silently)
		complaints_print(&complaints, stderr);
	complaints_free(&complaints);
	return good;
}

static void allocate(struct world *world)
{
	struct trial_size size = {.strategy_state = 0};
	for (int p = 0; p < world->scenario.points; p++)
		trial_measure(&size, &world->scenario.plans[p]);
	world->trial = arena_take(&world->arena, sizeof *world->trial);
	trial_allocate(world->trial, &world->arena, &size);
}

void world_read(struct world *world, const char *text)
{
	cr_assert(read(world, text, false), "the scenario of the test is not good");
	allocate(world);
}

bool world_reads(struct world *world, const char *text)
{
	bool good = read(world, text, true);
	if (good)
		allocate(world);
	else
		scenario_free(&world->scenario);
	return good;
}

void world_free(struct world *world)
{
	arena_free(&world->arena);
	scenario_free(&world->scenario);
}

const struct result *world_run(struct world *world, int rollout, int case_index, uint64_t number)
{
	trial_begin(world->trial, &world->scenario.plans[0], rollout, case_index, number, NULL);
	return trial_run(world->trial);
}
