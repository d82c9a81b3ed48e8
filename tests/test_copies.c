/* Copies beside their originals: whether they share their luck, how they fare in pairs, and what a
 * shadow makes of that. */
#include "tests/story.h"

#include <math.h>

/* One in five fails; half of all requests are copied. */
static const char *const copies_world =
	"scenario: copies\n"
	"traffic: {poisson: {rate: 100/s}, timeout: 5s, repeatable: %s%s}\n"
	"versions:\n"
	"  stable: {latency: {lognormal: {p50: 80ms, p99: 400ms}}, errors: 20%%%s}\n"
	"  candidate: {like: stable}\n"
	"slo: {latency: 5s}\n"
	"cases: {it: [%s]}\n"
	"rollouts: {r: {%s}}\n"
	"horizon: 10m\n";

static void read_copies(struct world *world, const char *repeatable, const char *more,
			const char *fault, const char *rollout)
{
	char text[2048];
	snprintf(text, sizeof text, copies_world, repeatable, more, "", fault, rollout);
	world_read(world, text);
}

/* Copies by how they stand beside their originals: alike, worse, better, slower. */
struct pairs {
	double all, alike, worse, better, slower, failed;
};

static struct pairs count_pairs(const struct world *world)
{
	struct pairs pairs = {0};
	uint64_t flags[FLAGS] = {0}, buckets[HISTOGRAM_BUCKETS] = {0};
	const struct telemetry *telemetry = &world->trial->requests.telemetry;
	for (int key = 1; key < telemetry->keys; key += 2) /* the candidate's */
		telemetry_sum(telemetry, key, flags, buckets);
	for (int f = 0; f < FLAGS; f++) {
		int own = f & COPY_SLOWER;
		double count = f & FLAG_COPY ? (double)flags[f] : 0;
		pairs.all += count;
		pairs.alike += own == FLAG_COPY ? count : 0;
		pairs.worse += own == COPY_WORSE ? count : 0;
		pairs.better += own == COPY_BETTER ? count : 0;
		pairs.slower += own == COPY_SLOWER ? count : 0;
		pairs.failed += f & (FLAG_ERROR | FLAG_TIMEOUT) ? count : 0;
	}
	return pairs;
}

static struct pairs run_pairs(const char *repeatable, const char *fault)
{
	struct world world;
	read_copies(&world, repeatable, "", fault, "shadow: {mirror: 50%, for: 9m}");
	world_run(&world, 0, 0, 1);
	struct pairs pairs = count_pairs(&world);
	world_free(&world);
	cr_assert_float_eq(pairs.all, pairs.alike + pairs.worse + pairs.better + pairs.slower, 0.5);
	cr_assert_gt(pairs.all, 25000);
	return pairs;
}

static void expect_share(double count, double of, double share)
{
	double error = sqrt(share * (1 - share) / of);
	cr_assert_float_eq(count / of, share, 4 * error, "%g of %g is not %g", count, of, share);
}

Test(copies, with_luck_of_their_own_pairs_are_independent)
{
	struct pairs pairs = run_pairs("0%", "");
	expect_share(pairs.worse, pairs.all, 0.2 * 0.8);
	expect_share(pairs.better, pairs.all, 0.2 * 0.8);
	expect_share(pairs.slower, pairs.alike + pairs.slower, 0.5);
	expect_share(pairs.failed, pairs.all, 0.2);
}

Test(copies, of_repeatable_requests_they_fare_as_their_originals)
{
	struct pairs all = run_pairs("100%", ""), half = run_pairs("50%", "");
	cr_assert_eq(all.worse + all.better + all.slower, 0);
	expect_share(all.failed, all.all, 0.2);
	expect_share(half.worse, half.all, 0.5 * 0.2 * 0.8);
	expect_share(half.slower, half.alike + half.slower,
		     0.5 * 0.5 * (0.04 + 0.64) / (0.5 + 0.5 * (0.04 + 0.64)));
}

/* 10 % of all fail on the candidate alone, as far as the luck is the same. */
Test(copies, what_the_version_does_shows_pair_by_pair)
{
	struct pairs own = run_pairs("0%", "step: {at: 0s, errors: +10%}");
	struct pairs same = run_pairs("100%", "step: {at: 0s, errors: +10%}");
	struct pairs late = run_pairs("100%", "step: {at: 0s, latency: x1.1}");
	expect_share(own.worse, own.all, 0.8 * 0.3);
	expect_share(own.better, own.all, 0.2 * 0.7);
	expect_share(same.worse, same.all, 0.1);
	cr_assert_eq(same.better, 0);
	cr_assert_eq(late.slower, late.all);
}

/* A fault that hits some requests hits a copy as its original where luck repeats itself. */
Test(copies, faults_that_hit_some_hit_copies_by_their_luck)
{
	static const char *const fault =
		"dependency_outage: {at: 0s, on: both, errors: +100%, share: 50%, of: requests}";
	struct pairs own = run_pairs("0%", fault), same = run_pairs("100%", fault);
	/* The original is not hit and does not fail by itself; the copy is hit, or fails. */
	expect_share(own.worse, own.all, 0.5 * 0.8 * (0.5 + 0.5 * 0.2));
	cr_assert_eq(same.worse + same.better, 0);
}

static int count_promotions(const char *repeatable, const char *fault, const char *shadow)
{
	struct world world;
	int promoted = 0;
	read_copies(&world, repeatable, "", fault, shadow);
	for (uint64_t n = 0; n < 20; n++)
		promoted += world_run(&world, 0, 0, n)->outcome == OUTCOME_PROMOTED;
	world_free(&world);
	return promoted;
}

/* Not one more error is allowed than the originals had. */
Test(copies, a_shadow_counts_errors_pair_by_pair)
{
	static const char *const strict = "shadow: {mirror: 10%, for: 5m, errors: x1}";
	static const char *const mild = "shadow: {mirror: 10%, for: 5m, errors: +5%}";
	int own = count_promotions("0%", "", strict);
	cr_assert_eq(count_promotions("100%", "", strict), 20);
	cr_assert(own > 2 && own < 18, "a coin toss, not %d of 20", own);
	cr_assert_eq(count_promotions("0%", "", mild), 20);
	cr_assert_eq(count_promotions("100%", "step: {at: 0s, errors: +6%}", mild), 0);
}

Test(copies, a_shadow_counts_who_is_slower_pair_by_pair)
{
	static const char *const fault = "step: {at: 0s, latency: x1.05}";
	static const char *const mostly =
		"shadow: {mirror: 10%, for: 5m, errors: +10%, slower: 60%}";
	cr_assert_eq(count_promotions("100%", fault, mostly), 0);
	cr_assert_eq(count_promotions("0%", fault, mostly), 20, "52 %% are slower");
	cr_assert_eq(count_promotions("100%", fault, "shadow: {mirror: 10%, for: 5m}"), 20);
}

Test(copies, checks_may_look_at_pairs)
{
	struct world world;
	read_copies(&world, "100%", "", "step: {at: 2m, errors: +10%}",
		    "shadow: {mirror: 50%, for: 9m}, checks: [{metric: new_errors, threshold: "
		    "{max: 5%}, every: 30s, window: 30s}]");
	expect_trial_story(&world,
			   "0 share 0, 0 copies 0.5, 0 share 0, 150 alarm, 150 rollback, 180 "
			   "copies 0, 180 share 0, 180 safe");
}

/* ---- asked again */

/* Where luck repeats itself, asking again is for nothing. */
static double attempts_a_request(const char *repeatable)
{
	struct world world;
	char text[1024];
	snprintf(text, sizeof text, copies_world, repeatable, ", retries: {attempts: 3}", "", "",
		 "instant: {}");
	world_read(&world, text);
	const struct result *row = world_run(&world, 0, 0, 1);
	double served = (double)(row->version_requests[0] + row->version_requests[1]);
	double ratio = served / (double)row->requests;
	world_free(&world);
	return ratio;
}

Test(copies, retries_have_the_same_luck_or_another)
{
	cr_assert_float_eq(attempts_a_request("0%"), 1 + 0.2 + 0.04, 0.01);
	cr_assert_float_eq(attempts_a_request("100%"), 1 + 0.2 + 0.2, 0.01);
	cr_assert_float_eq(attempts_a_request("50%"), 1 + 0.2 + 0.5 * 0.2 + 0.5 * 0.04, 0.01);
}

/* Where all is copied and luck repeats itself, as many copies fail as originals; else that would be
 * a miracle among ten thousand. */
static void expect_luck_of_copies(const char *traffic)
{
	for (int same = 0; same < 2; same++) {
		struct world world;
		char text[1024];
		snprintf(text, sizeof text,
			 "scenario: luck\ntraffic: {%s, repeatable: %s}\nversions: {stable: "
			 "{latency: 10ms, errors: 20%%}, candidate: {like: stable}}\n"
			 "cases: {it: [{dependency_outage: {at: 0s, on: both, errors: +100%%, "
			 "share: "
			 "30%%, of: requests}}]}\n"
			 "rollouts: {r: {shadow: {mirror: 100%%, for: 9m}}}\nhorizon: 9m\n",
			 traffic, same ? "100%" : "0%");
		world_read(&world, text);
		const struct result *row = world_run(&world, 0, 0, 1);
		struct pairs pairs = count_pairs(&world);
		double own = pairs.failed, other = (double)row->version_failures[0];
		cr_assert_gt(pairs.all, 10000);
		cr_assert_eq(fabs(own - other) < 5, same, "%s: %g copies, %g originals", traffic,
			     own, other);
		world_free(&world);
	}
}

Test(copies, whoever_asks_copies_have_luck_of_their_own_or_the_same)
{
	expect_luck_of_copies("poisson: {rate: 50/s}");
	expect_luck_of_copies("poisson: {rate: 50/s}, users: {count: 1000}, segments: {a: 50%, "
			      "b: 50%}");
	expect_luck_of_copies("poisson: {rate: 50/s}, retries: {attempts: 2, errors: no}");
	expect_luck_of_copies("closed: {clients: 50, think: 1s}");
}

/* ---- what cannot be known */

Test(copies, pairs_are_refused_where_requests_depend_on_each_other)
{
	static const char *const rollouts[] = {
		"shadow: {slower: 60%}",
		"shadow: {}, checks: [{metric: gone_errors, threshold: {max: 5%}, every: 1m}]",
		"shadow: {}",
	};
	for (int i = 0; i < 3; i++) {
		struct world world;
		char text[1024];
		snprintf(text, sizeof text, copies_world, "0%", ", retries: {}", "", "",
			 rollouts[i]);
		bool good = world_reads(&world, text);
		cr_assert_eq(good, i == 2);
		if (good)
			world_free(&world);
	}
}
