/* Who is served by which version: shares must be met, users must stay where they are, and a growing
 * share must never push anybody out. */
#include "tests/random.h"
#include "tests/walk.h"

#include <criterion/criterion.h>
#include <math.h>

enum { USERS = 20000, BINS = 256, CANDIDATE = 1 };

static const char *const world_text = "scenario: routes\n"
				      "traffic: {poisson: {rate: 100/s}, timeout: 1s%s}\n"
				      "versions:\n"
				      "  stable: {latency: 1ms}\n"
				      "  candidate: {like: stable}\n"
				      "  other: {like: stable}\n"
				      "telemetry: {scrape: 1d}\n"
				      "cases: {healthy: []}\n"
				      "rollouts: {all: {instant: {}, sticky: %s}}\n"
				      "horizon: 1000s\n"
				      "seed: 7\n";

static void read_routes_world(struct world *world, const char *traffic, const char *sticky)
{
	char text[1024];
	snprintf(text, sizeof text, world_text, traffic, sticky);
	world_read(world, text);
}

static const char *const with_users = ", users: {count: 20000, skew: 0}";

/* The requests, by version. */
static int64_t count_walk(struct world *world, double share, int64_t counts[MAX_VERSIONS])
{
	struct walk walk;
	int64_t total = 0;
	int versions = world->scenario.plans[0].versions;
	memset(counts, 0, MAX_VERSIONS * sizeof *counts);
	walk_begin(&walk, world, 0, 0, 0, share);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++, total++)
			counts[walk.key[i] % versions]++;
	return total;
}

/* Within five standard errors of a binomial share. */
static void expect_share(int64_t count, int64_t total, double share)
{
	double error = sqrt(share * (1 - share) / (double)total);
	cr_assert_float_eq((double)count / (double)total, share, 5 * error + 1e-12);
}

static void expect_realised_shares(const char *traffic, const char *sticky)
{
	const double shares[] = {0.001, 0.05, 0.25, 0.5, 0.99};
	struct world world;
	int64_t counts[MAX_VERSIONS];
	read_routes_world(&world, traffic, sticky);
	for (int i = 0; i < 5; i++) {
		int64_t total = count_walk(&world, shares[i], counts);
		cr_assert_gt(total, 90000);
		expect_share(counts[CANDIDATE], total, shares[i]);
		cr_assert_eq(counts[STABLE] + counts[CANDIDATE], total);
	}
	world_free(&world);
}

Test(router, a_share_of_the_requests_goes_to_the_candidate)
{
	expect_realised_shares("", "yes");
	expect_realised_shares(with_users, "no");
	expect_realised_shares(", segments: {a: 30%, b: 70%}", "no");
}

/* Which version each user met; a user that met two fails the test. */
static void meet_users(struct world *world, double share, int8_t met[USERS])
{
	struct walk walk;
	memset(met, -1, USERS);
	walk_begin(&walk, world, 0, 0, 0, share);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++) {
			int8_t *user = &met[walk.user[i]], version = (int8_t)(walk.key[i] % 3);
			cr_assert(*user < 0 || *user == version);
			*user = version;
		}
}

Test(router, sticky_users_meet_one_version_and_a_share_of_them_meets_the_candidate)
{
	struct world world;
	int8_t met[USERS];
	read_routes_world(&world, with_users, "yes");
	meet_users(&world, 0.2, met);
	int64_t seen = 0, candidates = 0;
	for (int u = 0; u < USERS; u++) {
		seen += met[u] >= 0;
		candidates += met[u] == CANDIDATE;
	}
	cr_assert_gt(seen, USERS / 100 * 98);
	expect_share(candidates, seen, 0.2);
	world_free(&world);
}

Test(router, without_sticky_a_user_meets_both_versions)
{
	struct world world;
	struct walk walk;
	uint8_t met[USERS] = {0};
	read_routes_world(&world, with_users, "no");
	walk_begin(&walk, &world, 0, 0, 0, 0.5);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++)
			met[walk.user[i]] |= (uint8_t)(1 << walk.key[i]);
	int both = 0;
	for (int u = 0; u < USERS; u++)
		both += met[u] == 3;
	/* 5 requests a user on average: E(1 - 2^(1-n); n > 0) = 1 + e^-5 - 2 e^-2.5 = 0.8426 */
	expect_share(both, USERS, 1 + exp(-5) - 2 * exp(-2.5));
	world_free(&world);
}

Test(router, a_growing_share_keeps_everybody_it_has)
{
	const double shares[] = {0.05, 0.25, 0.7, 1};
	struct world world;
	int8_t before[USERS], after[USERS];
	read_routes_world(&world, with_users, "yes");
	meet_users(&world, shares[0], before);
	for (int i = 1; i < 4; i++) {
		meet_users(&world, shares[i], after);
		for (int u = 0; u < USERS; u++)
			cr_assert(before[u] != CANDIDATE || after[u] == CANDIDATE);
		memcpy(before, after, sizeof before);
	}
	for (int u = 0; u < USERS; u++)
		cr_assert(after[u] != STABLE);
	world_free(&world);
}

Test(router, the_same_requests_stay_when_there_are_no_users)
{
	struct world world;
	struct walk few, many;
	static uint8_t key[200000];
	int64_t n = 0;
	read_routes_world(&world, "", "no");
	walk_begin(&few, &world, 0, 0, 0, 0.05);
	while (walk_on(&few))
		for (int i = 0; i < few.count; i++)
			key[n++] = few.key[i];
	n = 0;
	walk_begin(&many, &world, 0, 0, 0, 0.25);
	while (walk_on(&many))
		for (int i = 0; i < many.count; i++, n++)
			cr_assert(key[n] != CANDIDATE || many.key[i] == CANDIDATE);
	world_free(&world);
}

static void expect_everybody(const char *traffic, double share, int version)
{
	struct world world;
	int64_t counts[MAX_VERSIONS];
	read_routes_world(&world, traffic, "yes");
	int64_t total = count_walk(&world, share, counts);
	cr_assert_eq(counts[version], total, "share %.17g: %d of %d", share, (int)counts[version],
		     (int)total);
	world_free(&world);
}

Test(router, nothing_is_nobody_and_all_is_everybody)
{
	const char *const traffic[] = {"", with_users, ", segments: {a: 1%, b: 99%}"};
	for (int i = 0; i < 3; i++) {
		expect_everybody(traffic[i], 0, STABLE);
		expect_everybody(traffic[i], 1, CANDIDATE);
	}
}

/* What arithmetic leaves of 100 % must not become nobody: two versions have a path of their own. */
Test(router, almost_all_is_almost_everybody)
{
	static const char *const two =
		"scenario: two\n"
		"traffic: {poisson: {rate: 100/s}, timeout: 1s}\n"
		"versions: {stable: {latency: 1ms}, candidate: {latency: 1ms}}\n"
		"telemetry: {scrape: 1d}\n"
		"cases: {healthy: []}\n"
		"rollouts: {all: {instant: {}}}\n"
		"horizon: 100s\n";
	struct world world;
	int64_t counts[MAX_VERSIONS];
	expect_everybody("", nextafter(1, 0), CANDIDATE);
	world_read(&world, two);
	int64_t total = count_walk(&world, nextafter(1, 0), counts);
	cr_assert_geq(counts[CANDIDATE], total - 1, "%d of %d", (int)counts[CANDIDATE], (int)total);
	world_free(&world);
}

static void walk_routes(struct world *world, const struct routes *routes, int64_t counts[MAX_KEYS],
			int64_t *total)
{
	struct walk walk;
	memset(counts, 0, MAX_KEYS * sizeof *counts);
	*total = 0;
	walk_begin(&walk, world, 0, 0, 0, 0);
	requests_route(walk.requests, routes, 0);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++, ++*total)
			counts[walk.key[i]]++;
}

Test(router, several_versions_share_the_traffic)
{
	const double shares[][3] = {{0.5, 0.3, 0.2}, {0, 0.6, 0.4}, {0.9, 0, 0.1}, {0, 0, 1}};
	struct world world;
	struct routes routes;
	int64_t counts[MAX_KEYS], total;
	read_routes_world(&world, "", "no");
	for (int i = 0; i < 4; i++) {
		routes_reset(&routes, 1, 3);
		memcpy(routes.share[0], shares[i], sizeof shares[i]);
		walk_routes(&world, &routes, counts, &total);
		for (int v = 0; v < 3; v++)
			expect_share(counts[v], total, shares[i][v]);
	}
	world_free(&world);
}

Test(router, cohorts_have_shares_of_their_own)
{
	struct world world;
	struct routes routes;
	int64_t counts[MAX_KEYS], total;
	read_routes_world(&world, ", segments: {a: 20%, b: 80%}, regions: {x: 50%, y: 50%}", "no");
	routes_reset(&routes, 4, 3);
	for (int c = 0; c < 4; c++) {
		routes.share[c][STABLE] = 1 - 0.25 * c;
		routes.share[c][CANDIDATE] = 0.25 * c;
	}
	walk_routes(&world, &routes, counts, &total);
	for (int c = 0; c < 4; c++) {
		int64_t all = counts[3 * c] + counts[3 * c + 1] + counts[3 * c + 2];
		expect_share(all, total, c < 2 ? 0.1 : 0.4);
		expect_share(counts[3 * c + CANDIDATE], all, 0.25 * c);
	}
	cr_assert_float_eq(routes_most(&routes, CANDIDATE), 0.75, 1e-15);
	world_free(&world);
}

Test(router, cohorts_of_users_are_their_own_and_do_not_depend_on_the_version)
{
	struct world world;
	struct walk walk;
	static int8_t cohort[USERS];
	int64_t premium = 0, candidates = 0, both = 0, seen = 0;
	read_routes_world(&world, ", users: {count: 20000, skew: 0}, segments: {a: 30%, b: 70%}",
			  "yes");
	memset(cohort, -1, sizeof cohort);
	walk_begin(&walk, &world, 0, 0, 0, 0.4);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++) {
			int8_t *mine = &cohort[walk.user[i]], now = (int8_t)(walk.key[i] / 3);
			cr_assert(*mine < 0 || *mine == now);
			seen += *mine < 0;
			premium += *mine < 0 && now == 0;
			candidates += *mine < 0 && walk.key[i] % 3 == CANDIDATE;
			both += *mine < 0 && now == 0 && walk.key[i] % 3 == CANDIDATE;
			*mine = now;
		}
	expect_share(premium, seen, 0.3);
	expect_share(candidates, seen, 0.4);
	expect_share(both, seen, 0.12);
	world_free(&world);
}

/* Pearson's statistic of equal bins has mean BINS - 1 and variance 2 (BINS - 1). */
static double pearson(const int *bins, int total)
{
	double expected = (double)total / BINS, sum = 0;
	for (int b = 0; b < BINS; b++)
		sum += (bins[b] - expected) * (bins[b] - expected) / expected;
	return sum;
}

Test(router, buckets_are_uniform_over_users_and_over_salts)
{
	uint64_t random = 16;
	double sum = 0;
	for (int round = 0; round < 200; round++) {
		int bins[BINS] = {0}, salted[BINS] = {0};
		uint32_t salt = (uint32_t)random_next(&random);
		for (uint32_t u = 0; u < 10000; u++) {
			bins[router_bucket(u, salt) >> 24]++;
			salted[router_bucket(42, (uint32_t)random_next(&random)) >> 24]++;
		}
		double one = pearson(bins, 10000), other = pearson(salted, 10000);
		cr_assert_lt(one, BINS + 6 * sqrt(2 * BINS));
		cr_assert_lt(other, BINS + 6 * sqrt(2 * BINS));
		sum += one;
	}
	cr_assert_float_eq(sum / 200, BINS - 1, 5 * sqrt(2.0 * BINS / 200));
}

/* How many users a share gets varies from trial to trial as draws of people do. */
Test(router, the_share_of_users_varies_as_it_should)
{
	enum { ROUNDS = 4000, PEOPLE = 500 };
	uint64_t random = 17;
	double sum = 0, squares = 0;
	for (int round = 0; round < ROUNDS; round++) {
		uint32_t salt = (uint32_t)random_next(&random);
		int in = 0;
		for (uint32_t u = 0; u < PEOPLE; u++)
			in += router_bucket(u, salt) < 0x1p32 * 0.1;
		sum += in;
		squares += (double)in * in;
	}
	double mean = sum / ROUNDS, variance = squares / ROUNDS - mean * mean;
	cr_assert_float_eq(mean, 50, 5 * sqrt(45.0 / ROUNDS));
	cr_assert_float_eq(variance, 45, 5 * 45 * sqrt(2.0 / ROUNDS));
}

Test(router, a_copy_has_all_that_matters)
{
	struct routes routes, copy;
	routes_reset(&routes, 3, 4);
	routes_give(&routes, 2, 0.375);
	routes.mirror = 0.25;
	routes.mirror_to = 3;
	routes_copy(&copy, &routes);
	cr_assert_eq(copy.mirror, 0.25);
	cr_assert_eq(copy.mirror_to, 3);
	for (int c = 0; c < 3; c++) {
		cr_assert_eq(copy.share[c][STABLE], 0.625);
		cr_assert_eq(copy.share[c][2], 0.375);
		cr_assert_eq(copy.share[c][1] + copy.share[c][3], 0);
	}
	cr_assert_eq(routes_most(&copy, 2), 0.375);
}
