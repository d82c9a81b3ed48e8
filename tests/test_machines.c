/* How busy machines are must be what queueing theory says, whichever path through the code serves
 * the requests, and to the nanosecond where nothing is random; what they cost, what the prices say.
 */
#include "tests/world.h"

#include "sim/param.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

enum { TRIALS = 32, CANDIDATE = 1 };

/* Plain pools know when a request is done as it comes; this one is served event by event. */
#define BY_EVENTS ", shed_in_flight: 1000000"

/* YAML in flow style. The check never fails, so that the trial runs to its end. */
struct site {
	const char *traffic, *latency, *pool;
	const char *faults; /* on everybody */
	const char *horizon;
};

static void read_site(struct world *world, const struct site *site)
{
	char text[2048];
	int length =
		snprintf(text, sizeof text,
			 "scenario: machines\n"
			 "traffic: {%s}\n"
			 "versions:\n"
			 "  stable: {latency: {%s}, pool: {%s}}\n"
			 "  candidate: {like: stable}\n"
			 "telemetry: {scrape: 1s}\n"
			 "cases: {it: [%s]}\n"
			 "rollouts: {r: {instant: {}, checks: [{metric: saturation, threshold: "
			 "{max: 1000%%}, window: 1h, watch: always}]}}\n"
			 "horizon: %s\n"
			 "seed: 5\n",
			 site->traffic, site->latency, site->pool, site->faults, site->horizon);
	cr_assert_lt(length, (int)sizeof text);
	world_read(world, text);
}

/* ---- what dashboards say */

static struct reading read_kind(const struct world *world, enum metric_kind kind, sim_time window)
{
	const struct trial *trial = world->trial;
	const struct metric metric = {.kind = kind};
	const struct lookback lookback = {window, MARK_START};
	struct counts counts;
	return telemetry_read(&trial->requests.telemetry, trial->queue.now, CANDIDATE, 1, &metric,
			      &lookback, &counts);
}

static double saturation(const struct world *world, sim_time window)
{
	return read_kind(world, METRIC_SATURATION, window).value;
}

static void begin(struct world *world, uint64_t number)
{
	trial_begin(world->trial, &world->scenario.plans[0], 0, 0, number, NULL);
}

/* Everything up to and including `now` happens. */
static void run_to(struct world *world, sim_time now)
{
	while (world->trial->queue.heap[0].at <= now)
		cr_assert(trial_step(world->trial));
}

/* The mean over trials of what the last `window` before `now` says. */
static void expect_saturation(const struct site *site, sim_time now, sim_time window, double truth)
{
	struct world world;
	double sum = 0, squares = 0;
	read_site(&world, site);
	for (int t = 0; t < TRIALS; t++) {
		begin(&world, (uint64_t)t);
		run_to(&world, now);
		double value = saturation(&world, window);
		sum += value;
		squares += value * value;
	}
	double mean = sum / TRIALS;
	double error = sqrt((squares / TRIALS - mean * mean) / (TRIALS - 1));
	cr_assert_lt(error, 0.02 * truth);
	cr_assert_float_eq(mean, truth, 4 * error, "%s, {%s}: should be %g and is %g +- %g",
			   site->traffic, site->pool, truth, mean, error);
	world_free(&world);
}

static const sim_time minute = 60 * SIM_SECOND;

/* Servers of 100 ms, so many requests a second. */
static void expect_mmc(int servers, double rate, const char *how)
{
	char traffic[80], pool[80];
	snprintf(traffic, sizeof traffic, "poisson: {rate: %g/s}, timeout: 1h", rate);
	snprintf(pool, sizeof pool, "slots: %d%s", servers, how);
	expect_saturation(&(struct site){traffic, "exponential: {mean: 100ms}", pool, "", "21m"},
			  20 * minute, 15 * minute, rate * 0.1 / servers);
}

/* rho = lambda / (c mu) (Kleinrock 1975, 3.5). */
Test(machines, are_as_busy_as_erlang_says)
{
	expect_mmc(1, 3, "");
	expect_mmc(2, 14, "");
	expect_mmc(8, 64, "");
	expect_mmc(1, 3, BY_EVENTS);
	expect_mmc(8, 64, BY_EVENTS);
}

/* What is lost of an M/M/1/1 queue by Erlang's formula B: busy for rho / (1 + rho) of the time. */
Test(machines, are_less_busy_where_a_queue_is_bounded)
{
	const struct site site = {"poisson: {rate: 10/s}", "exponential: {mean: 100ms}", "queue: 0",
				  "", "21m"};
	expect_saturation(&site, 20 * minute, 15 * minute, 0.5);
}

Test(machines, are_twice_as_busy_where_half_of_them_are_lost)
{
	struct site site = {"poisson: {rate: 24/s}", "exponential: {mean: 100ms}", "slots: 8",
			    "capacity_loss: {on: both, at: 10m, instances: 50%}", "21m"};
	expect_saturation(&site, 10 * minute, 5 * minute, 0.3);
	expect_saturation(&site, 20 * minute, 8 * minute, 0.6);
}

/* Each of them is up for 5 of 6 minutes, and only then is it there. */
Test(machines, that_have_crashed_are_not_there)
{
	const struct site site = {"poisson: {rate: 40/s}, timeout: 1h", "exponential: {mean: 10ms}",
				  "replicas: 4, slots: 4, crashes: {every: 5m, restart: 1m}", "",
				  "6h"};
	struct world world;
	read_site(&world, &site);
	begin(&world, 1);
	run_to(&world, 350 * minute);
	const struct usage *used = &world.trial->requests.telemetry.meters.used[CANDIDATE];
	double there = used->slot_ns / (350.0 * (double)minute * 16);
	cr_assert_float_eq(there, 5 / 6.0, 0.03, "%g", there);
	cr_assert_float_eq(used->busy_ns / (350.0 * (double)minute), 0.4, 0.01);
	world_free(&world);
}

/* ---- to the nanosecond */

/* Of a service of 6 s every 10 s, the first at `phase`, the part before `now`. */
static double naive_busy(sim_time phase, sim_time now)
{
	sim_time busy = 0;
	for (sim_time at = phase; at < now; at += 10 * SIM_SECOND)
		busy += now - at < 6 * SIM_SECOND ? now - at : 6 * SIM_SECOND;
	return (double)busy;
}

/* One server, looked at every second: services are cut wherever a scrape comes by. */
static void expect_clockwork(const char *timeout, const char *how)
{
	struct world world;
	char traffic[80], pool[80];
	snprintf(traffic, sizeof traffic, "uniform: {rate: 0.1/s}, timeout: %s", timeout);
	snprintf(pool, sizeof pool, "slots: 1%s", how);
	read_site(&world, &(struct site){traffic, "constant: {time: 6s}", pool, "", "10m"});
	begin(&world, 3);
	run_to(&world, 30 * SIM_SECOND);
	sim_time phase = world.trial->requests.batch.at[0];
	cr_assert_lt(phase, 10 * SIM_SECOND);
	for (sim_time now = 31 * SIM_SECOND; now < 599 * SIM_SECOND; now += SIM_SECOND) {
		run_to(&world, now);
		double found = saturation(&world, 60 * minute) * (double)now;
		cr_assert_float_eq(found, naive_busy(phase, now), 100,
				   "%s%s at %g s: %.0f, not %.0f", timeout, how,
				   (double)now / SIM_SECOND, found, naive_busy(phase, now));
	}
	world_free(&world);
}

/* Also of those who have left: servers don't know. */
Test(machines, are_busy_to_the_nanosecond_with_what_is_not_done_yet)
{
	expect_clockwork("1h", "");
	expect_clockwork("1h", BY_EVENTS);
	expect_clockwork("1s", "");
	expect_clockwork("1s", BY_EVENTS);
}

/* Whatever is done to them: slots that take nobody any more are there until they are free. */
Test(machines, are_never_busier_than_they_are_many)
{
	struct world world;
	read_site(&world,
		  &(struct site){
			  "poisson: {rate: 30/s}, timeout: 2s, retries: {attempts: 3, "
			  "timeout: 500ms}",
			  "exponential: {mean: 300ms}",
			  "replicas: 4, slots: 4, crashes: {every: 2m}, autoscale: {min: 2, max: "
			  "10, calm: 30s}",
			  "capacity_loss: {on: both, at: 5m, duration: 1m, every: 5m, instances: "
			  "60%}",
			  "60m"});
	begin(&world, 2);
	double most = 0, least = 1;
	for (sim_time now = 2 * SIM_SECOND; now < 60 * minute; now += SIM_SECOND) {
		run_to(&world, now);
		double value = saturation(&world, SIM_SECOND);
		most = fmax(most, value);
		least = fmin(least, value);
	}
	cr_assert_leq(most, 1 + 1e-12);
	cr_assert_gt(most, 0.99);
	cr_assert_geq(least, 0);
	cr_assert_lt(least, 0.9);
	world_free(&world);
}

/* ---- what checks make of it */

/* The candidate needs twice stable's replicas for the same, half as many slots in each. */
static enum outcome judge(const char *check)
{
	char text[1024];
	struct world world;
	snprintf(text, sizeof text,
		 "scenario: judged\n"
		 "traffic: {poisson: {rate: 160/s}}\n"
		 "versions:\n"
		 "  stable: {latency: {exponential: {mean: 50ms}}, pool: {replicas: 5, slots: 4}, "
		 "cost: {replica_hour: 1}}\n"
		 "  candidate: {like: stable, %s}\n"
		 "cases: {healthy: []}\n"
		 "rollouts: {r: {canary: {steps: [50%% for 30m]}, checks: [{window: 10m, %s}]}}\n"
		 "horizon: 40m\n",
		 strstr(check, "cost") ? "pool: {replicas: 10}" : "pool: {slots: 2}", check);
	world_read(&world, text);
	enum outcome outcome = (enum outcome)world_run(&world, 0, 0, 1)->outcome;
	world_free(&world);
	return outcome;
}

/* 40 % and 20 % busy. */
Test(machines, that_are_busier_than_stables_fail_checks_of_them)
{
	cr_assert_eq(judge("metric: saturation, threshold: {max: 44%}"), OUTCOME_PROMOTED);
	cr_assert_eq(judge("metric: saturation, threshold: {max: 36%}"), OUTCOME_ROLLED_BACK);
	cr_assert_eq(judge("metric: saturation, ratio: {max: 2.2}"), OUTCOME_PROMOTED);
	cr_assert_eq(judge("metric: saturation, ratio: {max: 1.8}"), OUTCOME_ROLLED_BACK);
	cr_assert_eq(judge("metric: saturation, delta: {max: 24%}"), OUTCOME_PROMOTED);
	cr_assert_eq(judge("metric: saturation, delta: {max: 16%}"), OUTCOME_ROLLED_BACK);
}

/* 10 and 5 an hour, for 288000 requests: 3.47e-5 and 1.74e-5 each. */
Test(machines, that_cost_more_than_stables_fail_checks_of_them)
{
	cr_assert_eq(judge("metric: cost, threshold: {max: 0.000038}"), OUTCOME_PROMOTED);
	cr_assert_eq(judge("metric: cost, threshold: {max: 0.000031}"), OUTCOME_ROLLED_BACK);
	cr_assert_eq(judge("metric: cost, ratio: {max: 2.2}"), OUTCOME_PROMOTED);
	cr_assert_eq(judge("metric: cost, ratio: {max: 1.8}"), OUTCOME_ROLLED_BACK);
	cr_assert_eq(judge("metric: cost, delta: {max: 0.000020}"), OUTCOME_PROMOTED);
	cr_assert_eq(judge("metric: cost, delta: {max: 0.000015}"), OUTCOME_ROLLED_BACK);
}

/* ---- what they cost */

/* Ten requests a second, at equal distances. */
static void read_prices(struct world *world, const char *version, const char *rollout)
{
	char text[1024];
	snprintf(text, sizeof text,
		 "scenario: prices\n"
		 "traffic: {uniform: {rate: 10/s}}\n"
		 "versions:\n"
		 "  stable: {latency: 80ms, %s}\n"
		 "  candidate: {like: stable}\n"
		 "cases: {it: []}\n"
		 "rollouts: {r: {%s, checks: [{metric: cost, threshold: {max: 1000}, window: 1h, "
		 "watch: always}]}}\n"
		 "horizon: 1800001ms\n",
		 version, rollout);
	world_read(world, text);
}

static void expect_price(const char *version, double truth)
{
	struct world world;
	read_prices(&world, version, "instant: {}");
	begin(&world, 1);
	run_to(&world, 30 * minute);
	struct reading cost = read_kind(&world, METRIC_COST, 10 * minute);
	cr_assert_eq(cost.requests, 6000);
	cr_assert_float_eq(cost.value, truth, 1e-9 * truth, "%s: %g, not %g", version, cost.value,
			   truth);
	world_free(&world);
}

/* An hour is 36000 requests long. */
Test(machines, cost_what_replicas_and_requests_do)
{
	expect_price("cost: {request: 0.5}", 0.5);
	expect_price("pool: {replicas: 3, slots: 4}, cost: {replica_hour: 2}", 6.0 / 36000);
	expect_price("pool: {replicas: 3, slots: 4}, cost: {replica_hour: 2, request: 0.001}",
		     6.0 / 36000 + 0.001);
	expect_price("pool: {replicas: 3, slots: 4" BY_EVENTS
		     "}, cost: {replica_hour: 2, request: 0.001}",
		     6.0 / 36000 + 0.001);
}

/* The window begins five minutes before the rollout does. */
Test(machines, cost_nothing_while_nobody_is_sent_to_them)
{
	struct world world;
	read_prices(&world,
		    "pool: {replicas: 3, slots: 4}, cost: {replica_hour: 2, request: 0.001}",
		    "canary: {steps: [20% for 1h]}, start: 10m");
	begin(&world, 1);
	run_to(&world, 20 * minute);
	struct reading cost = read_kind(&world, METRIC_COST, 15 * minute);
	double money = 6.0 / 6 + 0.001 * cost.requests;
	cr_assert_float_eq(cost.requests, 0.2 * 6000, 200);
	cr_assert_float_eq(cost.value * cost.requests, money, 1e-9 * money);
	world_free(&world);
}

/* The counters of all versions, a millisecond before the end. */
static void expect_bill(const char *pool)
{
	struct world world;
	char version[300];
	snprintf(version, sizeof version, "%s, cost: {replica_hour: 2, request: 0.001}", pool);
	read_prices(&world, version, "canary: {steps: [20% for 5m, 60% for 10m]}, start: 3m");
	const struct result *row = world_run(&world, 0, 0, 4);
	const struct usage *used = world.trial->requests.telemetry.meters.used;
	double metered = used[STABLE].money + used[CANDIDATE].money;
	cr_assert_gt(row->cost, 10);
	cr_assert_float_eq(metered, row->cost, 0.003, "%s: %g, not %g", pool, metered, row->cost);
	world_free(&world);
}

Test(machines, cost_what_is_on_the_bill_of_the_trial)
{
	expect_bill("pool: {replicas: 8}");
	expect_bill("pool: {replicas: 8, autoscale: {min: 2, max: 10, calm: 1m}}");
}
