/* Clients who wait for their answers make a closed network, of which theory knows the throughput
 * and the stay: the machine-repair model. And whatever is served one by one must obey Little. */
#include "sim/journey.h"

#include "tests/world.h"

#include <criterion/criterion.h>
#include <math.h>

enum { TRIALS = 24 };

struct sample {
	double value[TRIALS];
};

/* `slack` is the share by which histograms may be off. */
static void expect_mean(const struct sample *sample, double truth, double slack, const char *what)
{
	double sum = 0, squares = 0;
	for (int t = 0; t < TRIALS; t++)
		sum += sample->value[t];
	double mean = sum / TRIALS;
	for (int t = 0; t < TRIALS; t++)
		squares += (sample->value[t] - mean) * (sample->value[t] - mean);
	double error = sqrt(squares / (TRIALS - 1) / TRIALS);
	cr_assert_lt(error, 0.05 * truth, "%s is too uncertain: %g +- %g", what, mean, error);
	cr_assert_float_eq(mean, truth, 4.5 * error + slack * truth,
			   "%s should be %g and is %g +- %g", what, truth, mean, error);
}

struct measured {
	struct sample rate, stay, present, spread; /* spread: variance of the number present */
};

/* The number present is sampled at instants that nothing else knows of. */
static void measure_trial(struct world *world, int t, struct measured *m)
{
	struct requests *r = &world->trial->requests;
	const struct plan *plan = world->scenario.plans;
	sim_time every = plan->horizon / 20000, warm = plan->horizon / 10;
	double sum = 0, squares = 0, count = 0;
	trial_begin(world->trial, plan, 0, 0, (uint64_t)t, NULL);
	for (sim_time at = every; at < plan->horizon; at += every) {
		requests_run(r, at);
		if (at < warm)
			continue;
		double present = (double)r->journeys.side[SIDE_REAL].present;
		sum += present;
		squares += present * present;
		count++;
	}
	uint64_t flags[FLAGS] = {0}, bucket[HISTOGRAM_BUCKETS] = {0}, total = 0;
	telemetry_sum(&r->telemetry, STABLE, flags, bucket);
	for (int f = 0; f < FLAGS; f++)
		total += flags[f];
	m->rate.value[t] = (double)total / ((double)plan->horizon / SIM_SECOND);
	m->stay.value[t] = histogram_mean(bucket, total) / SIM_SECOND;
	m->present.value[t] = sum / count;
	m->spread.value[t] = squares / count - sum * sum / count / count;
}

/* Every plan is followed here, whether it needs it or not. */
static void measure(const char *text, struct measured *m)
{
	struct world world;
	struct trial_size size = {.strategy_state = 0};
	world_read(&world, text);
	world.scenario.plans[0].coupled = true;
	trial_measure(&size, world.scenario.plans);
	trial_allocate(world.trial, &world.arena, &size);
	for (int t = 0; t < TRIALS; t++)
		measure_trial(&world, t, m);
	world_free(&world);
}

#define SCENARIO                                                                                   \
	"scenario: theory\ntraffic: {%s, timeout: 1h}\n"                                           \
	"versions: {stable: {latency: {%s}%s}, candidate: {like: stable}}\n"                       \
	"telemetry: {scrape: 1d}\ncases: {calm: []}\n"                                             \
	"rollouts: {late: {instant: {}, start: 399s}}\nhorizon: 400s\nseed: 21\n"

/* ---- machine repair */

struct repair {
	double rate, stay;
};

/* The chain of how many of N are present, when each of the others comes after a think time Z and
 * the servers do 1/S each (Kleinrock 1975, section 3.8). */
static struct repair solve_repair(int clients, int servers, double think, double service)
{
	double weight = 1, sum = 1, busy = 0, present = 0;
	for (int n = 1; n <= clients; n++) {
		int working = n < servers ? n : servers;
		weight *= (clients - n + 1) / think * service / working;
		sum += weight;
		busy += weight * working;
		present += weight * n;
	}
	double rate = busy / sum / service;
	return (struct repair){rate, present / sum / rate};
}

/* Mean value analysis (Reiser and Lavenberg 1980), which never speaks of probabilities. */
Test(closed, the_formulas_of_machine_repair_agree)
{
	double queue = 0, rate = 0, stay = 0;
	for (int n = 1; n <= 12; n++) {
		stay = 0.1 * (1 + queue);
		rate = n / (1 + stay);
		queue = rate * stay;
	}
	struct repair chain = solve_repair(12, 1, 1, 0.1);
	cr_assert_float_eq(chain.rate, rate, 1e-12);
	cr_assert_float_eq(chain.stay, stay, 1e-12);
}

static void expect_repair(int clients, int slots, const char *think)
{
	char text[1024], traffic[256], pool[64];
	struct measured m;
	struct repair truth = solve_repair(clients, slots, 1, 0.1);
	snprintf(traffic, sizeof traffic, "closed: {clients: %d, think: {%s}}", clients, think);
	snprintf(pool, sizeof pool, ", pool: {slots: %d}", slots);
	snprintf(text, sizeof text, SCENARIO, traffic, "exponential: {mean: 100ms}", pool);
	measure(text, &m);
	expect_mean(&m.rate, truth.rate, 0.002, "the throughput");
	expect_mean(&m.stay, truth.stay, 0.005, "the stay");
	/* Little 1961: the number present is the throughput times the stay. */
	expect_mean(&m.present, truth.rate * truth.stay, 0, "the number present");
}

Test(closed, one_server_repairs_as_theory_says)
{
	expect_repair(5, 1, "exponential: {mean: 1s}");
	expect_repair(12, 1, "exponential: {mean: 1s}");
}

Test(closed, three_servers_repair_as_theory_says)
{
	expect_repair(36, 3, "exponential: {mean: 1s}");
}

/* How thinking is distributed does not matter, only how long it takes (Baskett, Chandy, Muntz and
 * Palacios 1975). */
Test(closed, only_the_mean_of_thinking_matters)
{
	expect_repair(12, 1, "constant: {time: 1s}");
	expect_repair(12, 1, "uniform: {from: 0s, to: 2s}");
}

/* ---- open queues, followed one by one */

/* M/G/infinity: the number present is Poisson, its variance its mean, whatever the law. */
Test(closed, without_servers_to_wait_for_the_number_present_is_poisson)
{
	static const char *const laws[] = {"exponential: {mean: 200ms}", "constant: {time: 200ms}",
					   "uniform: {from: 0s, to: 400ms}"};
	for (int l = 0; l < 3; l++) {
		char text[1024];
		struct measured m;
		snprintf(text, sizeof text, SCENARIO, "poisson: {rate: 50/s}", laws[l], "");
		measure(text, &m);
		expect_mean(&m.present, 10, 0, "the number present");
		expect_mean(&m.spread, 10, 0, "its variance");
	}
}

/* The chain of M/M/c/K: mean number present and share refused. */
static void solve_mmck(int servers, int places, double load, double *present, double *refused)
{
	double weight = 1, sum = 1, count = 0;
	for (int n = 1; n <= places; n++) {
		weight *= load / (n < servers ? n : servers);
		sum += weight;
		count += n * weight;
	}
	*present = count / sum;
	*refused = weight / sum;
}

/* Erlang's loss formula for 3 Erlangs on 5 servers is 0.1101 in every table of it. */
Test(closed, the_chain_gives_the_tables_of_erlang)
{
	double present, refused;
	solve_mmck(5, 5, 3, &present, &refused);
	cr_assert_float_eq(refused, 0.1101, 0.00005);
}

Test(closed, bounded_queues_hold_as_many_as_mmck)
{
	static const struct {
		int servers, places;
		double load;
	} queues[] = {{5, 5, 3}, {3, 7, 2.4}, {2, 12, 2.2}};
	for (int q = 0; q < 3; q++) {
		char text[1024], traffic[64], pool[64];
		double present, refused;
		struct measured m;
		solve_mmck(queues[q].servers, queues[q].places, queues[q].load, &present, &refused);
		snprintf(traffic, sizeof traffic, "poisson: {rate: %g/s}", queues[q].load * 20);
		snprintf(pool, sizeof pool, ", pool: {slots: %d, queue: %d}", queues[q].servers,
			 queues[q].places - queues[q].servers);
		snprintf(text, sizeof text, SCENARIO, traffic, "exponential: {mean: 50ms}", pool);
		measure(text, &m);
		expect_mean(&m.present, present, 0, "the number present");
		/* Little again, over all who came: refused ones stay for no time. */
		expect_mean(&m.stay, present / (queues[q].load * 20), 0.005, "the stay");
	}
}

/* M/G/1 by Pollaczek and Khinchine: wait = load/(1 - load) (1 + cv^2)/2 services. */
Test(closed, one_server_waits_as_pollaczek_and_khinchine_say)
{
	static const struct {
		const char *law;
		double cv2;
	} laws[] = {{"constant: {time: 50ms}", 0},
		    {"uniform: {from: 0s, to: 100ms}", 1.0 / 3},
		    {"exponential: {mean: 50ms}", 1},
		    {"mixture: {parts: [{share: 20%, exponential: {mean: 125ms}}, {share: 80%, "
		     "exponential: "
		     "{mean: 31250us}}]}",
		     /* E[S^2] = 2 (0.2 x 2.5^2 + 0.8 x 0.625^2) in squares of the mean */
		     2 * (0.2 * 6.25 + 0.8 * 0.390625) - 1}};
	const double load = 0.6;
	for (int l = 0; l < 4; l++) {
		char text[1024];
		struct measured m;
		double wait = load / (1 - load) * (1 + laws[l].cv2) / 2;
		snprintf(text, sizeof text, SCENARIO, "poisson: {rate: 12/s}", laws[l].law,
			 ", pool: {}");
		measure(text, &m);
		expect_mean(&m.stay, 0.05 * (1 + wait), 0.005, laws[l].law);
		expect_mean(&m.present, load * (1 + wait), 0, laws[l].law);
	}
}

/* ---- what closed traffic is for */

static const char *const canary =
	"scenario: closed\n"
	"traffic: {closed: {clients: 200, think: {exponential: {mean: 500ms}}}}\n"
	"versions: {stable: {latency: {exponential: {mean: 50ms}}, errors: 3%}, candidate: {like: "
	"stable}}\n"
	"slo: {latency: 400ms}\n"
	"cases: {healthy: [], slow: [{step: {latency: x20}}], bad: [{step: {errors: +20%}}]}\n"
	"rollouts: {half: {canary: {steps: [50% for 1h]}, sticky: yes}}\nhorizon: 5m\n";

Test(closed, a_slow_candidate_is_asked_less)
{
	struct world world;
	world_read(&world, canary);
	struct result healthy = *world_run(&world, 0, 0, 0);
	struct result slow = *world_run(&world, 0, 1, 0);
	/* Users keep their version: half of them go round in 1.5 s instead of 0.55 s. */
	double half = (double)healthy.version_requests[0];
	cr_assert_float_eq((double)slow.version_requests[0], half, 0.001 * half);
	cr_assert_float_eq((double)slow.version_requests[1] / (double)healthy.version_requests[1],
			   0.55 / 1.5, 0.01);
	world_free(&world);
}

/* Clients want the same the n-th time in both worlds, so that nobody is harmed for nothing. */
Test(closed, an_equal_candidate_harms_nobody)
{
	struct world world;
	world_read(&world, canary);
	struct result row = *world_run(&world, 0, 0, 0);
	cr_assert_gt(row.exposed_requests, 10000);
	cr_assert_eq(row.harmed_requests, 0);
	cr_assert_eq(row.harmed_users, 0);
	struct result bad = *world_run(&world, 0, 2, 0);
	cr_assert_eq(bad.requests, row.requests, "errors take no longer");
	double chance = 0.2 * (1 - exp(-8)); /* of those who would have been served well */
	double n = (double)bad.exposed_requests;
	cr_assert_float_eq((double)bad.harmed_requests / n, chance, 5 * sqrt(chance / n));
	cr_assert(bad.harmed_users > 80 && bad.harmed_users < 120);
	world_free(&world);
}
