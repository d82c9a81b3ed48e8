/* Faults as requests feel them: who is hit, how, and whether stable would have spared them. */
#include "tests/faulty.h"
#include "tests/walk.h"

#include <math.h>

enum { CANDIDATE = 1, USERS = 5000 };

/* Half an hour of 100/s; answers of stable are exponential with a mean of 100 ms. */
static const char *const still = "slo: {latency: 300ms}\ntelemetry: {scrape: 1d}\nhorizon: 30m";
static const char *const service = "latency: {exponential: {mean: 100ms}}";

/* Within five standard errors of a binomial share. */
static void expect_share(int64_t count, int64_t total, double share, const char *what)
{
	double error = sqrt(share * (1 - share) / (double)total);
	cr_assert_gt(total, 1000, "%s", what);
	cr_assert_float_eq((double)count / (double)total, share, 5 * error + 1e-12,
			   "%s: %lld of %lld should be %g", what, (long long)count,
			   (long long)total, share);
}

static void read_still(struct world *world, const char *traffic, const char *stable,
		       const char *faults)
{
	faulty_read(world, &(struct faulty){.traffic = traffic,
					    .stable = stable,
					    .faults = faults,
					    .rollouts = "r: {instant: {}, sticky: no}\n"
							"  sticky: {instant: {}}",
					    .more = still});
}

/* What has become of the requests of a version. */
struct fate {
	int64_t all, errors, timeouts, bad, harmed, helped;
};

static void count_fate(struct fate *fate, int flags)
{
	fate->all++;
	fate->errors += !!(flags & FLAG_ERROR);
	fate->timeouts += !!(flags & FLAG_TIMEOUT);
	fate->bad += !!(flags & FLAG_BAD);
	fate->harmed += !!(flags & FLAG_HARMED);
	fate->helped += !!(flags & FLAG_HELPED);
}

/* With half of the traffic on the candidate. */
static void walk_fates(struct world *world, struct fate fate[2])
{
	struct walk walk;
	memset(fate, 0, 2 * sizeof *fate);
	walk_begin(&walk, world, 0, 0, 4, 0.5);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++)
			count_fate(&fate[walk.key[i] % 2], walk.flags[i]);
}

Test(fault_requests, the_slowest_answers_are_stretched_and_no_others)
{
	const double edge = -100e6 * log(0.05); /* 95 % of the answers are faster */
	struct world world;
	struct walk walk;
	int64_t stretched = 0, all = 0;
	read_still(&world, NULL, service, "latency: {slowest: 5%, stretch: x4}");
	walk_begin(&walk, &world, 0, 0, 4, 0.5);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++) {
			bool tail = walk.law_ns[i] > edge && walk.key[i] == CANDIDATE;
			double expected = walk.law_ns[i] * (tail ? 4 : 1);
			cr_assert_float_eq(walk.stayed_ns[i], expected, 1e-6 * expected);
			cr_assert_eq(!!(walk.flags[i] & FLAG_BAD), expected > 300e6);
			cr_assert_eq(!!(walk.flags[i] & FLAG_HARMED),
				     expected > 300e6 && walk.law_ns[i] <= 300e6);
			all += walk.key[i] == CANDIDATE;
			stretched += tail;
		}
	expect_share(stretched, all, 0.05, "stretched");
	world_free(&world);
}

/* A stretched answer may jump over the limit with all that are slower. */
Test(fault_requests, harm_of_a_stretch_is_what_it_moves_across_the_objective)
{
	const double slow = exp(-3), chance[] = {0.1 - slow, 0, 0.2 - slow};
	const char *const faults[] = {"latency: {slowest: 10%, stretch: x2}",
				      "latency: {slowest: 3%, stretch: x9}",
				      "noisy_neighbour: {slowest: 20%, stretch: x1.9, lasts: 1d}"};
	for (int f = 0; f < 3; f++) {
		struct world world;
		struct fate fate[2];
		read_still(&world, NULL, service, faults[f]);
		walk_fates(&world, fate);
		expect_share(fate[1].harmed, fate[1].all, chance[f], faults[f]);
		expect_share(fate[1].bad, fate[1].all, slow + chance[f], faults[f]);
		expect_share(fate[0].bad, fate[0].all, slow, faults[f]);
		world_free(&world);
	}
}

Test(fault_requests, who_is_never_answered_waits_as_long_as_clients_do)
{
	struct world world;
	struct walk walk;
	struct fate fate[2] = {{0}, {0}};
	read_still(&world, ", timeout: 10s", "latency: 80ms, errors: 10%", "timeout: {hangs: 5%}");
	walk_begin(&walk, &world, 0, 0, 4, 0.5);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++) {
			bool hangs = walk.flags[i] & FLAG_TIMEOUT;
			cr_assert_eq(walk.stayed_ns[i], hangs ? 10e9 : 80e6);
			cr_assert(!hangs || (walk.flags[i] & FLAG_HARMED));
			count_fate(&fate[walk.key[i]], walk.flags[i]);
		}
	expect_share(fate[1].timeouts, fate[1].all, 0.05, "hang");
	expect_share(fate[1].errors, fate[1].all, 0.1, "fail");
	cr_assert_eq(fate[0].timeouts, 0);
	cr_assert_eq(fate[1].harmed, fate[1].timeouts);
	world_free(&world);
}

Test(fault_requests, wrong_answers_are_bad_and_look_right)
{
	struct world world;
	struct fate fate[2];
	read_still(&world, NULL, "latency: 80ms, errors: 10%", "silent_corruption: {wrong: 3%}");
	walk_fates(&world, fate);
	expect_share(fate[1].bad, fate[1].all, 0.13, "bad");
	expect_share(fate[1].errors, fate[1].all, 0.1, "fail");
	cr_assert_eq(fate[1].harmed, fate[1].bad - fate[1].errors);
	cr_assert_eq(fate[0].bad, fate[0].errors);
	world_free(&world);
}

Test(fault_requests, bad_instances_hit_their_share_of_the_candidates_requests)
{
	struct world world;
	struct fate fate[2];
	read_still(&world, NULL, "latency: 80ms, errors: 1%", "bad_config: {share: 25%}");
	walk_fates(&world, fate);
	expect_share(fate[1].errors, fate[1].all, 0.25 + 0.75 * 0.01, "fail");
	expect_share(fate[1].harmed, fate[1].all, 0.25 * 0.99, "are harmed");
	expect_share(fate[0].errors, fate[0].all, 0.01, "fail on stable");
	world_free(&world);
}

/* Two shares are hit independently of each other. */
Test(fault_requests, shares_of_several_faults_are_independent)
{
	struct world world;
	struct walk walk;
	int64_t all = 0, failing = 0, slow = 0, both = 0;
	read_still(&world, NULL, "latency: 80ms",
		   "{step: {errors: +100%, share: 30%}}, {step: {latency: x5, share: 20%}}");
	walk_begin(&walk, &world, 0, 0, 4, 1);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++, all++) {
			bool late = walk.stayed_ns[i] > 80e6, error = walk.flags[i] & FLAG_ERROR;
			failing += error;
			slow += late;
			both += late && error;
		}
	expect_share(failing, all, 0.3, "failing");
	expect_share(slow, all, 0.2, "slow");
	expect_share(both, all, 0.06, "both");
	world_free(&world);
}

/* ---- users */

/* For every user: how often it came to the candidate, and how often it failed. */
struct luck {
	int came[USERS], failed[USERS];
};

static void walk_users(struct world *world, int rollout, double share, struct luck *luck)
{
	struct walk walk;
	memset(luck, 0, sizeof *luck);
	walk_begin(&walk, world, rollout, 0, 4, share);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++)
			if (walk.key[i] == CANDIDATE) {
				luck->came[walk.user[i]]++;
				luck->failed[walk.user[i]] += !!(walk.flags[i] & FLAG_ERROR);
			}
}

static const char *const people = ", users: {count: 5000, skew: 0}";

Test(fault_requests, a_share_of_users_is_the_same_people_every_time_and_everywhere)
{
	static struct luck few, many;
	struct world world;
	int64_t hit = 0, seen = 0;
	read_still(&world, people, "latency: 80ms", "step: {errors: +100%, share: 20%, of: users}");
	walk_users(&world, 0, 1, &many);
	for (int rollout = 0; rollout < 2; rollout++) {
		walk_users(&world, rollout, 0.3, &few);
		for (int u = 0; u < USERS; u++) {
			cr_assert(few.failed[u] == 0 || few.failed[u] == few.came[u]);
			cr_assert(!few.came[u] || !many.failed[u] == !few.failed[u]);
		}
	}
	for (int u = 0; u < USERS; u++) {
		cr_assert(many.failed[u] == 0 || many.failed[u] == many.came[u]);
		seen += many.came[u] > 0;
		hit += many.failed[u] > 0;
	}
	expect_share(hit, seen, 0.2, "users");
	world_free(&world);
}

Test(fault_requests, a_share_of_requests_is_anybodys)
{
	static struct luck luck;
	struct world world;
	int64_t failed = 0, came = 0;
	double both = 0;
	read_still(&world, people, "latency: 80ms", "step: {errors: +100%, share: 20%}");
	walk_users(&world, 0, 1, &luck);
	for (int u = 0; u < USERS; u++) {
		failed += luck.failed[u];
		came += luck.came[u];
		both += luck.failed[u] > 0 && luck.failed[u] < luck.came[u];
	}
	expect_share(failed, came, 0.2, "requests");
	cr_assert_gt(both, 0.95 * USERS); /* of 36 requests each: 1 - 0.8^36 = 0.9997 */
	world_free(&world);
}

/* Which people are hit has nothing to do with which version they meet. */
Test(fault_requests, sticky_users_of_the_candidate_are_hit_as_often_as_others)
{
	static struct luck luck;
	struct world world;
	int64_t hit = 0, seen = 0;
	read_still(&world, people, "latency: 80ms", "step: {errors: +100%, share: 20%, of: users}");
	walk_users(&world, 1, 0.4, &luck);
	for (int u = 0; u < USERS; u++) {
		seen += luck.came[u] > 0;
		hit += luck.failed[u] > 0;
	}
	expect_share(seen, USERS, 0.4, "users of the candidate");
	expect_share(hit, seen, 0.2, "users");
	world_free(&world);
}

/* ---- what versions call */

/* Stable calls what fails for one share of its requests, the candidate for another. */
static void expect_calls(double stable, double candidate, const char *pool)
{
	struct world world;
	struct fate fate[2];
	char versions[2][200];
	const double calls[] = {stable, candidate};
	for (int v = 0; v < 2; v++)
		snprintf(versions[v], sizeof versions[v], "latency: 1ms, calls: {db: %g%%}%s",
			 100 * calls[v], pool);
	faulty_read(&world, &(struct faulty){.stable = versions[0],
					     .candidate = versions[1],
					     .faults = "dependency_outage: {on: db, errors: +100%}",
					     .rollouts = "r: {instant: {}, sticky: no}",
					     .more = still});
	walk_fates(&world, fate);
	for (int v = 0; v < 2; v++)
		expect_share(fate[v].errors, fate[v].all, calls[v], "call what fails");
	expect_share(fate[1].harmed, fate[1].all, fmax(candidate - stable, 0), "are harmed");
	expect_share(fate[1].helped, fate[1].all, fmax(stable - candidate, 0), "are helped");
	cr_assert_eq(fate[0].harmed + fate[0].helped, 0);
	world_free(&world);
}

Test(fault_requests, harm_of_a_dependency_is_set_against_the_calls_of_stable)
{
	const char *const pools[] = {"", ", pool: {slots: 16}"};
	for (int p = 0; p < 2; p++) {
		expect_calls(0.2, 0.6, pools[p]);
		expect_calls(0.6, 0.2, pools[p]);
		expect_calls(0.3, 0.3, pools[p]);
		expect_calls(0, 0.5, pools[p]);
		expect_calls(1, 1, pools[p]);
	}
}

Test(fault_requests, a_slow_dependency_harms_those_who_call_it_more)
{
	struct world world;
	struct fate fate[2];
	const char *const pools[] = {"", ", pool: {slots: 64}"};
	for (int p = 0; p < 2; p++) {
		char stable[100], candidate[100];
		snprintf(stable, sizeof stable, "latency: 80ms, calls: {db: 10%%}%s", pools[p]);
		snprintf(candidate, sizeof candidate, "latency: 80ms, calls: {db: 40%%}%s",
			 pools[p]);
		faulty_read(&world, &(struct faulty){.stable = stable,
						     .candidate = candidate,
						     .faults = "step: {on: db, latency: +250ms}",
						     .rollouts = "r: {instant: {}, sticky: no}",
						     .more = still});
		walk_fates(&world, fate);
		expect_share(fate[0].bad, fate[0].all, 0.1, "slow on stable");
		expect_share(fate[1].bad, fate[1].all, 0.4, "slow");
		expect_share(fate[1].harmed, fate[1].all, 0.3, "harmed");
		cr_assert_eq(fate[0].harmed, 0);
		world_free(&world);
	}
}

/* ---- what depends on what was served, through whole trials */

/* Errors of the candidate, window by window, when their share is known before it begins. */
static void expect_windows(const char *fault, double (*share)(double load, double served))
{
	static struct diary diary;
	struct world world;
	double found = 0, expected = 0, variance = 0;
	faulty_read(&world, &(struct faulty){.stable = "latency: 1ms",
					     .faults = fault,
					     .rollouts = "r: {canary: {steps: [20% for 3m, 60% for "
							 "1h]}, sticky: no}",
					     .more = "horizon: 30m"});
	for (uint64_t t = 0; t < 5; t++) {
		double load = 0, served = 0;
		diary_run(&diary, &world, 0, 0, t);
		for (int w = 0; w < diary.windows; w++) {
			const struct deeds *d = &diary.window[w][1];
			double p = share(load, served);
			found += d->errors;
			expected += p * d->requests;
			variance += p * (1 - p) * d->requests;
			load = d->requests / 15;
			served += d->requests;
		}
	}
	cr_assert_gt(expected, 500);
	cr_assert_float_eq(found, expected, 5 * sqrt(variance), "%s: %g, not %g +- %g", fault,
			   found, expected, sqrt(variance));
	world_free(&world);
}

static double leaking(double load, double served)
{
	(void)load;
	return fmin(0.02 * served / 10000, 0.1);
}

static double warming(double load, double served)
{
	(void)load;
	return 0.5 * exp(-served / 8000);
}

static double collapsing(double load, double served)
{
	(void)served;
	return 0.4 * fmin(fmax((load - 30) / 40, 0), 1);
}

Test(fault_requests, what_depends_on_requests_and_load_knows_the_last_scrape)
{
	expect_windows("memory_leak: {per: 10000, errors: +2%, most: x5}", leaking);
	expect_windows("cache_cold: {requests: 8000, latency: x1, errors: +50%}", warming);
	expect_windows("load_collapse: {begins_load: 30/s, full_load: 70/s, errors: +40%}",
		       collapsing);
}

/* A two-state Markov chain that begins lit is so at t with probability p + (1 - p) e^(-kt), where
 * k = 1 / on + 1 / off and p = on / (on + off). */
Test(fault_requests, bursts_hit_the_share_of_time_that_they_last)
{
	enum { TRIALS = 80 };
	struct world world;
	double sum = 0, squares = 0, p = 0.25, k = 1 / 10.0 + 1 / 30.0, time = 600;
	double expected = p + (1 - p) * (1 - exp(-k * time)) / (k * time);
	faulty_read(&world,
		    &(struct faulty){.stable = "latency: 1ms",
				     .faults = "burst: {errors: +100%, lasts: 10s, gap: 30s}"});
	for (uint64_t t = 0; t < TRIALS; t++) {
		const struct result *row = world_run(&world, 0, 0, t);
		double share = (double)row->version_failures[1] / (double)row->requests;
		sum += share;
		squares += share * share;
	}
	double mean = sum / TRIALS, error = sqrt((squares / TRIALS - mean * mean) / TRIALS);
	cr_assert_float_eq(mean, expected, 5 * error, "%g, not %g +- %g", mean, expected, error);
	cr_assert_lt(error, 0.02);
	world_free(&world);
}

/* From the first canary on, 40 % of errors shrink to none in 100 s: on average 20 %. */
Test(fault_requests, a_cold_start_begins_with_the_first_request)
{
	enum { TRIALS = 20 };
	struct world world;
	double found = 0, expected = 0;
	faulty_read(&world, &(struct faulty){.stable = "latency: 1ms",
					     .faults = "cold_start: {errors: +40%, latency: x1, "
						       "warm_after: 100s}",
					     .rollouts = "r: {canary: {steps: [30% for 1h]}, "
							 "start: 77s, sticky: no}"});
	for (uint64_t t = 0; t < TRIALS; t++) {
		const struct result *row = world_run(&world, 0, 0, t);
		found += (double)row->version_failures[1];
		expected += 100 * 30 * 0.2;
		cr_assert(isnan(row->onset_time), "it is no harm");
	}
	cr_assert_float_eq(found, expected, 5 * sqrt(expected), "%g, not %g", found, expected);
	world_free(&world);
}
