/* Reading a scenario and running trials, for tests. */
#include "tests/world.h"

#include <criterion/criterion.h>
#include <string.h>

void world_read(struct world *world, const char *text)
{
	struct complaints complaints;
	struct trial_size size = {.strategy_state = 0};
	memset(world, 0, sizeof *world);
	world->source = (struct source){"test", text, strlen(text)};
	complaints_init(&complaints);
	bool good = scenario_read(&world->scenario, &world->source, NULL, 0, &complaints);
	complaints_print(&complaints, stderr);
	complaints_free(&complaints);
	cr_assert(good, "the scenario of the test is not good");
	for (int p = 0; p < world->scenario.points; p++)
		trial_measure(&size, &world->scenario.plans[p]);
	world->trial = arena_take(&world->arena, sizeof *world->trial);
	trial_allocate(world->trial, &world->arena, &size);
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
