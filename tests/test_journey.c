/* Requests that are followed one by one must fare as those whose fate is computed at once, wherever
 * both can be done; and what only the first can do must agree with a shop simulated as naively as
 * possible. */
#include "tests/walk.h"

#include <criterion/criterion.h>

/* ---- the same world twice: as it is, and with every request followed */

static void read_twice(struct world worlds[2], const char *text)
{
	for (int w = 0; w < 2; w++) {
		struct trial_size size = {.strategy_state = 0};
		world_read(&worlds[w], text);
		cr_assert_not(worlds[w].scenario.plans[0].coupled);
		worlds[w].scenario.plans[0].coupled = w == 1;
		trial_measure(&size, worlds[w].scenario.plans);
		trial_allocate(worlds[w].trial, &worlds[w].arena, &size);
	}
}

/* Harm is not known yet when a request that is followed is done. */
static void add_up(const struct tally *tally, uint32_t flags[FLAGS])
{
	memset(flags, 0, FLAGS * sizeof *flags);
	for (int f = 0; f < FLAGS; f++)
		flags[f & ~(FLAG_HARMED | FLAG_HELPED)] += tally->flags[f];
}

static void expect_same_tally(const struct tally *a, const struct tally *b)
{
	uint32_t plain[FLAGS], followed[FLAGS];
	add_up(a, plain);
	add_up(b, followed);
	cr_assert_eq(memcmp(plain, followed, sizeof plain), 0);
	cr_assert_eq(memcmp(a->bucket, b->bucket, sizeof a->bucket), 0);
}

/* Windows are so short that hardly ever two requests end in one. */
static void expect_same_windows(struct world worlds[2])
{
	struct telemetry *a = &worlds[0].trial->requests.telemetry;
	struct telemetry *b = &worlds[1].trial->requests.telemetry;
	cr_assert_eq(a->open_since, b->open_since);
	for (int k = 0; k < a->keys; k++)
		expect_same_tally(telemetry_current(a) + k, telemetry_current(b) + k);
}

static void expect_same_lives(const char *text, int case_index, int64_t *harmed)
{
	struct world worlds[2];
	bool going = true;
	read_twice(worlds, text);
	for (int w = 0; w < 2; w++)
		trial_begin(worlds[w].trial, worlds[w].scenario.plans, 0, case_index, 5, NULL);
	while (going) {
		for (int w = 0; w < 2; w++)
			requests_run(&worlds[w].trial->requests, worlds[w].trial->queue.heap[0].at);
		if (event_kind(worlds[0].trial->queue.heap[0]) == EVENT_SCRAPE)
			expect_same_windows(worlds); /* of all that end before it */
		for (int w = 0; w < 2; w++)
			going = trial_step(worlds[w].trial);
	}
	struct result a = worlds[0].trial->row, b = worlds[1].trial->row;
	*harmed += a.harmed_requests;
	b.evidence_time = a.evidence_time; /* later: when the twin has been served, too */
	cr_assert_eq(memcmp(&a, &b, sizeof a), 0);
	for (int w = 0; w < 2; w++)
		world_free(&worlds[w]);
}

#define WORLD(pool, candidate, extra)                                                              \
	"scenario: same\n"                                                                         \
	"traffic: {poisson: {rate: 90/s}, timeout: 150ms" extra "}\n"                              \
	"versions:\n"                                                                              \
	"  stable: {latency: {exponential: {mean: 20ms}}, errors: 2%, pool: {" pool "}}\n"         \
	"  candidate: {like: stable" candidate "}\n"                                               \
	"slo: {latency: 60ms}\n"                                                                   \
	"telemetry: {scrape: 2ms}\n"                                                               \
	"cases: {slow: [{step: {at: 20s, latency: x1.6, errors: +3%}}],\n"                         \
	"  both: [{step: {on: both, at: 15s, latency: x3}}],\n"                                    \
	"  hung: [{timeout: {hangs: 20%}}]}\n"                                                     \
	"rollouts: {half: {canary: {steps: [50% for 20s, 80% for 1h]}}}\n"                         \
	"horizon: 60s\n"

Test(journey, is_what_pools_say_where_nothing_couples_more)
{
	static const char *const texts[] = {
		WORLD("slots: 2", "", ""),
		WORLD("slots: 3, queue: 2", "", ", users: {count: 100}"),
		WORLD("slots: 1, queue: 0", "", ", segments: {a: 30%, b: 70%}"),
		WORLD("slots: 2, queue: 5", ", latency: {lognormal: {p50: 10ms, p99: 90ms}}", ""),
		WORLD("replicas: 2, slots: 2", ", failed_latency: 3ms",
		      ", regions: {a: 1%, b: 99%}"),
	};
	int64_t harmed = 0;
	for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
		for (int c = 0; c < 3; c++)
			expect_same_lives(texts[t], c, &harmed);
	cr_assert_gt(harmed, 100);
}

Test(journey, is_what_pools_say_of_copies)
{
	static const char *const text =
		"scenario: shadow\n"
		"traffic: {poisson: {rate: 90/s}, timeout: 150ms}\n"
		"versions:\n"
		"  stable: {latency: {exponential: {mean: 20ms}}, errors: 2%, pool: {slots: 3}}\n"
		"  candidate: {like: stable, pool: {slots: 1, queue: 3}}\n"
		"telemetry: {scrape: 2ms}\n"
		"cases: {it: []}\n"
		"rollouts: {shadow: {blue_green: {preview: 20s, mirror: 50%, soak: 1m}}}\n"
		"horizon: 50s\n";
	int64_t harmed = 0;
	expect_same_lives(text, 0, &harmed);
	cr_assert_gt(harmed, 10);
}

/* ---- everything together */

static const char *const everything =
	"scenario: everything\n"
	"traffic: {poisson: {rate: 120/s}, timeout: 2s, users: {count: 500},\n"
	"  segments: {premium: 20%, free: 80%}, regions: {eu: 60%, us: 40%},\n"
	"  retries: {timeout: 400ms, budget: 30%}}\n"
	"versions:\n"
	"  stable:\n"
	"    latency: {lognormal: {p50: 15ms, p99: 120ms}}\n"
	"    errors: 1%\n"
	"    failed_latency: 5ms\n"
	"    pool: {replicas: 3, slots: 2, queue: 30, per_region: yes, shed_wait: 1s,\n"
	"      shed_in_flight: 60, ready_after: 2s,\n"
	"      slowdown: {from: 50%, factor: x2}, warmup: {factor: x4, requests: 200, time: 30s},\n"
	"      crashes: {every: 2m, restart: 5s},\n"
	"      autoscale: {target: 70%, min: 2, max: 8, calm: 30s}}\n"
	"    breaker: {failures: 60%, consecutive: 30, open: 3s}\n"
	"    limit: {rate: 200/s, burst: 50}\n"
	"    cost: {request: 0.01, replica_hour: 2}\n"
	"  candidate: {like: stable}\n"
	"slo: {latency: 800ms}\n"
	"telemetry: {scrape: 5s}\n"
	"cases: {calm: [], bad: [{step: {at: 1m, errors: +30%, latency: x2}}]}\n"
	"rollouts:\n"
	"  late: {instant: {}, start: 10s}\n"
	"  half: {canary: {steps: [20% for 4m, 50% for 1h]}}\n"
	"  shadow: {blue_green: {preview: 3m, mirror: 40%, soak: 1m}}\n"
	"horizon: 5m\n";

/* The twin is stable serving everybody: where stable does, they are the same to the last attempt.
 */
Test(journey, stable_alone_harms_nobody)
{
	struct world world;
	world_read(&world, everything);
	for (uint64_t t = 0; t < 3; t++) {
		struct requests *r = &world.trial->requests;
		struct result row = {0};
		trial_begin(world.trial, world.scenario.plans, 0, 0, t, NULL);
		requests_run(r, world.scenario.plans[0].horizon);
		requests_finish(r, &row);
		ledger_settle(&r->ledger, r->plan, &r->telemetry, &row);
		cr_assert_gt(row.requests, 30000);
		cr_assert_gt(row.version_failures[0], 300);
		cr_assert_eq(row.exposed_requests, 0);
		cr_assert_eq(r->ledger.balance[0], 0);
		cr_assert_eq(r->ledger.balance[1], 0);
		cr_assert_eq(row.harmed_users, 0);
	}
	world_free(&world);
}

/* Nothing is left of the trial before, and nothing of how its requests were cut into pieces. */
Test(journey, is_the_same_whatever_came_before)
{
	struct world world;
	struct result first[6];
	world_read(&world, everything);
	for (int i = 0; i < 6; i++)
		first[i] = *world_run(&world, i / 2, i % 2, 4);
	for (int i = 5; i >= 0; i--) {
		world_run(&world, (i + 1) % 3, i % 2, 9);
		struct result again = *world_run(&world, i / 2, i % 2, 4);
		cr_assert_eq(memcmp(&again, &first[i], sizeof again), 0);
		cr_assert_eq(again.requests, first[0].requests, "everybody comes in every cell");
		trial_begin(world.trial, world.scenario.plans, i / 2, i % 2, 4, NULL);
		sim_time at = 0;
		do {
			for (; at < world.trial->queue.heap[0].at; at += 7777777)
				requests_run(&world.trial->requests, at);
		} while (trial_step(world.trial));
		cr_assert_eq(memcmp(&world.trial->row, &first[i], sizeof again), 0);
	}
	cr_assert_gt(first[1].harmed_users, 100);
	world_free(&world);
}

/* Where nothing fails, nobody asks again, and policies change nothing. */
Test(journey, policies_that_never_act_change_nothing)
{
	static const char *const policies[2][2] = {
		{"", ""},
		{", retries: {attempts: 5}",
		 ", breaker: {failures: 90%, open: 1h}, limit: {rate: 9999/s, burst: 1000}"}};
	struct result row[2];
	for (int p = 0; p < 2; p++) {
		struct world world;
		char text[1024];
		snprintf(text, sizeof text,
			 "scenario: calm\ntraffic: {poisson: {rate: 70/s}, timeout: 30s, users: "
			 "{count: 90}%s}\n"
			 "versions:\n"
			 "  stable: {latency: {exponential: {mean: 20ms}}, pool: {slots: 2}%s}\n"
			 "  candidate: {like: stable}\n"
			 "slo: {latency: 100ms}\n"
			 "cases: {slow: [{step: {latency: x2}}]}\n"
			 "rollouts: {half: {canary: {steps: [50%% for 1h]}, sticky: yes}}\n"
			 "horizon: 5m\n",
			 policies[p][0], policies[p][1]);
		world_read(&world, text);
		cr_assert_eq(world.scenario.plans[0].coupled, p == 1);
		row[p] = *world_run(&world, 0, 0, 0);
		world_free(&world);
	}
	cr_assert_gt(row[0].harmed_requests, 50);
	cr_assert_eq(memcmp(&row[0], &row[1], sizeof row[0]), 0);
}
