/* Harm is what a candidate did that stable would not have done to the same request. Where requests
 * are independent, how much of it there must be can be written down; it is, for each kind. */
#include "tests/walk.h"

#include <criterion/criterion.h>
#include <math.h>

enum { TRIALS = 30, SECONDS = 600 };

static const double rate = 100, share = 0.3, errors = 0.01;

struct circumstances {
	const char *traffic, *candidate, *slo, *fault;
};

static void read_harm(struct world *world, const struct circumstances *s, const char *sticky)
{
	char text[2048];
	snprintf(text, sizeof text,
		 "scenario: harm\n"
		 "traffic: {poisson: {rate: 100/s}, timeout: 1s%s}\n"
		 "versions:\n"
		 "  stable: {latency: {lognormal: {p50: 80ms, p99: 400ms}}, errors: 1%%}\n"
		 "  candidate: {%s}\n"
		 "slo: {latency: %s}\n"
		 "telemetry: {scrape: 30s}\n"
		 "cases: {it: [%s]}\n"
		 "rollouts: {r: {canary: {steps: [30%% for 1h]}, sticky: %s}}\n"
		 "horizon: 10m\n"
		 "seed: 5\n",
		 s->traffic, s->candidate, s->slo, s->fault, sticky);
	world_read(world, text);
}

/* The share of stable's answers within a time; the normal distribution by C's own erfc. */
static double within(double ms)
{
	const double z99 = 2.3263478740408408;
	double sigma = log(400.0 / 80.0) / z99;
	return 0.5 * erfc(-log(ms / 80) / sigma / sqrt(2));
}

struct sample {
	double value[TRIALS];
};

static void expect_mean(const struct sample *sample, double truth, const char *what)
{
	double sum = 0, squares = 0;
	for (int t = 0; t < TRIALS; t++)
		sum += sample->value[t];
	double mean = sum / TRIALS;
	for (int t = 0; t < TRIALS; t++)
		squares += (sample->value[t] - mean) * (sample->value[t] - mean);
	double error = sqrt(squares / (TRIALS - 1) / TRIALS);
	cr_assert(error > 0 && error < 0.05 * truth, "%s: %g +- %g", what, mean, error);
	cr_assert_float_eq(mean, truth, 4.5 * error, "%s should be %g and is %g +- %g", what, truth,
			   mean, error);
}

static const char *const plain = "like: stable";

/* `chance` is that of harm to an exposed request. */
static void expect_harm(const struct circumstances *setting, double chance)
{
	struct world world;
	struct sample harmed, exposed;
	read_harm(&world, setting, "no");
	for (int t = 0; t < TRIALS; t++) {
		const struct result *row = world_run(&world, 0, 0, (uint64_t)t);
		harmed.value[t] = (double)row->harmed_requests;
		exposed.value[t] = (double)row->exposed_requests;
		cr_assert_eq(row->harmed_users, row->harmed_requests);
		cr_assert_float_eq(row->harmed_share, harmed.value[t] / (double)row->requests,
				   1e-15);
	}
	expect_mean(&exposed, SECONDS * rate * share, "exposed requests");
	expect_mean(&harmed, SECONDS * rate * share * chance, setting->fault);
	world_free(&world);
}

Test(harm, of_errors_is_their_excess_among_answers_in_time)
{
	const struct circumstances s = {"", plain, "300ms", "step: {errors: +5%}"};
	expect_harm(&s, 0.05 * within(300));
	const struct circumstances factor = {"", plain, "300ms", "step: {errors: x4}"};
	expect_harm(&factor, 0.03 * within(300));
	const struct circumstances all = {"", plain, "300ms", "step: {errors: +100%}"};
	expect_harm(&all, (1 - errors) * within(300));
}

Test(harm, of_latency_is_what_it_moves_across_the_objective)
{
	const struct circumstances factor = {"", plain, "300ms", "step: {latency: x2}"};
	expect_harm(&factor, (1 - errors) * (within(300) - within(150)));
	const struct circumstances more = {"", plain, "300ms", "step: {latency: +50ms}"};
	expect_harm(&more, (1 - errors) * (within(300) - within(250)));
	const struct circumstances most = {"", plain, "300ms", "step: {latency: +300ms}"};
	expect_harm(&most, (1 - errors) * within(300));
}

Test(harm, of_both_together_is_counted_once)
{
	const struct circumstances s = {"", plain, "300ms", "step: {errors: +5%, latency: x2}"};
	expect_harm(&s, (1 - errors) * within(300) - (1 - errors - 0.05) * within(150));
}

Test(harm, of_timeouts_counts_where_the_objective_does_not)
{
	const struct circumstances s = {"", plain, "10s", "step: {latency: x5}"};
	expect_harm(&s, (1 - errors) * (within(1000) - within(200)));
}

Test(harm, of_a_ramp_is_half_of_it)
{
	const struct circumstances s = {"", plain, "300ms", "step: {errors: +10%, ramp: 10m}"};
	expect_harm(&s, 0.05 * within(300));
}

Test(harm, of_a_short_fault_is_short)
{
	const struct circumstances s = {"", plain, "300ms",
					"step: {at: 100s, duration: 2m, errors: +20%}"};
	expect_harm(&s, 0.2 * 0.2 * within(300));
}

/* The same uniform is slow on both versions, so only the share between the two laws is harmed. */
Test(harm, of_another_law_is_the_difference_of_the_two)
{
	const struct circumstances s = {"", "latency: {exponential: {mean: 150ms}}, errors: 1%",
					"300ms", ""};
	expect_harm(&s, (1 - errors) * (within(300) - (1 - exp(-2))));
}

Test(harm, of_worse_errors_in_the_candidate_itself_needs_no_fault)
{
	const struct circumstances s = {"", "like: stable, errors: 3%", "300ms", ""};
	expect_harm(&s, 0.02 * within(300));
}

/* ---- nobody is harmed */

static void expect_no_harm(const struct circumstances *setting)
{
	struct world world;
	read_harm(&world, setting, "yes");
	for (int t = 0; t < 5; t++) {
		const struct result *row = world_run(&world, 0, 0, (uint64_t)t);
		cr_assert_gt(row->exposed_requests, 1000);
		cr_assert_eq(row->harmed_requests, 0, "%s", setting->fault);
		cr_assert_eq(row->harmed_users, 0);
		cr_assert_eq(row->budget_seconds, 0);
		cr_assert(isnan(row->onset_time) && isnan(row->evidence_time));
		cr_assert_eq(row->missed, 0);
	}
	world_free(&world);
}

Test(harm, nobody_is_harmed_where_the_candidate_is_not_worse)
{
	static const char *const traffic[] = {
		"", ", users: {count: 5000}, segments: {premium: 20%, free: 80%}"};
	static const char *const faults[] = {
		"",
		"step: {errors: +0%}",
		"step: {latency: x1, ramp: 5m}",
		"step: {errors: x0.5, latency: x0.5}",
		"step: {on: both, errors: +20%}",
		"step: {on: both, latency: x3}",
		"step: {on: stable, errors: +20%, latency: x2}",
		"{step: {on: both, errors: +5%}}, {step: {on: both, latency: +80ms, ramp: 1m}}",
	};
	for (int t = 0; t < 2; t++)
		for (int f = 0; f < 8; f++) {
			const struct circumstances s = {traffic[t], plain, "300ms", faults[f]};
			expect_no_harm(&s);
		}
}

/* ---- users and segments */

enum { USERS = 2000 };

/* How often user i comes, as a share of all requests. */
static void zipf(double skew, double weight[USERS])
{
	double sum = 0;
	for (int i = 0; i < USERS; i++)
		sum += weight[i] = pow(i + 1, -skew);
	for (int i = 0; i < USERS; i++)
		weight[i] /= sum;
}

/* A user is harmed unless all of a Poisson number of requests went well. */
static double expected_users(double skew, bool sticky, double chance)
{
	double weight[USERS], sum = 0;
	zipf(skew, weight);
	for (int i = 0; i < USERS; i++) {
		double harms = SECONDS * rate * weight[i] * chance;
		sum += sticky ? share * -expm1(-harms) : -expm1(-harms * share);
	}
	return sum;
}

static void expect_users(const char *traffic, double skew, bool sticky)
{
	struct world world;
	struct sample users, requests;
	const struct circumstances s = {traffic, plain, "300ms", "step: {errors: +5%}"};
	double chance = 0.05 * within(300);
	read_harm(&world, &s, sticky ? "yes" : "no");
	for (int t = 0; t < TRIALS; t++) {
		const struct result *row = world_run(&world, 0, 0, (uint64_t)t);
		users.value[t] = (double)row->harmed_users;
		requests.value[t] = (double)row->harmed_requests;
	}
	expect_mean(&users, expected_users(skew, sticky, chance), traffic);
	if (!sticky || skew == 0)
		expect_mean(&requests, SECONDS * rate * share * chance, "harmed requests");
	world_free(&world);
}

Test(harm, of_users_counts_each_once)
{
	expect_users(", users: {count: 2000, skew: 0}", 0, true);
	expect_users(", users: {count: 2000, skew: 0}", 0, false);
	expect_users(", users: {count: 2000, skew: 1.1}", 1.1, true);
	expect_users(", users: {count: 2000, skew: 1.1}", 1.1, false);
}

static void expect_segments(const char *users)
{
	struct world world;
	struct sample harmed, premium;
	char traffic[200];
	snprintf(traffic, sizeof traffic, ", segments: {premium: 20%%, free: 80%%}%s", users);
	const struct circumstances s = {traffic, plain, "300ms",
					"step: {errors: +25%, segment: premium}"};
	read_harm(&world, &s, "no");
	for (int t = 0; t < TRIALS; t++) {
		const struct result *row = world_run(&world, 0, 0, (uint64_t)t);
		harmed.value[t] = (double)row->harmed_requests;
		premium.value[t] = (double)row->segment_exposed[0];
		cr_assert_eq(row->segment_harmed[1], 0);
		cr_assert_eq(row->segment_harmed_users[1], 0);
		cr_assert_eq(row->segment_harmed[0], row->harmed_requests);
		cr_assert_eq(row->segment_harmed_users[0], row->harmed_users);
	}
	expect_mean(&premium, SECONDS * rate * share * 0.2, "exposed premium requests");
	expect_mean(&harmed, SECONDS * rate * share * 0.2 * 0.25 * within(300), traffic);
	world_free(&world);
}

Test(harm, of_a_segment_stays_in_it)
{
	expect_segments("");
	expect_segments(", users: {count: 20000, skew: 0}");
}

/* ---- queues: the twin world, by Lindley's recursion (1952) written out here */

static const char *const lone_server =
	"scenario: lindley\n"
	"traffic: {poisson: {rate: 20/s}, timeout: 1h}\n"
	"versions:\n"
	"  stable: {latency: {exponential: {mean: 35ms}}, pool: {slots: 1}}\n"
	"  candidate: {like: stable}\n"
	"slo: {latency: 200ms}\n"
	"telemetry: {scrape: 1d}\n"
	"cases: {slow: [{step: {latency: x1.3}}]}\n"
	"rollouts: {r: {instant: {}}}\n"
	"horizon: 1000s\n";

Test(harm, in_queues_is_the_difference_to_a_world_without_the_rollout)
{
	struct world world;
	struct walk walk;
	sim_time free_at = 0, twin_free_at = 0;
	int64_t harmed = 0, innocent = 0;
	world_read(&world, lone_server);
	walk_begin(&walk, &world, 0, 0, 1, 1);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++) {
			sim_time at = walk.at[i];
			free_at = (free_at > at ? free_at : at) + (sim_time)(walk.law_ns[i] * 1.3);
			twin_free_at =
				(twin_free_at > at ? twin_free_at : at) + (sim_time)walk.law_ns[i];
			bool bad = free_at - at > 200000000,
			     twin_bad = twin_free_at - at > 200000000;
			cr_assert_eq(!!(walk.flags[i] & FLAG_BAD), bad);
			cr_assert_eq(!!(walk.flags[i] & FLAG_HARMED), bad && !twin_bad);
			harmed += bad && !twin_bad;
			innocent += bad && twin_bad;
		}
	cr_assert_gt(harmed, 1000);
	cr_assert_gt(innocent, 1000);
	world_free(&world);
}
