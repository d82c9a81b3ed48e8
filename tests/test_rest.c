/* The rest of a trial that is known need not be lived again, and is the same as if it had been. */
#include "sim/rest.h"

#include "tests/world.h"

#include <criterion/criterion.h>
#include <string.h>

/* Both rollouts go back, the careful one earlier; what fails later fails for all. */
#define WORLD(traffic, service, late)                                                              \
	"scenario: rest\n"                                                                         \
	"traffic: {" traffic ", segments: {a: 40%, b: 60%}}\n"                                     \
	"versions:\n"                                                                              \
	"  stable: {latency: {lognormal: {p50: 80ms, p99: 2s}}, errors: 2%" service "}\n"          \
	"  candidate: {like: stable}\n"                                                            \
	"cases:\n"                                                                                 \
	"  bad: [{step: {at: 3m, errors: +20%}}, " late "]\n"                                      \
	"rollouts:\n"                                                                              \
	"  careful:\n"                                                                             \
	"    canary: {steps: [20% for 10m]}\n"                                                     \
	"    checks: [{metric: error_rate, threshold: {max: 4%}, min_requests: 50}]\n"             \
	"    rollback: {takes: 20s}\n"                                                             \
	"  bold: {like: careful, checks: [{metric: error_rate, threshold: {max: 12%}}]}\n"         \
	"horizon: 20m\n"

#define USERS  "poisson: {rate: 9/s}, users: {count: 200}"
#define OUTAGE "{step: {on: both, at: 14m, duration: 3m, errors: +30%}}"

struct room {
	struct world world;
	struct arena arena;
	struct rest rest;
};

static void open_room(struct room *room, const char *text)
{
	memset(room, 0, sizeof *room);
	world_read(&room->world, text);
	const struct plan *plan = room->world.scenario.plans;
	room->rest.slot = arena_take(&room->arena, rest_size(plan));
	rest_begin(&room->rest, plan, &plan->case_[0]);
}

static void close_room(struct room *room)
{
	arena_free(&room->arena);
	world_free(&room->world);
}

/* Lives a trial to its end or to the rest that is known, and expects the row it has without.
 * Returns the second at which nothing more had to be lived. */
static double live(struct room *room, int rollout, uint64_t number)
{
	struct trial *trial = room->world.trial;
	struct result row = *world_run(&room->world, rollout, 0, number);
	trial_begin(trial, room->world.scenario.plans, rollout, 0, number, NULL);
	rest_live(&room->rest, trial);
	cr_assert_eq(row.outcome, OUTCOME_ROLLED_BACK);
	cr_assert(!memcmp(&row, &trial->row, sizeof row));
	return (double)trial->queue.now / SIM_SECOND;
}

Test(rest, what_is_known_is_not_lived_again)
{
	struct room room;
	open_room(&room, WORLD(USERS, "", OUTAGE));
	const struct plan *plan = room.world.scenario.plans;
	for (uint64_t number = 0; number < 8; number++) {
		rest_begin(&room.rest, plan, &plan->case_[0]);
		double first = live(&room, 0, number), second = live(&room, 1, number);
		double third = live(&room, 0, number);
		cr_assert_eq(first, 1200);
		cr_assert_lt(second, 600, "%g s", second);
		cr_assert_lt(third, second, "%g s", third);
	}
	close_room(&room);
}

/* Who comes to rest earlier than the others did lives only until where they came. */
Test(rest, more_is_learnt_of_who_comes_to_rest_earlier)
{
	struct room room;
	open_room(&room, WORLD(USERS, "", OUTAGE));
	double first = live(&room, 1, 3), second = live(&room, 0, 3), again = live(&room, 0, 3);
	cr_assert_eq(first, 1200);
	cr_assert_lt(second, 600);
	cr_assert_lt(again, second);
	close_room(&room);
}

/* Where what has been before may matter, all is lived to its end. */
Test(rest, it_is_not_known_where_the_past_matters)
{
	static const char *const texts[] = {
		WORLD(USERS, ", pool: {replicas: 4, slots: 4}", OUTAGE),
		WORLD(USERS ", retries: {attempts: 2}", "", OUTAGE),
		WORLD(USERS, "", "{old_version_cold: {latency: x3, warm_after: 5m}}"),
		WORLD(USERS, "", "{slow_propagation: {delay: 30s, over: 1m}}"),
		WORLD(USERS, "", "{lag: {by: 30s}}"),
		WORLD(USERS, ", quality: {accuracy: 90%}", OUTAGE),
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct room room;
		open_room(&room, texts[i]);
		cr_assert_eq(live(&room, 0, 1), 1200, "world %zu", i);
		cr_assert_eq(live(&room, 0, 1), 1200, "world %zu", i);
		close_room(&room);
	}
}
