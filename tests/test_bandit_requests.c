/* Bandits that choose for each request: what they regret is known exactly for two arms, what they
 * learn and when is known in worlds that leave no doubt. */
#include "bench/regret.h"
#include "models/list.h"
#include "sim/draw.h"
#include "sim/stats/bandit.h"

#include "tests/story.h"

#include <math.h>

/* ---- regret */

static void expect_exact_regret(const char *policy, const struct bandit *bandit,
				const double share[2])
{
	enum { PULLS = 100, GAMES = 3000 };
	char settings[96];
	struct regret_game game = {.settings = settings,
				   .arms = 2,
				   .chance = {share[0], share[1]},
				   .batch = 10,
				   .updates = PULLS / 10};
	struct regret_curve curve;
	snprintf(settings, sizeof settings, "choice: by_request, %s", policy);
	cr_assert(regret_play(&game, GAMES, &curve));
	double *room = malloc(bandit_exact_room(PULLS) * sizeof *room);
	double exact = bandit_exact(bandit, share, PULLS, room).regret;
	free(room);
	int last = curve.points - 1;
	cr_assert_float_eq(curve.mean[last], exact, 4 * curve.error[last], "%s: %g, not %g +- %g",
			   policy, curve.mean[last], exact, curve.error[last]);
	cr_assert_lt(curve.error[last], 0.05 * exact);
}

Test(bandit_requests, two_arms_are_regretted_as_all_histories_say)
{
	static const double shares[][2] = {{0.9, 0.6}, {0.3, 0.5}};
	for (int i = 0; i < 2; i++) {
		expect_exact_regret("policy: thompson", &(struct bandit){BANDIT_THOMPSON, 0},
				    shares[i]);
		expect_exact_regret("policy: ucb1", &(struct bandit){BANDIT_UCB1, 0}, shares[i]);
		expect_exact_regret("policy: kl_ucb", &(struct bandit){BANDIT_KL_UCB, 0},
				    shares[i]);
		expect_exact_regret("policy: epsilon_greedy, epsilon: 20%",
				    &(struct bandit){BANDIT_EPSILON_GREEDY, 0.2}, shares[i]);
		/* All by chance. */
		expect_exact_regret("policy: epsilon_greedy, epsilon: 100%",
				    &(struct bandit){BANDIT_UNIFORM, 0}, shares[i]);
	}
}

/* ---- a bandit of a scenario, whose chooser is asked by the test */

struct player {
	struct world world;
	const struct plan *plan;
	void *state;
	struct routes routes;
	struct rng rng;
};

static void player_begin(struct player *player, const char *traffic, const char *settings)
{
	char text[1024];
	snprintf(text, sizeof text,
		 "scenario: arms\ntraffic: {poisson: {rate: 1/s}%s}\nversions: {stable: {latency: "
		 "1ms}, candidate: {like: stable}, c: {like: stable}}\ncases: {it: []}\n"
		 "rollouts: {r: {bandit: {choice: by_request, arms: [stable, candidate, c], %s}}}\n"
		 "horizon: 1h\n",
		 traffic, settings);
	world_read(&player->world, text);
	player->plan = &player->world.scenario.plans[0];
	const struct use *use = &player->plan->rollout[0].strategy;
	player->state = calloc(1, strategy_state_size(use));
	routes_reset(&player->routes, player->plan->cohorts, 3);
	rng_stream(&player->rng, 1, 1, "strategy");
	const struct observation o = {.candidate = 1,
				      .cohorts = UINT32_MAX,
				      .tripped = -1,
				      .rng = &player->rng,
				      .plan = player->plan};
	strategy_decide(use, player->state, &o, &player->routes);
	cr_assert_not_null(player->routes.chooser);
}

static void player_end(struct player *player)
{
	free(player->state);
	world_free(&player->world);
}

static int player_choose(struct player *player, int cohort, double *chance)
{
	const struct chooser *chooser = player->routes.chooser;
	return chooser->choose(chooser, cohort, chance);
}

static void player_learn(struct player *player, int cohort, int version, double value,
			 double chance)
{
	const struct chooser *chooser = player->routes.chooser;
	const struct reward reward = {value, chance, (uint8_t)version, (uint8_t)cohort};
	chooser->learn(chooser, &reward);
}

/* How often each of three is chosen of so many times, by what is known now. */
static void count_choices(struct player *player, int cohort, int count, double share[3])
{
	double chance;
	memset(share, 0, 3 * sizeof *share);
	for (int i = 0; i < count; i++)
		share[player_choose(player, cohort, &chance)] += 1.0 / count;
}

/* Auer, Cesa-Bianchi, Freund and Schapire 2002, pull by pull, with rewards that come five pulls
 * late and are weighed by the chance there was. */
Test(bandit_requests, exp3_weighs_late_rewards_by_the_chance_of_their_time)
{
	enum { PULLS = 2000, LATE = 5 };
	const double gamma = 0.1;
	struct player player;
	struct rng beside, world;
	double weight[3] = {1, 1, 1}, chances[PULLS], rewards[PULLS];
	int arms[PULLS];
	player_begin(&player, "", "policy: exp3, gamma: 10%, floor: 0");
	rng_stream(&beside, 1, 1, "strategy");
	rng_stream(&world, 1, 1, "rewards");
	for (int n = 0; n < PULLS; n++) {
		double sum = weight[0] + weight[1] + weight[2], u = rng_uniform(&beside), chance[3];
		int arm = 0;
		for (int a = 0; a < 3; a++)
			chance[a] = (1 - gamma) * weight[a] / sum + gamma / 3;
		for (double below = chance[0]; arm < 2 && u >= below; below += chance[arm])
			arm++;
		arms[n] = player_choose(&player, 0, &chances[n]);
		cr_assert_eq(arms[n], arm, "pull %d", n);
		cr_assert_float_eq(chances[n], chance[arm], 1e-9);
		rewards[n] = rng_uniform(&world) < 0.2 + 0.3 * arm;
		if (n < LATE)
			continue;
		int k = n - LATE;
		weight[arms[k]] *= exp(gamma * rewards[k] / (3 * chances[k]));
		player_learn(&player, 0, arms[k], rewards[k], chances[k]);
	}
	player_end(&player);
}

/* The mean and the standard error of n rewards say with which chance an arm is the best. */
Test(bandit_requests, gaussian_thompson_draws_from_mean_and_error)
{
	enum { CHOICES = 40000 };
	static const double values[3][4] = {{1, 3, 2, 6}, {4, 0, 5, 5}, {2, 2, 0, 8}};
	struct player player;
	struct rng rng;
	double share[3], expected[3] = {0};
	player_begin(&player, "", "policy: thompson_gaussian, floor: 0");
	for (int a = 0; a < 3; a++)
		for (int i = 0; i < 4; i++)
			player_learn(&player, 0, a, values[a][i], 1);
	count_choices(&player, 0, CHOICES, share);
	rng_stream(&rng, 1, 1, "beside");
	for (int i = 0; i < CHOICES; i++) {
		double highest = -INFINITY;
		int best = 0;
		for (int a = 0; a < 3; a++) {
			double sum = 0, squares = 0;
			for (int k = 0; k < 4; k++) {
				sum += values[a][k];
				squares += values[a][k] * values[a][k];
			}
			double mean = sum / 4, error = sqrt((squares / 4 - mean * mean) / 4);
			double draw = mean + error * draw_normal(&rng);
			best = draw > highest ? a : best;
			highest = fmax(highest, draw);
		}
		expected[best] += 1.0 / CHOICES;
	}
	for (int a = 0; a < 3; a++)
		cr_assert_float_eq(share[a], expected[a], 4 * sqrt(0.5 / CHOICES));
	player_end(&player);
}

/* Its mean, 0, is as uncertain as that of the only arm that has ever varied. */
Test(bandit_requests, an_arm_that_never_paid_may_still_do)
{
	struct player player;
	double share[3];
	player_begin(&player, "", "policy: thompson_gaussian, floor: 0");
	for (int i = 0; i < 400; i++) {
		player_learn(&player, 0, 0, i % 100 == 0, 1); /* 1 % */
		player_learn(&player, 0, 1, 0, 1);
		player_learn(&player, 0, 2, 0, 1);
	}
	count_choices(&player, 0, 4000, share);
	/* The chance that of three normal draws the one whose mean is 2.01 errors ahead is the
	 * highest: of x, phi(x - 2.01) Phi(x)^2, integrated. */
	cr_assert_float_eq(share[0], 0.8674, 0.025, "%g", share[0]);
	player_end(&player);
}

Test(bandit_requests, top_two_gives_half_to_whoever_may_come_next)
{
	struct player player;
	double share[3];
	player_begin(&player, "", "policy: top_two, floor: 0");
	for (int i = 0; i < 300; i++) {
		player_learn(&player, 0, 0, i % 10 != 0, 1); /* 90 % */
		player_learn(&player, 0, 1, i % 10 == 0, 1); /* 10 % */
		player_learn(&player, 0, 2, i % 2, 1);
	}
	count_choices(&player, 0, 4000, share);
	cr_assert_float_eq(share[0], 0.5, 0.04);
	cr_assert_float_eq(share[1] + share[2], 0.5, 0.04);
	cr_assert_gt(share[2], 0.2);
	player_end(&player);
}

Test(bandit_requests, floor_and_ceiling_hold_whatever_is_known)
{
	static const char *const policies[] = {"epsilon_greedy, epsilon: 0", "ucb1", "kl_ucb",
					       "thompson", "exp3"};
	for (int p = 0; p < 5; p++) {
		struct player player;
		char settings[96];
		double share[3];
		snprintf(settings, sizeof settings, "policy: %s, floor: 10%%, ceiling: 70%%",
			 policies[p]);
		player_begin(&player, "", settings);
		for (int i = 0; i < 3000; i++)
			player_learn(&player, 0, i % 3, i % 3 == 1, 1);
		count_choices(&player, 0, 10000, share);
		cr_assert_float_eq(share[1], 0.7, 0.02, "%s: %g", policies[p], share[1]);
		cr_assert_geq(share[0], 0.09, "%s", policies[p]);
		cr_assert_geq(share[2], 0.09, "%s", policies[p]);
		player_end(&player);
	}
}

Test(bandit_requests, old_rewards_fade_with_each_new_one)
{
	struct player player;
	double share[3];
	player_begin(&player, "", "policy: epsilon_greedy, epsilon: 0, discount: 99%, floor: 0");
	for (int i = 0; i < 3000; i++)
		player_learn(&player, 0, i % 3, i % 3 == 1, 1);
	count_choices(&player, 0, 100, share);
	cr_assert_float_eq(share[1], 1, 1e-9);
	for (int i = 0; i < 300; i++)
		player_learn(&player, 0, i % 3, i % 3 == 2, 1);
	count_choices(&player, 0, 100, share);
	cr_assert_float_eq(share[2], 1, 1e-9);
	player_end(&player);
}

/* The candidate is for `a`, c for `b`; where segments learn together nobody could know. */
Test(bandit_requests, segments_learn_apart)
{
	static const char *const settings[] = {
		"policy: epsilon_greedy, epsilon: 0, floor: 0, per_segment: yes",
		"policy: linucb, floor: 0",
	};
	for (int i = 0; i < 2; i++) {
		struct player player;
		double share[3];
		player_begin(&player, ", segments: {a: 50%, b: 50%}", settings[i]);
		for (int k = 0; k < 200; k++)
			for (int a = 0; a < 3; a++) {
				player_learn(&player, 0, a, a == 1, 1);
				player_learn(&player, 1, a, a == 2, 1);
			}
		for (int cohort = 0; cohort < 2; cohort++) {
			count_choices(&player, cohort, 100, share);
			cr_assert_float_eq(share[1 + cohort], 1, 1e-9, "%s", settings[i]);
		}
		player_end(&player);
	}
}

/* ---- in a trial */

/* One request a second, each answered at once; the candidate always fails. */
static struct result run(const char *more, const char *bandit, const char *rollout)
{
	struct world world;
	char text[2048];
	snprintf(text, sizeof text,
		 "scenario: certain\nslo: {latency: 1s}\ntraffic: {uniform: {rate: 1/s}, timeout: "
		 "2s%s}\n"
		 "versions: {stable: {latency: 1ms}, candidate: {like: stable}}\n"
		 "cases: {it: [{step: {on: candidate, at: 0s, errors: +100%%}}]}\n"
		 "rollouts: {r: {sticky: no, bandit: {choice: by_request, policy: epsilon_greedy, "
		 "epsilon: 0, floor: 0%s}%s}}\n"
		 "horizon: 10m\n",
		 more, bandit, rollout);
	world_read(&world, text);
	struct result row = *world_run(&world, 0, 0, 3);
	world_free(&world);
	return row;
}

/* The first of the two is by chance, the second is the other; then all is known. */
Test(bandit_requests, what_is_known_is_never_done_again)
{
	struct result row = run("", "", "");
	cr_assert_eq(row.version_requests[1], 1);
	cr_assert_eq(row.version_failures[1], 1);
	cr_assert_eq(row.harmed_requests, 1);
	cr_assert_geq(row.version_requests[0], 597);
}

/* Until the first rewards are known, about half of them fail; then those for which a reward is on
 * its way teach nothing new. */
Test(bandit_requests, rewards_are_learnt_when_their_time_has_come)
{
	struct result row = run("", ", delay: 60s", "");
	cr_assert_geq(row.version_requests[1], 16); /* of 60 coins, and one or two more */
	cr_assert_leq(row.version_requests[1], 48);
	row = run("", ", delay: 11m", "");
	cr_assert_geq(row.version_requests[1], 240, "nothing was ever known");
	cr_assert_leq(row.version_requests[1], 360);
}

/* A retry is chosen for as well, by what the first attempt has taught. */
Test(bandit_requests, attempts_are_chosen_for_one_by_one)
{
	struct result row = run(", retries: {attempts: 3, backoff: 100ms}", "", "");
	cr_assert_eq(row.version_requests[1], 1);
	cr_assert_eq(row.harmed_requests, 0, "the second attempt went well");
}

Test(bandit_requests, closed_clients_are_chosen_for)
{
	struct world world;
	world_read(&world, "scenario: closed\n"
			   "traffic: {closed: {clients: 20, think: {exponential: {mean: 5s}}}}\n"
			   "versions: {stable: {latency: 1ms}, candidate: {like: stable}}\n"
			   "cases: {it: [{step: {on: candidate, at: 0s, errors: +100%}}]}\n"
			   "rollouts: {r: {sticky: no, bandit: {choice: by_request, policy: "
			   "epsilon_greedy, epsilon: 0, floor: 0}}}\nhorizon: 10m\n");
	const struct result *row = world_run(&world, 0, 0, 3);
	cr_assert_eq(row->version_requests[1], 1);
	cr_assert_gt(row->version_requests[0], 1000);
	world_free(&world);
}

static struct result run_answers(const char *metric)
{
	struct world world;
	char text[1024];
	snprintf(text, sizeof text,
		 "scenario: answers\ntraffic: {uniform: {rate: 1/s}}\n"
		 "telemetry: {labels: {delay: 60s, conversion_delay: 90s}}\n"
		 "versions:\n"
		 "  stable: {latency: 1ms, quality: {accuracy: 100%%, conversion: {wrong: 0%%, "
		 "right: 100%%, value: 5}}}\n"
		 "  candidate: {like: stable, quality: {accuracy: 0%%}}\n"
		 "cases: {it: []}\n"
		 "rollouts: {r: {sticky: no, bandit: {choice: by_request, policy: epsilon_greedy, "
		 "epsilon: 0, floor: 0, metric: %s}}}\nhorizon: 20m\n",
		 metric);
	world_read(&world, text);
	struct result row = *world_run(&world, 0, 0, 3);
	world_free(&world);
	return row;
}

Test(bandit_requests, labels_and_conversions_teach_when_they_come)
{
	struct result labels = run_answers("accuracy"),
		      conversions = run_answers("conversion_rate");
	cr_assert_geq(labels.version_requests[1], 15);
	cr_assert_leq(labels.version_requests[1], 70);
	cr_assert_geq(conversions.version_requests[1], 25);
	cr_assert_leq(conversions.version_requests[1], 105);
	cr_assert_gt(conversions.regret, 0);
}

/* What the first bandit of two has on its way when it ends is not the second's. */
Test(bandit_requests, it_may_be_a_phase_and_be_halved_and_go_back_by_slow_routers)
{
	static const char *const faults[] = {
		"", "slow_propagation: {delay: 90s, over: 3m}",
		"{slow_propagation: {delay: 90s, over: 3m}}, {step: {at: 20m, errors: +100%}}"};
	static const char *const rollouts[] = {
		"sticky: no, staged: {phases: [{bandit: {choice: by_request, delay: 5m, stop_at: "
		"55%, min_requests: 1}}, {canary: {steps: [50% for 5m]}}, {bandit: {choice: "
		"by_request, delay: 5m, stop_at: 55%, min_requests: 1}}]}",
		"sticky: no, bandit: {choice: by_request, delay: 1m}, checks: [" WATCHING
		"], rollback: {policy: staged, observe: 5m}",
	};
	for (int f = 0; f < 3; f++)
		for (int i = 0; i < 2; i++) {
			struct world world;
			read_decisions(&world, faults[f], rollouts[i], "60m");
			for (uint64_t n = 0; n < 5; n++) {
				const struct result *row = world_run(&world, 0, 0, n);
				cr_assert_eq(row->version_requests[0] + row->version_requests[1] +
						     row->version_requests[2],
					     row->requests);
				cr_assert_eq(row->version_requests[2], 0);
			}
			world_free(&world);
		}
}

Test(bandit_requests, the_same_seed_chooses_the_same)
{
	struct world world;
	read_decisions(&world, "step: {at: 5m, errors: +10%}",
		       "sticky: no, bandit: {choice: by_request, delay: 10s}", "20m");
	struct result first = *world_run(&world, 0, 0, 7);
	world_run(&world, 0, 0, 8);
	struct result again = *world_run(&world, 0, 0, 7);
	cr_assert_eq(memcmp(&first, &again, sizeof first), 0);
	world_free(&world);
}

/* A hundred of a floor of 1 % take their time. */
Test(bandit_requests, it_stops_when_it_is_sure)
{
	expect_story("step: {at: 0s, errors: +50%}",
		     "sticky: no, bandit: {choice: by_request, stop_at: 99%}", "30m",
		     "0 share 0, 0 share 0.5, 0 onset, 60 share 0.0118421, 120 share 0.0078766, "
		     "180 share 0.0116589, 240 remark 1 loses, 240 rollback, 270 share 0, "
		     "270 safe");
}
