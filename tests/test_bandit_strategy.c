/* The bandit as a strategy: a world of arms with known chances stands in for the telemetry, so that
 * thousands of updates cost nothing, and a second bandit, written as plainly as can be, tells what
 * is to be expected. */
#include "models/list.h"

#include "bench/arms.h"
#include "tests/random.h"
#include "tests/story.h"

#include <math.h>

enum { BATCH_SIZE = 50 };

/* A bandit of a scenario, asked without one. */
struct player {
	struct world world;
	const struct use *use;
	void *state;
	struct routes routes;
	struct rng rng;
	sim_time now;
};

static void player_read(struct player *player, const char *text, int versions)
{
	world_read(&player->world, text);
	const struct plan *plan = &player->world.scenario.plans[0];
	player->use = &plan->rollout[0].strategy;
	player->state = calloc(1, strategy_state_size(player->use));
	player->now = 0;
	routes_reset(&player->routes, plan->cohorts, versions);
	rng_stream(&player->rng, 1, 1, "strategy");
}

static void player_begin(struct player *player, const char *settings, int arms)
{
	static const char *const names[] = {"stable", "candidate", "c", "d"};
	char text[2048], list[128] = "";
	for (int a = 0; a < arms; a++)
		snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", a ? ", " : "",
			 names[a]);
	snprintf(text, sizeof text,
		 "scenario: arms\ntraffic: {poisson: {rate: 1/s}}\nversions: {stable: {latency: "
		 "1ms}, "
		 "candidate: {like: stable}, c: {like: stable}, d: {like: stable}}\ncases: {it: "
		 "[]}\n"
		 "rollouts: {r: {bandit: {arms: [%s], every: 1m%s}}}\nhorizon: 1h\n",
		 list, settings);
	player_read(player, text, 4);
}

static void player_end(struct player *player)
{
	free(player->state);
	world_free(&player->world);
}

static struct decision player_look(struct player *player, const struct lens *lens, uint32_t cohorts)
{
	const struct observation o = {.now = player->now,
				      .candidate = 1,
				      .cohorts = cohorts,
				      .tripped = -1,
				      .lens = lens,
				      .rng = &player->rng,
				      .plan = &player->world.scenario.plans[0]};
	struct decision decision = strategy_decide(player->use, player->state, &o, &player->routes);
	player->now += 60 * SIM_SECOND;
	return decision;
}

static struct decision player_ask(struct player *player, const struct arms *arms)
{
	const struct lens lens = {.world = arms, .read = arms_read};
	return player_look(player, &lens, 1);
}

static void play(struct player *player, struct arms *arms, int updates)
{
	for (int i = 0; i < updates; i++) {
		player_ask(player, arms);
		for (int k = 0; k < BATCH_SIZE; k++)
			arms_pull(arms, arms_draw(arms, player->routes.share[0]));
	}
}

/* ---- policies */

static const char *const policies[] = {"epsilon_greedy", "ucb1",    "kl_ucb",
				       "thompson",	 "top_two", "exp3"};
enum { POLICIES = sizeof policies / sizeof *policies };

Test(bandit_strategy, shares_sum_to_one_and_keep_their_bounds_whatever_comes)
{
	uint64_t random = 9;
	for (int i = 0; i < 60; i++) {
		struct player player;
		struct arms arms = {.count = 2 + (int)(random_next(&random) % 3), .random = 5};
		char settings[128];
		double floor = (double)(random_next(&random) % 20) / 100;
		double ceiling = 0.5 + (double)(random_next(&random) % 51) / 100;
		for (int a = 0; a < arms.count; a++)
			arms.chance[a] = (double)(random_next(&random) % 101) / 100;
		snprintf(settings, sizeof settings, ", policy: %s, floor: %g%%, ceiling: %g%%",
			 policies[i % POLICIES], 100 * floor, 100 * ceiling);
		player_begin(&player, settings, arms.count);
		for (int u = 0; u < 40; u++) {
			double sum = 0;
			play(&player, &arms, 1);
			for (int a = 0; a < arms.count; a++) {
				double share = player.routes.share[0][a];
				cr_assert(share >= floor - 1e-9 && share <= ceiling + 1e-9,
					  "%s: %g", settings, share);
				sum += share;
			}
			cr_assert_float_eq(sum, 1, 1e-12);
		}
		player_end(&player);
	}
}

/* Thompson in batches, by its definition: each request draws from the posteriors that were known
 * when its batch began. A beta law with whole parameters is an order statistic of uniforms. */
static double draw_beta(struct arms *arms, int a, int b)
{
	double sum_a = 0, sum_b = 0;
	for (int i = 0; i < a; i++)
		sum_a -= log1p(-arms_uniform(arms));
	for (int i = 0; i < b; i++)
		sum_b -= log1p(-arms_uniform(arms));
	return sum_a / (sum_a + sum_b);
}

static double play_plainly(struct arms *arms, int updates)
{
	for (int i = 0; i < updates; i++) {
		struct arms before = *arms;
		for (int k = 0; k < BATCH_SIZE; k++) {
			double best = -1;
			int arm = 0;
			for (int a = 0; a < arms->count; a++) {
				double draw =
					draw_beta(arms, 1 + (int)before.rewards[a],
						  1 + (int)(before.pulls[a] - before.rewards[a]));
				arm = draw > best ? a : arm;
				best = fmax(best, draw);
			}
			arms_pull(arms, arm);
		}
	}
	return arms->regret;
}

static void expect_regret_of_thompson(const struct arms *world, int updates, int games)
{
	double sum[2] = {0}, squares[2] = {0};
	for (int g = 0; g < games; g++) {
		struct player player;
		struct arms own = *world, plain = *world;
		own.random = 1000 + (uint64_t)g;
		plain.random = 5000 + (uint64_t)g;
		player_begin(&player, ", floor: 0", world->count);
		play(&player, &own, updates);
		player_end(&player);
		double regret[2] = {own.regret, play_plainly(&plain, updates)};
		for (int k = 0; k < 2; k++) {
			sum[k] += regret[k];
			squares[k] += regret[k] * regret[k];
		}
	}
	double variance = 0;
	for (int k = 0; k < 2; k++)
		variance += (squares[k] / games - sum[k] / games * sum[k] / games) / games;
	cr_assert_float_eq(sum[0] / games, sum[1] / games, 4 * sqrt(variance), "%g and %g",
			   sum[0] / games, sum[1] / games);
	cr_assert_gt(sum[0], 0);
}

Test(bandit_strategy, thompson_regrets_as_much_as_its_plainest_form)
{
	const struct arms two = {.count = 2, .chance = {0.5, 0.6}};
	const struct arms four = {.count = 4, .chance = {0.3, 0.5, 0.45, 0.1}};
	expect_regret_of_thompson(&two, 20, 60);
	expect_regret_of_thompson(&four, 20, 60);
}

/* An even split of 100 batches between 0.5 and 0.7 regrets 500. */
Test(bandit_strategy, every_policy_learns_which_arm_is_better)
{
	for (int p = 0; p < POLICIES; p++) {
		struct player player;
		struct arms arms = {.count = 2, .chance = {0.5, 0.7}, .random = 77};
		char settings[64];
		if (!strcmp(policies[p], "top_two"))
			continue; /* of two arms each gets half */
		snprintf(settings, sizeof settings, ", policy: %s, gamma: 5%%, epsilon: 5%%",
			 policies[p]);
		player_begin(&player, settings, 2);
		play(&player, &arms, 100);
		player_end(&player);
		cr_assert_leq(arms.regret, 350, "%s: %g", policies[p], arms.regret);
	}
}

/* However sure it is of the best, half of all goes to whoever may come next. */
Test(bandit_strategy, top_two_asks_the_best_and_the_next)
{
	struct player player;
	struct arms two = {.count = 2, .chance = {0.1, 0.9}, .random = 5};
	struct arms three = {.count = 3, .chance = {0.1, 0.9, 0.8}, .random = 5};
	player_begin(&player, ", policy: top_two, floor: 0", 2);
	play(&player, &two, 200);
	cr_assert_float_eq(player.routes.share[0][0], 0.5, 1e-9);
	player_end(&player);
	player_begin(&player, ", policy: top_two, floor: 0", 3);
	play(&player, &three, 200);
	cr_assert_float_eq(player.routes.share[0][1], 0.5, 1e-3);
	cr_assert_float_eq(player.routes.share[0][2], 0.5, 1e-3);
	player_end(&player);
}

static double share_after_a_change(const char *settings)
{
	struct player player;
	struct arms arms = {.count = 2, .chance = {0.5, 0.7}, .random = 3};
	player_begin(&player, settings, 2);
	play(&player, &arms, 100);
	arms.chance[0] = 0.9;
	play(&player, &arms, 15);
	double share = player.routes.share[0][0];
	player_end(&player);
	return share;
}

Test(bandit_strategy, a_discount_lets_it_change_its_mind)
{
	cr_assert_geq(share_after_a_change(", discount: 80%, floor: 5%"), 0.9);
	cr_assert_leq(share_after_a_change(", floor: 5%"), 0.5);
}

Test(bandit_strategy, it_stops_when_it_is_sure)
{
	struct player player;
	struct arms arms = {.count = 2, .chance = {0.9, 0.3}, .random = 4};
	player_begin(&player, ", stop_at: 99%, min_requests: 10", 2);
	play(&player, &arms, 10);
	struct decision decision = player_ask(&player, &arms);
	cr_assert_eq(decision.kind, DECISION_HOLD, "it has decided before");
	player_end(&player);
	expect_story("step: {at: 0s, errors: +50%}", "bandit: {stop_at: 99%}", "30m",
		     "0 share 0, 0 share 0.5, 0 onset, 60 remark 1 loses, 60 rollback, 90 share 0, "
		     "90 safe");
	/* Nothing fails: whoever has been asked less often may still be better. */
	expect_story(HEALTHY, "bandit: {policy: ucb1}, checks: [" WATCHING "]", "90s",
		     "0 share 0, 0 share 0.5, 60 share 0.99");
}

Test(bandit_strategy, checks_are_its_guardrails)
{
	expect_story("step: {at: 0s, errors: +100%}", "bandit: {}, checks: [" WATCHING "]", "30m",
		     "0 share 0, 0 share 0.5, 0 onset, 30 alarm, 30 rollback, 60 share 0, 60 safe");
}

/* ---- LinUCB: what an arm gives is the sum of a part of the segment's and one of the region's */

enum { COHORTS = 4, FEATURES = 4 };

struct cohort_arms {
	double chance[COHORTS][2], pulls[COHORTS][2], rewards[COHORTS][2];
};

static struct reading read_cohorts(const void *world, int version, uint32_t cohorts,
				   const struct metric *metric, const struct lookback *lookback)
{
	const struct cohort_arms *arms = world;
	double pulls = 0, rewards = 0;
	(void)metric;
	(void)lookback;
	for (int k = 0; k < COHORTS; k++)
		if (cohorts >> k & 1) {
			pulls += arms->pulls[k][version];
			rewards += arms->rewards[k][version];
		}
	return pulls > 0 ? reading_of_share(rewards, pulls) : reading_of_nothing;
}

/* A^-1 x by Gauss and Jordan, without any care. */
static void solve(double A[FEATURES][FEATURES + 1])
{
	for (int p = 0; p < FEATURES; p++) {
		for (int j = FEATURES; j >= p; j--)
			A[p][j] /= A[p][p];
		for (int i = 0; i < FEATURES; i++)
			for (int j = FEATURES; j >= p && i != p; j--)
				A[i][j] -= A[i][p] * A[p][j];
	}
}

/* Li, Chu, Langford and Schapire 2010, algorithm 1, pull by pull. */
static double linear_index(const struct cohort_arms *arms, int cohort, int arm, double alpha)
{
	double x[COHORTS][FEATURES] = {{0}}, A[FEATURES][FEATURES + 1] = {{0}}, b[FEATURES] = {0};
	double mean = 0, square = 0;
	for (int k = 0; k < COHORTS; k++)
		x[k][k / 2] = x[k][2 + k % 2] = 1;
	for (int i = 0; i < FEATURES; i++) {
		A[i][i] = 1;
		A[i][FEATURES] = x[cohort][i];
	}
	for (int k = 0; k < COHORTS; k++)
		for (int n = 0; n < (int)arms->pulls[k][arm]; n++)
			for (int i = 0; i < FEATURES; i++) {
				for (int j = 0; j < FEATURES; j++)
					A[i][j] += x[k][i] * x[k][j];
				b[i] += x[k][i] * (n < (int)arms->rewards[k][arm]);
			}
	solve(A);
	for (int i = 0; i < FEATURES; i++) {
		mean += A[i][FEATURES] * b[i];
		square += A[i][FEATURES] * x[cohort][i];
	}
	return mean + alpha * sqrt(square);
}

static void pull_cohorts(struct cohort_arms *arms, const struct routes *routes, struct arms *random)
{
	for (int k = 0; k < COHORTS; k++)
		for (int n = 0; n < 10; n++) {
			int arm = arms_draw(random, routes->share[k]);
			arms->pulls[k][arm]++;
			arms->rewards[k][arm] += arms_uniform(random) < arms->chance[k][arm];
		}
}

Test(bandit_strategy, linucb_gives_each_cohort_the_arm_that_its_paper_says)
{
	static const char *const text =
		"scenario: contexts\n"
		"traffic: {poisson: {rate: 1/s}, segments: {a: 50%, b: 50%}, regions: {eu: 50%, "
		"us: 50%}}\n"
		"versions: {stable: {latency: 1ms}, candidate: {like: stable}}\ncases: {it: []}\n"
		"rollouts: {r: {bandit: {policy: linucb, alpha: 1.5, floor: 5%}}}\nhorizon: 1h\n";
	struct player player;
	struct arms random = {.count = 2, .random = 31};
	/* The candidate is better by 0.3 in a, worse by 0.3 in b, and a little better in us. */
	struct cohort_arms arms = {.chance = {{0.4, 0.7}, {0.4, 0.8}, {0.6, 0.3}, {0.6, 0.4}}};
	const struct lens lens = {.world = &arms, .read = read_cohorts};
	player_read(&player, text, 2);
	for (int update = 0; update < 60; update++) {
		player_look(&player, &lens, (1 << COHORTS) - 1);
		for (int k = 0; k < COHORTS && update; k++) {
			double ahead =
				linear_index(&arms, k, 1, 1.5) - linear_index(&arms, k, 0, 1.5);
			if (fabs(ahead) > 1e-9)
				cr_assert_float_eq(player.routes.share[k][1],
						   ahead > 0 ? 0.95 : 0.05, 1e-12, "%d %d", update,
						   k);
		}
		pull_cohorts(&arms, &player.routes, &random);
	}
	for (int k = 0; k < COHORTS; k++)
		cr_assert_gt(arms.pulls[k][k < 2], 400, "cohort %d", k);
	player_end(&player);
}

/* ---- EXP3 */

/* Auer, Cesa-Bianchi, Freund and Schapire 2002: weights times exp(gamma reward / (K chance)). */
Test(bandit_strategy, exp3_weighs_as_its_paper_says)
{
	const double gamma = 0.05;
	struct player player;
	struct arms arms = {.count = 3, .chance = {0.2, 0.5, 0.8}, .random = 12};
	double weight[3] = {1, 1, 1}, before[3] = {0};
	player_begin(&player, ", policy: exp3, gamma: 5%, floor: 0", 3);
	for (int u = 0; u < 12; u++) {
		double sum = weight[0] + weight[1] + weight[2], chance[3];
		for (int a = 0; a < 3; a++)
			chance[a] = (1 - gamma) * weight[a] / sum + gamma / 3;
		play(&player, &arms, 1);
		for (int a = 0; a < 3; a++) {
			cr_assert_float_eq(player.routes.share[0][a], chance[a], 1e-9, "%d", u);
			weight[a] *= exp(gamma * (arms.rewards[a] - before[a]) / (3 * chance[a]));
			before[a] = arms.rewards[a];
		}
	}
	cr_assert_gt(player.routes.share[0][2], 0.5);
	player_end(&player);
}
