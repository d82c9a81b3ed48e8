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
			requests_run(&worlds[w].trial->requests,
				     worlds[w].trial->queue.heap[0].at);
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
		WORLD("replicas: 2, slots: 2", ", failed_latency: 3ms", ", regions: {a: 1%, b: 99%}"),
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
