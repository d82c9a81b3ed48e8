/* Who sends requests: newcomers take the places of others and never give them back, strangers are
 * never the same, and where people are is as busy as its own clock says. */
#include "tests/arrivals.h"

#include <stdlib.h>
#include <string.h>

enum { HOUR = 3600 };

/* ---- newcomers */

Test(people, places_change_hands_at_the_rate_of_newcomers)
{
	enum { PLACES = 50, MOST = 3000, TRIALS = 40 };
	double people[TRIALS];
	struct world world;
	arrivals_read(&world, "poisson: {rate: 5/s}, users: {count: 50, skew: 0, new: 600/h}",
		      "2h");
	for (int t = 0; t < TRIALS; t++) {
		static bool seen[MOST];
		static uint32_t latest[PLACES];
		struct requests *r = arrivals_begin(&world, (uint64_t)t);
		memset(seen, 0, sizeof seen);
		memset(latest, 0, sizeof latest);
		people[t] = 0;
		while (batch_draw(r))
			for (int i = 0; i < r->batch.size; i++) {
				uint32_t person = r->batch.user[i];
				cr_assert_lt(person, (uint32_t)world.trial->requests.ledger.people);
				cr_assert_geq(person, latest[person % PLACES]);
				latest[person % PLACES] = person;
				people[t] += !seen[person];
				seen[person] = true;
			}
	}
	/* Everybody has a place for 300 s, with a request every 10 s; each place sees 25 people, of
	 * whom the first and the last are there for a part of that, and unseen with probability
	 * (1 - exp(-30)) / 30. */
	expect_mean(people, TRIALS, 50 * (25 - 2 / 30.0), 1, "people seen");
	world_free(&world);
}

/* What follows from a person stays: bucket and cohort. */
Test(people, nobody_moves_while_they_are_there)
{
	static uint32_t bucket[20000];
	static uint8_t cohort[20000];
	static int visits[20000];
	struct world world;
	int again = 0;
	arrivals_read(
		&world,
		"poisson: {rate: 20/s}, users: {count: 500, new: 2000/h, anonymous: 25%}, "
		"segments: {a: 30%, b: 70%}, shapes: [{diurnal: {peak: x1.5, trough: x0.5}}], "
		"regions: {eu: 40%, us: {share: 60%, offset: -8h}}",
		"1h");
	struct requests *r = arrivals_begin(&world, 2);
	while (batch_draw(r))
		for (int i = 0; i < r->batch.size; i++) {
			uint32_t person = r->batch.user[i];
			if (person == NOBODY)
				continue;
			if (visits[person]++) {
				cr_assert_eq(bucket[person], r->batch.bucket[i]);
				cr_assert_eq(cohort[person], r->batch.cohort[i]);
				again++;
			}
			bucket[person] = r->batch.bucket[i];
			cohort[person] = r->batch.cohort[i];
		}
	cr_assert_gt(again, 10000);
	world_free(&world);
}

/* ---- strangers */

Test(people, strangers_are_a_share_of_the_requests_routed_one_by_one)
{
	enum { BINS = 64 };
	static uint32_t last[2001];
	double bins[BINS] = {0}, known = 0, unknown = 0, statistic = 0;
	struct world world;
	arrivals_read(&world, "poisson: {rate: 50/s}, users: {count: 2000, anonymous: 20%}", "1h");
	struct requests *r = arrivals_begin(&world, 1);
	while (batch_draw(r))
		for (int i = 0; i < r->batch.size; i++) {
			uint32_t user = r->batch.user[i], bucket = r->batch.bucket[i];
			if (user == NOBODY) {
				unknown++;
				bins[bucket / (UINT32_MAX / BINS + 1)]++;
				continue;
			}
			known++;
			cr_assert(!last[user] || last[user] == bucket);
			last[user] = bucket;
		}
	double total = known + unknown;
	cr_expect_float_eq(unknown / total, 0.2, 4.5 * sqrt(0.16 / total));
	for (int b = 0; b < BINS; b++)
		statistic += pow(bins[b] - unknown / BINS, 2) / (unknown / BINS);
	/* Chi-square of 63 degrees is above 121.5 once in 10,000. */
	cr_expect_lt(statistic, 121.5);
	world_free(&world);
}

static const char *const harmful =
	"scenario: harm\n"
	"traffic: {poisson: {rate: 20/s}, users: {%s}, segments: {a: 30%%, b: 70%%}}\n"
	"versions: {stable: {latency: 1ms}, candidate: {like: stable}}\n"
	"cases: {bad: [{step: {errors: +20%%}}]}\n"
	"rollouts: {half: {canary: {steps: [50%% for 2h]}, sticky: %s}}\n"
	"horizon: 1h\n";

static struct result run_harmful(const char *users, const char *sticky)
{
	struct world world;
	char text[800];
	snprintf(text, sizeof text, harmful, users, sticky);
	world_read(&world, text);
	struct result row = *world_run(&world, 0, 0, 1);
	world_free(&world);
	return row;
}

Test(people, each_harmed_stranger_counts)
{
	struct result all = run_harmful("count: 100, anonymous: 100%", "yes");
	cr_expect_gt(all.harmed_requests, 5000);
	cr_expect_eq(all.harmed_users, all.harmed_requests);
	cr_expect_eq(all.segment_harmed_users[0] + all.segment_harmed_users[1], all.harmed_users);
	/* A few known ones, each harmed soon, and strangers. */
	struct result some = run_harmful("count: 100, skew: 0, anonymous: 50%", "no");
	double strangers = (double)some.harmed_users - 100;
	double requests = (double)some.harmed_requests;
	cr_expect_float_eq(strangers, requests / 2, 4.5 * sqrt(requests / 4));
}

Test(people, newcomers_are_harmed_like_everybody_else)
{
	/* Each has a place for half an hour, 360 requests: whoever has the candidate is harmed. */
	struct result row = run_harmful("count: 100, skew: 0, new: 200/h", "yes");
	/* Half of some 300 people, each with a bucket of their own. */
	cr_expect_float_eq((double)row.harmed_users, 150, 4.5 * sqrt(75) + 3);
	struct result none = run_harmful("count: 100, skew: 0", "yes");
	cr_expect_float_eq((double)none.harmed_users, 50, 4.5 * 5);
}

/* ---- regions with clocks of their own */

static double factor(double seconds)
{
	return 1 + 0.9 * cos(2 * M_PI * seconds / (24 * HOUR));
}

/* Hour by hour, the share of requests that come from each region. */
static void expect_regions(const char *users, double precision)
{
	enum { TRIALS = 60, HOURS = 6, FROM = 3 };
	static const double share[] = {0.2, 0.5, 0.3}, offset[] = {0, 8, -6};
	static double seen[HOURS][3][TRIALS], number[HOURS];
	struct world world;
	char text[600];
	snprintf(text, sizeof text,
		 "poisson: {rate: 1/s}%s, segments: {a: 30%%, b: 70%%}, "
		 "shapes: [{diurnal: {peak: x1.9, trough: x0.1, peak_at: 0s}}, {noise: {sigma: "
		 "0.2}}], regions: {x: 20%%, y: {share: 50%%, offset: 8h}, z: {share: 30%%, "
		 "offset: -6h}}",
		 users);
	arrivals_read(&world, text, "24h");
	for (int t = 0; t < TRIALS; t++) {
		struct requests *r = arrivals_begin(&world, (uint64_t)t);
		memset(number, 0, sizeof number);
		for (int h = 0; h < HOURS; h++)
			for (int k = 0; k < 3; k++)
				seen[h][k][t] = 0;
		while (batch_draw(r))
			for (int i = 0; i < r->batch.size; i++) {
				int h = (int)(r->batch.at[i] / (4 * HOUR * SIM_SECOND));
				number[h]++;
				seen[h][r->batch.cohort[i] % 3][t]++;
			}
		for (int h = 0; h < HOURS; h++)
			for (int k = 0; k < 3; k++)
				seen[h][k][t] /= number[h];
	}
	for (int h = 0; h < HOURS; h++) {
		double busy[3] = {0}, sum = 0;
		for (int m = 0; m < 240; m++)
			for (int k = 0; k < 3; k++) {
				double at = 4 * HOUR * h + 60 * (m + 0.5);
				double part = share[k] * factor(at + offset[k] * HOUR);
				busy[k] += part;
				sum += part;
			}
		for (int k = 0; k < 3; k++)
			expect_mean(seen[h][k], TRIALS, busy[k] / sum, precision, "the region");
	}
	world_free(&world);
}

Test(people, regions_are_as_busy_as_their_clocks_say)
{
	expect_regions("", 0.005);
	expect_regions(", users: {count: 3000, skew: 0.5}", 0.005);
	expect_regions(", users: {count: 3000, skew: 0.5, new: 100/h, anonymous: 40%}", 0.005);
}

/* Given the region, users are as frequent as they are: Zipf's first is twice his second. */
Test(people, offsets_leave_users_their_frequencies)
{
	enum { TRIALS = 100 };
	double first[TRIALS], second[TRIALS], harmonic = 0;
	struct world world;
	for (int i = 1; i <= 1000; i++)
		harmonic += 1.0 / i;
	arrivals_read(&world,
		      "poisson: {rate: 0.1/s}, users: {count: 1000, skew: 1}, "
		      "shapes: [{diurnal: {peak: x1.9, trough: x0.1}}], "
		      "regions: {x: {share: 100%, offset: 3h}}",
		      "24h");
	for (int t = 0; t < TRIALS; t++) {
		struct requests *r = arrivals_begin(&world, (uint64_t)t);
		double count = 0;
		first[t] = second[t] = 0;
		while (batch_draw(r))
			for (int i = 0; i < r->batch.size; i++, count++) {
				first[t] += r->batch.user[i] == 0;
				second[t] += r->batch.user[i] == 1;
			}
		first[t] /= count;
		second[t] /= count;
	}
	expect_mean(first, TRIALS, 1 / harmonic, 0.002, "the first");
	expect_mean(second, TRIALS, 0.5 / harmonic, 0.002, "the second");
	world_free(&world);
}

/* The weights of Zipf's law, all of them, by chi-square. */
Test(people, users_come_as_often_as_zipf_says)
{
	enum { USERS = 200 };
	double number[USERS] = {0}, total = 0, norm = 0, statistic = 0;
	struct world world;
	arrivals_read(&world, "poisson: {rate: 500/s}, users: {count: 200, skew: 1.1}", "1000s");
	struct requests *r = arrivals_begin(&world, 1);
	while (batch_draw(r))
		for (int i = 0; i < r->batch.size; i++, total++)
			number[r->batch.user[i]]++;
	for (int u = 0; u < USERS; u++)
		norm += pow(u + 1, -1.1);
	for (int u = 0; u < USERS; u++) {
		double expected = total * pow(u + 1, -1.1) / norm;
		statistic += (number[u] - expected) * (number[u] - expected) / expected;
	}
	/* Chi-square of 199 degrees is above 281 once in 10,000. */
	cr_expect_lt(statistic, 281);
	world_free(&world);
}

/* ---- common random numbers */

/* Whatever a cell does, the same people come at the same times. */
Test(people, every_cell_sees_the_same_traffic)
{
	static const char *const processes[] = {
		"poisson: {rate: 5/s}", "uniform: {rate: 5/s}", "renewal: {rate: 5/s, cv: 3}",
		"mmpp: {rate: 5/s, burst: x4}",
		"sessions: {rate: 1/s, think: {lognormal: {p50: 2s, p99: 20s}}}"};
	for (int p = 0; p < 5; p++) {
		struct world world;
		char text[1600];
		snprintf(text, sizeof text,
			 "scenario: cells\n"
			 "traffic:\n"
			 "  %s\n"
			 "  shapes: [{diurnal: {peak: x2, trough: x0.5}}, {noise: {sigma: 0.4}}]\n"
			 "  users: {count: 300, new: 100/h, anonymous: 10%%}\n"
			 "  regions: {a: 50%%, b: {share: 50%%, offset: 6h}}\n"
			 "versions: {stable: {latency: 80ms, errors: 1%%}, candidate: {like: "
			 "stable}}\n"
			 "cases: {healthy: [], bad: [{step: {errors: +20%%, latency: x3}}]}\n"
			 "rollouts:\n"
			 "  all: {instant: {}}\n"
			 "  canary: {canary: {steps: [10%% for 10m, 50%% for 10m]}, checks: "
			 "[{metric: error_rate, threshold: {max: 5%%}}]}\n"
			 "  shadow: {blue_green: {preview: 10m, mirror: 30%%, soak: 2m}, sticky: "
			 "no}\n"
			 "horizon: 1h\n",
			 processes[p]);
		world_read(&world, text);
		int64_t requests = world_run(&world, 0, 0, 4)->requests;
		uint64_t sum = world.trial->requests.arrivals_sum;
		uint64_t next = rng_next(&world.trial->requests.users);
		for (int r = 0; r < 3; r++)
			for (int c = 0; c < 2; c++) {
				cr_expect_eq(world_run(&world, r, c, 4)->requests, requests, "%s",
					     processes[p]);
				cr_expect_eq(world.trial->requests.arrivals_sum, sum);
				cr_expect_eq(rng_next(&world.trial->requests.users), next);
			}
		world_run(&world, 0, 0, 5);
		cr_expect_neq(world.trial->requests.arrivals_sum, sum);
		world_free(&world);
	}
}
