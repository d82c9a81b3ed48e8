/* Queues of requests must behave as queueing theory says, whichever path through the code serves
 * them. Expected values are exact results, printed by programs other than this one: Erlang's
 * formulas and the M/M/1/K chain (Kleinrock 1975), M/D/1 by Pollaczek and Khinchine and its
 * distribution by Erlang 1909. The mean service is the unit of time. */
#include "tests/walk.h"

#include <criterion/criterion.h>
#include <math.h>

enum { TRIALS = 32, REQUESTS = 20000, UNIT_NS = 10000000 };

struct queue {
	const char *law;
	int servers, queue; /* queue -1: any number may wait */
	double load;	    /* offered to each server */
};

static void read_queue(struct world *world, const struct queue *q)
{
	char text[1024], bound[32] = "";
	double rate = q->load * q->servers * 100;
	if (q->queue >= 0)
		snprintf(bound, sizeof bound, ", queue: %d", q->queue);
	snprintf(text, sizeof text,
		 "scenario: queue\n"
		 "traffic: {poisson: {rate: %.9g/s}, timeout: 1h}\n"
		 "versions:\n"
		 "  stable: {latency: {%s}, pool: {slots: %d%s}}\n"
		 "  candidate: {like: stable}\n"
		 "telemetry: {scrape: 1d}\n"
		 "cases: {healthy: [], both: [{step: {on: both, latency: x1.1, errors: +1%%}}]}\n"
		 "rollouts: {all: {instant: {}}}\n"
		 "horizon: %.0fs\n"
		 "seed: 11\n",
		 rate, q->law, q->servers, bound, ceil(REQUESTS / rate));
	world_read(world, text);
}

/* One value a trial, and what they say together. */
struct sample {
	double value[TRIALS];
};

static void expect_mean(const struct sample *sample, double truth, double precision,
			const char *what)
{
	double sum = 0, squares = 0;
	for (int t = 0; t < TRIALS; t++)
		sum += sample->value[t];
	double mean = sum / TRIALS;
	for (int t = 0; t < TRIALS; t++)
		squares += (sample->value[t] - mean) * (sample->value[t] - mean);
	double error = sqrt(squares / (TRIALS - 1) / TRIALS);
	cr_assert_lt(error, precision * truth, "%s is too uncertain to be tested: %g +- %g", what,
		     mean, error);
	cr_assert_float_eq(mean, truth, 4.5 * error, "%s should be %g and is %g +- %g", what, truth,
			   mean, error);
}

struct measured {
	struct sample wait, waited, below, number, refused;
};

/* Warmed up for a tenth of the trial, for which queues that start empty are too short. */
static void measure_trial(struct world *world, double level, int trial, struct measured *m)
{
	struct walk walk;
	double horizon = (double)world->scenario.plans[0].horizon, warm = horizon / 10;
	double served = 0, wait_sum = 0, waited = 0, below = 0, refused = 0, present = 0;
	walk_begin(&walk, world, 0, 0, (uint64_t)trial, 0);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++) {
			double at = (double)walk.at[i], stayed = walk.stayed_ns[i];
			double from = fmax(at, warm), until = fmin(at + stayed, horizon);
			present += until > from ? until - from : 0;
			if (at < warm)
				continue;
			if (walk.flags[i] & FLAG_ERROR) {
				refused++;
				continue;
			}
			double wait = (stayed - floor(walk.law_ns[i])) / UNIT_NS;
			served++;
			wait_sum += wait;
			waited += wait > 1e-9;
			below += wait <= level;
		}
	m->wait.value[trial] = wait_sum / served;
	m->waited.value[trial] = waited / served;
	m->below.value[trial] = below / served;
	m->refused.value[trial] = refused / (refused + served);
	m->number.value[trial] = present / (horizon - warm);
}

static void measure(const struct queue *q, double level, struct measured *m)
{
	struct world world;
	read_queue(&world, q);
	for (int t = 0; t < TRIALS; t++)
		measure_trial(&world, level, t, m);
	world_free(&world);
}

static const char *const exponential = "exponential: {mean: 10ms}";
static const char *const constant = "constant: {time: 10ms}";

/* Servers, load, Erlang C, mean wait, mean number in the system, 95th percentile of the wait. */
static const struct {
	int servers;
	double load, erlang_c, wait, number, wait_p95;
} mmc[] = {
	{1, 0.3, 0.3, 0.42857142857142855, 0.42857142857142855, 2.559656384611507},
	{1, 0.7, 0.7, 2.3333333333333335, 2.3333333333333335, 8.796857765384196},
	{2, 0.7, 0.5764705882352941, 0.9607843137254902, 2.7450980392156863, 4.074835525290502},
	{8, 0.7, 0.27060293223000226, 0.11275122176250094, 6.2314068418700055, 0.7035956442837011},
	{8, 0.9, 0.7015329901462569, 0.8769162376828212, 13.513796911316312, 3.30155615126832},
};

static void expect_mmc(int row)
{
	struct measured m;
	const struct queue q = {exponential, mmc[row].servers, -1, mmc[row].load};
	measure(&q, mmc[row].wait_p95, &m);
	expect_mean(&m.wait, mmc[row].wait, 0.06, "the mean wait");
	expect_mean(&m.waited, mmc[row].erlang_c, 0.02, "the share that waits");
	expect_mean(&m.below, 0.95, 0.02, "the share below the 95th percentile");
	/* Little 1961: the number present is the rate times the stay; both sides are measured. */
	expect_mean(&m.number, mmc[row].number, 0.03, "the number present");
}

Test(queues, one_server_waits_as_mm1)
{
	expect_mmc(0);
	expect_mmc(1);
}

Test(queues, two_servers_wait_as_erlang_says)
{
	expect_mmc(2);
}

Test(queues, eight_servers_wait_as_erlang_says)
{
	expect_mmc(3);
	expect_mmc(4);
}

/* Load, mean wait, a level, the share that waits less than it. */
static const struct {
	double load, wait, level, below;
} md1[] = {
	{0.5, 0.5, 1.5, 0.8979968312203697},
	{0.7, 0.7 / (2 * 0.3), 0.5, 0.4257202645779772},
	{0.7, 0.7 / (2 * 0.3), 3, 0.8946778116946117},
};

Test(queues, constant_service_waits_as_md1)
{
	for (int i = 0; i < 3; i++) {
		struct measured m;
		const struct queue q = {constant, 1, -1, md1[i].load};
		measure(&q, md1[i].level, &m);
		expect_mean(&m.wait, md1[i].wait, 0.03, "the mean wait");
		expect_mean(&m.below, md1[i].below, 0.02, "the share below the level");
	}
}

/* A lognormal service of sigma 1 has a squared coefficient of variation of e - 1 (Pollaczek 1930);
 * its median is exp(-1/2) of its mean. */
Test(queues, lognormal_service_waits_as_mg1)
{
	struct measured m;
	const struct queue q = {"lognormal: {mean: 10ms, p50: 6065307ns}", 1, -1, 0.5};
	measure(&q, 0, &m);
	expect_mean(&m.wait, 1.3591409142295225, 0.04, "the mean wait");
	expect_mean(&m.waited, 0.5, 0.02, "the share that waits");
}

/* Places in the system, load, share refused, mean number in the system. */
static const struct {
	int places;
	double load, refused, number;
} mm1k[] = {
	{1, 0.9, 0.47368421052631576, 0.47368421052631576},
	{2, 1, 0.3333333333333333, 1},
	{5, 1.2, 0.2505881215558635, 3.021172376011086},
	{10, 2, 0.5002442598925256, 9.005373717635564},
};

Test(queues, a_bounded_queue_refuses_as_mm1k)
{
	for (int i = 0; i < 4; i++) {
		struct measured m;
		const struct queue q = {exponential, 1, mm1k[i].places - 1, mm1k[i].load};
		measure(&q, 0, &m);
		expect_mean(&m.refused, mm1k[i].refused, 0.02, "the share refused");
		expect_mean(&m.number, mm1k[i].number, 0.02, "the number present");
	}
}

/* ---- one law, several paths through the code */

static void read_pair(struct world *world, const char *timeout, const char *law, const char *third)
{
	char text[1024];
	snprintf(text, sizeof text,
		 "scenario: pair\n"
		 "traffic: {poisson: {rate: 90/s}, timeout: %s}\n"
		 "versions:\n"
		 "  stable: {latency: {%s}, errors: 2%%, pool: {slots: 1}}\n"
		 "  candidate: {like: stable}\n"
		 "%s"
		 "slo: {latency: 60ms}\n"
		 "telemetry: {scrape: 1d}\n"
		 "cases: {slow: [{step: {latency: x1.6, errors: +3%%}}], "
		 "long: [{step: {on: both, latency: x1000000000000}}]}\n"
		 "rollouts: {all: {instant: {}}}\n"
		 "horizon: 200s\n",
		 timeout, law, third);
	world_read(world, text);
}

static const char *const third_version = "  other: {like: stable}\n";

/* With a third version nothing is a pair, and every request is queued the general way. */
static void expect_same_fates(const char *timeout, double share)
{
	struct world pair, general;
	struct walk a, b;
	int given_up = 0;
	read_pair(&pair, timeout, exponential, "");
	read_pair(&general, timeout, exponential, third_version);
	walk_begin(&a, &pair, 0, 0, 4, share);
	walk_begin(&b, &general, 0, 0, 4, share);
	while (walk_on(&a)) {
		cr_assert(walk_on(&b));
		for (int i = 0; i < a.count; i++) {
			cr_assert_eq(a.at[i], b.at[i]);
			cr_assert_eq(a.key[i], b.key[i]);
			cr_assert_eq(a.flags[i], b.flags[i]);
			cr_assert_eq(a.stayed_ns[i], b.stayed_ns[i]);
			given_up += a.flags[i] & FLAG_TIMEOUT ? 1 : 0;
		}
	}
	cr_assert(given_up || strcmp(timeout, "1h") == 0);
	world_free(&pair);
	world_free(&general);
}

Test(queues, two_of_one_server_are_served_as_any_others_are)
{
	const double shares[] = {0, 0.05, 0.5, 1};
	for (int i = 0; i < 4; i++) {
		expect_same_fates("1h", shares[i]);
		expect_same_fates("150ms", shares[i]);
	}
}

/* Taking requests away never lets any other wait longer, if nobody is refused and nobody leaves
 * (Kiefer and Wolfowitz 1955): a candidate that is stable's equal cannot harm. */
static void expect_no_harm(struct world *world, int case_index, double share)
{
	struct walk walk;
	int64_t bad = 0;
	walk_begin(&walk, world, 0, case_index, 1, share);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++) {
			cr_assert_eq(walk.flags[i] & FLAG_HARMED, 0);
			bad += walk.flags[i] & FLAG_BAD ? 1 : 0;
		}
	cr_assert_gt(bad, 0);
}

Test(queues, an_equal_candidate_harms_nobody)
{
	const double shares[] = {0.05, 0.5, 0.9, 1};
	for (int slots = 1; slots <= 4; slots += 3) {
		const struct queue q = {exponential, slots, -1, 0.9};
		struct world world;
		read_queue(&world, &q);
		for (int i = 0; i < 4; i++) {
			expect_no_harm(&world, 0, shares[i]);
			expect_no_harm(&world, 1, shares[i]);
		}
		world_free(&world);
	}
}

/* The twin is stable serving everybody: where stable does, they agree, whatever goes wrong. */
Test(queues, stable_alone_harms_nobody)
{
	struct world world;
	struct walk walk;
	read_pair(&world, "100ms", exponential, "");
	walk_begin(&walk, &world, 0, 0, 1, 0);
	int64_t bad = 0;
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++) {
			bad += walk.flags[i] & FLAG_BAD ? 1 : 0;
			cr_assert_eq(walk.flags[i] & FLAG_HARMED, 0);
		}
	cr_assert_gt(bad, 100);
	world_free(&world);
}

/* A service may be longer than any clock can count; clients leave all the same. */
Test(queues, services_without_end_are_left_by_patient_clients)
{
	static const char *const laws[] = {"lognormal: {p50: 1s, p90: 1h}", "constant: {time: 1h}"};
	const char *const thirds[] = {"", third_version};
	for (int l = 0; l < 2; l++)
		for (int v = 0; v < 2; v++) {
			struct world world;
			struct walk walk;
			read_pair(&world, "10s", laws[l], thirds[v]);
			walk_begin(&walk, &world, 0, 1, 1, 0.5);
			while (walk_on(&walk))
				for (int i = 0; i < walk.count; i++)
					cr_assert(walk.stayed_ns[i] == 10e9 &&
						  walk.flags[i] & FLAG_TIMEOUT);
			world_free(&world);
		}
}
