/* Replicas with a life of their own: by hand where it can be followed, by formula where it is
 * random. */
#include "sim/fleet.h"

#include "sim/param.h"

#include "tests/world.h"

#include <criterion/criterion.h>
#include <math.h>

static const struct fleet_config plain = {.replicas = 2,
					  .slots = 2,
					  .queue = PARAM_UNSET,
					  .shed_wait = PARAM_UNSET,
					  .shed_in_flight = PARAM_UNSET,
					  .slow_factor = 1,
					  .cold_factor = 1,
					  .cold_requests = PARAM_UNSET,
					  .cold_time = PARAM_UNSET,
					  .crash_every = PARAM_UNSET,
					  .autoscale = {.every = PARAM_UNSET}};

struct yard {
	struct arena arena;
	struct fleet fleet;
};

static void open_yard(struct yard *yard, const struct fleet_config *config, bool warm)
{
	memset(yard, 0, sizeof *yard);
	fleet_allocate(&yard->fleet, &yard->arena, fleet_most(config),
		       fleet_most(config) * (int)config->slots);
	fleet_reset(&yard->fleet, config, warm, 7);
}

/* A service of 1000 ns begins; returns how long it takes. */
static sim_time begin(struct yard *yard, uint32_t *slot, sim_time now)
{
	*slot = fleet_take(&yard->fleet);
	cr_assert_neq(*slot, NO_SLOT);
	return fleet_begin(&yard->fleet, *slot, 1, 1000, now);
}

static sim_time serve(struct yard *yard, sim_time now)
{
	uint32_t slot;
	sim_time took = begin(yard, &slot, now);
	fleet_release(&yard->fleet, slot, now + took);
	return took;
}

Test(fleet, has_as_many_slots_as_it_has)
{
	struct yard yard;
	uint32_t slot[4];
	open_yard(&yard, &plain, true);
	for (int i = 0; i < 4; i++)
		cr_assert_eq(begin(&yard, &slot[i], 0), 1000);
	cr_assert_eq(fleet_take(&yard.fleet), NO_SLOT);
	fleet_release(&yard.fleet, slot[2], 10);
	cr_assert_eq(fleet_take(&yard.fleet), slot[2]);
	arena_free(&yard.arena);
}

Test(fleet, warms_up_by_requests_and_by_time)
{
	struct fleet_config config = plain;
	struct yard yard;
	config.replicas = config.slots = 1;
	config.cold_factor = 5;
	config.cold_requests = 4;
	open_yard(&yard, &config, false);
	for (int i = 0; i < 6; i++)
		cr_assert_eq(serve(&yard, i * 10000), i < 4 ? 5000 - 1000 * i : 1000);
	fleet_reset(&yard.fleet, &config, true, 7);
	cr_assert_eq(serve(&yard, 0), 1000, "it has been running for long");
	config.cold_requests = PARAM_UNSET;
	config.cold_time = 100000;
	fleet_reset(&yard.fleet, &config, false, 7);
	cr_assert_eq(serve(&yard, 500000), 5000, "it begins to warm up with the first");
	cr_assert_eq(serve(&yard, 550000), 3000);
	cr_assert_eq(serve(&yard, 575000), 2000);
	cr_assert_eq(serve(&yard, 600000), 1000);
	arena_free(&yard.arena);
}

Test(fleet, slows_down_above_a_knee)
{
	struct fleet_config config = plain;
	struct yard yard;
	uint32_t slot;
	config.slow_from = 0.5;
	config.slow_factor = 3;
	open_yard(&yard, &config, true);
	const sim_time expected[] = {1000, 1000, 2000, 3000};
	for (int i = 0; i < 4; i++)
		cr_assert_eq(begin(&yard, &slot, 0), expected[i]);
	arena_free(&yard.arena);
}

Test(fleet, works_with_a_share_of_its_slots)
{
	struct yard yard;
	uint32_t slot[4];
	open_yard(&yard, &plain, true);
	for (int i = 0; i < 4; i++)
		begin(&yard, &slot[i], 0);
	fleet_work(&yard.fleet, 0.5, 10);
	for (int i = 0; i < 4; i++)
		fleet_release(&yard.fleet, slot[i], 20);
	cr_assert_lt(fleet_take(&yard.fleet), 2);
	cr_assert_lt(fleet_take(&yard.fleet), 2);
	cr_assert_eq(fleet_take(&yard.fleet), NO_SLOT);
	fleet_work(&yard.fleet, 1, 30);
	cr_assert_geq(fleet_take(&yard.fleet), 2);
	cr_assert_geq(fleet_take(&yard.fleet), 2);
	cr_assert_eq(fleet_take(&yard.fleet), NO_SLOT);
	arena_free(&yard.arena);
}

/* Exponential lives: their mean, and the squared coefficient of variation of 1. */
Test(fleet, crashes_after_exponential_times)
{
	struct fleet_config config = plain;
	struct yard yard;
	enum { CRASHES = 20000 };
	double sum = 0, squares = 0;
	sim_time up = 0;
	int index, crashes = 0;
	config.replicas = config.slots = 1;
	config.crash_every = 1000000;
	config.restart = 300;
	config.ready_after = 200;
	open_yard(&yard, &config, true);
	while (crashes < CRASHES) {
		sim_time now = yard.fleet.next_at;
		if (fleet_step(&yard.fleet, &index) == FLEET_CRASHED) {
			double life = (double)(now - up);
			sum += life;
			squares += life * life;
			crashes++;
			cr_assert_eq(yard.fleet.next_at, now + 500);
			cr_assert_eq(fleet_take(&yard.fleet), NO_SLOT);
		} else {
			up = now;
		}
	}
	double mean = sum / CRASHES, variance = squares / CRASHES - mean * mean;
	cr_assert_float_eq(mean, 1e6, 4.5 * 1e6 / sqrt(CRASHES));
	cr_assert_float_eq(variance / mean / mean, 1, 4.5 * sqrt(8.0 / CRASHES));
	arena_free(&yard.arena);
}

/* ---- in a scenario */

#define SCENARIO(rate, timeout, versions, rest)                                                    \
	"scenario: fleet\n"                                                                        \
	"traffic: {poisson: {rate: " rate "}, timeout: " timeout rest "}\n"                        \
	"versions:\n  stable: {" versions "}\n  candidate: {like: stable}\n"                       \
	"telemetry: {scrape: 10s}\ncases: {calm: []}\nrollouts: {all: {instant: {}}}\n"

/* A service of rate 10/s races against a crash of rate 1/s and loses 1 of 11 times. */
Test(fleet, loses_what_it_serves_when_it_crashes)
{
	static const char *const text =
		SCENARIO("100/s", "1h",
			 "latency: {exponential: {mean: 100ms}}, pool: {replicas: 40, slots: 100, "
			 "crashes: {every: 1s, restart: 0s}}",
			 "") "horizon: 10m\n";
	struct world world;
	world_read(&world, text);
	const struct result *row = world_run(&world, 0, 0, 0);
	double n = (double)row->requests, lost = (double)row->version_failures[1];
	/* Those on one replica are lost together, but there are few: 0.25 on average. */
	cr_assert_float_eq(lost / n, 1.0 / 11, 5 * sqrt(1.5 * 10 / 121 / n));
	cr_assert_lt(row->harmed_requests, row->requests / 50, "stable would crash as often");
	world_free(&world);
}

/* The busy share settles at the target: 10 services at a time need 20 replicas of one slot. */
Test(fleet, grows_to_its_target_and_is_billed_for_it)
{
	static const char *const text =
		SCENARIO("100/s", "1h",
			 "latency: 100ms, cost: {replica_hour: 3, request: 0.5}, "
			 "pool: {replicas: 4, ready_after: 5s, "
			 "autoscale: {target: 50%, max: 100, every: 10s}}",
			 "") "horizon: 2h\n";
	struct world world;
	world_read(&world, text);
	const struct result *row = world_run(&world, 0, 0, 0);
	cr_assert_float_eq(row->replica_hours / 2, 21.5, 2.5, "%g", row->replica_hours / 2);
	double price = 3 * row->replica_hours + 0.5 * (double)row->requests;
	cr_assert_float_eq(row->cost, price, 1e-9 * price);
	cr_assert_lt(row->version_p99[1], 1);
	world_free(&world);
}

/* Only what is in the routes is billed: stable until the candidate has all, then the candidate. */
Test(fleet, is_billed_while_it_is_in_the_routes)
{
	static const char *const text =
		"scenario: bill\ntraffic: {poisson: {rate: 10/s}}\n"
		"versions:\n"
		"  stable: {latency: 10ms, pool: {replicas: 3}, cost: {replica_hour: 1}}\n"
		"  candidate: {like: stable, pool: {replicas: 5}, cost: {replica_hour: 10}}\n"
		"cases: {calm: []}\n"
		"rollouts: {half: {canary: {steps: [50% for 30m]}, start: 15m}}\nhorizon: 1h\n";
	struct world world;
	world_read(&world, text);
	const struct result *row = world_run(&world, 0, 0, 0);
	cr_assert_float_eq(row->replica_hours, 3 * 0.75 + 5 * 0.75, 1e-9);
	cr_assert_float_eq(row->cost, 3 * 0.75 + 50 * 0.75, 1e-9);
	world_free(&world);
}

/* Each region is an M/M/1 queue of its own: its mean stay is 1 / (mu - lambda). */
Test(fleet, of_a_region_serves_only_that)
{
	static const char *const text = SCENARIO(
		"100/s", "1h", "latency: {exponential: {mean: 12ms}}, pool: {per_region: yes}",
		", regions: {busy: 70%, calm: 30%}") "horizon: 2h\n";
	static const double stay_ms[] = {1e3 / (1e3 / 12 - 70), 1e3 / (1e3 / 12 - 30)};
	struct world world;
	world_read(&world, text);
	world_run(&world, 0, 0, 0);
	for (int c = 0; c < 2; c++) {
		uint64_t flags[FLAGS] = {0}, bucket[HISTOGRAM_BUCKETS] = {0}, total = 0;
		telemetry_sum(&world.trial->requests.telemetry, 2 * c + 1, flags, bucket);
		for (int f = 0; f < FLAGS; f++)
			total += flags[f];
		double mean = histogram_mean(bucket, total) / 1e6;
		cr_assert_float_eq(mean, stay_ms[c], 0.06 * stay_ms[c], "%g ms, not %g", mean,
				   stay_ms[c]);
	}
	world_free(&world);
}

/* Where every service takes 10 ms, whoever would be the fifth in line would wait 50 ms. */
Test(fleet, that_sheds_refuses_who_would_wait_too_long)
{
	static const char *const pools[] = {"shed_wait: 50ms", "queue: 4"};
	struct result row[2];
	for (int p = 0; p < 2; p++) {
		struct world world;
		char text[1024];
		snprintf(text, sizeof text,
			 SCENARIO("150/s", "1h", "latency: 10ms, pool: {%s}", "") "horizon: 10m\n",
			 pools[p]);
		world_read(&world, text);
		row[p] = *world_run(&world, 0, 0, 0);
		cr_assert_eq(world.scenario.plans[0].coupled, p == 0);
		world_free(&world);
	}
	cr_assert_gt(row[0].version_failures[1], row[0].requests / 3);
	cr_assert_eq(memcmp(&row[0], &row[1], sizeof row[0]), 0);
}

/* Four failures open it; then one of each ten seconds is tried, fails, and it opens again. */
Test(fleet, behind_a_breaker_is_left_alone)
{
	static const char *const text =
		"scenario: breaker\ntraffic: {poisson: {rate: 20/s}}\n"
		"versions:\n"
		"  stable: {latency: 1ms}\n"
		"  candidate: {like: stable, errors: 100%, breaker: {consecutive: 4, open: 10s}}\n"
		"cases: {it: []}\nrollouts: {all: {instant: {}}}\nhorizon: 100s\n";
	struct world world;
	world_read(&world, text);
	const struct result *row = world_run(&world, 0, 0, 0);
	cr_assert_eq(row->version_failures[0], 0);
	cr_assert_eq(row->version_failures[1], row->version_requests[1]);
	cr_assert(row->version_requests[1] >= 12 && row->version_requests[1] <= 13, "%lld",
		  (long long)row->version_requests[1]);
	cr_assert_eq(row->harmed_requests, row->version_requests[1]);
	cr_assert_eq(row->exposed_requests, row->version_requests[1]);
	world_free(&world);
}
