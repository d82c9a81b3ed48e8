/* Bandits at their ends: ties, certain arms, long times. Their numbers are held to other programs
 * in tests/answers. */
#include "sim/stats/bandit.h"
#include "sim/stats/bandit_index.h"
#include "sim/stats/exp3.h"
#include "sim/stats/forgetting.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

Test(bandit, pulls_what_was_never_pulled_then_the_first_of_equals)
{
	struct bandit_arm arm[] = {{2, 1}, {0, 0}, {0, 0}};
	struct bandit_arm same[] = {{4, 1}, {8, 2}, {4, 1}};
	for (int p = BANDIT_EPSILON_GREEDY; p <= BANDIT_KL_UCB; p++) {
		cr_expect_eq(bandit_highest((enum bandit_policy)p, arm, 3, 2), 1);
		cr_expect_eq(bandit_highest((enum bandit_policy)p, same, 3, 16), 0);
	}
}

/* The shortcut of KL-UCB must not change whom it chooses. */
Test(bandit, kl_ucb_pulls_the_highest_index)
{
	srand(5);
	for (int try = 0; try < 2000; try++) {
		struct bandit_arm arm[6];
		double t = 0, best = -1;
		int wanted = 0;
		for (int a = 0; a < 6; a++) {
			arm[a].pulls = 1 + rand() % (try % 2 ? 4 : 400);
			arm[a].rewards = rand() % ((int)arm[a].pulls + 1);
			t += arm[a].pulls;
		}
		for (int a = 0; a < 6; a++) {
			double index = bandit_index_kl_upper(arm[a].rewards / arm[a].pulls,
							     log(t) / arm[a].pulls);
			if (index > best) {
				best = index;
				wanted = a;
			}
		}
		cr_assert_eq(bandit_highest(BANDIT_KL_UCB, arm, 6, t), wanted);
	}
}

Test(bandit, all_histories_add_up)
{
	double *room = calloc(bandit_exact_room(BANDIT_MOST_EXACT), sizeof *room);
	for (int p = BANDIT_UNIFORM; p <= BANDIT_THOMPSON; p++) {
		struct bandit bandit = {(enum bandit_policy)p, 0.2};
		const double share[2] = {0.3, 0.35}, turned[2] = {0.35, 0.3};
		struct bandit_course c = bandit_exact(&bandit, share, 60, room);
		struct bandit_course d = bandit_exact(&bandit, turned, 60, room);
		cr_expect_float_eq(c.pulls[0] + c.pulls[1], 60, 1e-10);
		cr_expect_leq(c.regret, 60 * 0.05);
		if (p == BANDIT_UNIFORM ||
		    p == BANDIT_THOMPSON) /* others pull the first of equals */
			cr_expect_float_eq(c.regret, d.regret, 1e-12);
	}
	free(room);
}

Test(bandit, certain_arms_are_known_at_once)
{
	double *room = calloc(bandit_exact_room(50), sizeof *room);
	const double share[2] = {0, 1};
	struct bandit greedy = {BANDIT_EPSILON_GREEDY, 0};
	struct bandit_course c = bandit_exact(&greedy, share, 50, room);
	cr_expect_float_eq(c.regret, 1, 1e-12, "one pull of the arm that gives nothing");
	cr_expect_float_eq(c.looks_best[1], 1, 1e-12);
	free(room);
}

Test(bandit, weights_of_exp3_never_overflow)
{
	double log_weight[3] = {0}, chance[3];
	for (int t = 0; t < 1000000; t++) {
		exp3_chances(log_weight, 3, 0.1, chance);
		exp3_learn(log_weight, 3, 0.1, 1, chance[1], 1);
	}
	cr_expect_float_eq(chance[0], 0.1 / 3, 1e-12);
	cr_expect_float_eq(chance[1], 0.9 + 0.1 / 3, 1e-12);
	cr_expect_float_eq(chance[0] + chance[1] + chance[2], 1, 1e-12);
}

Test(bandit, forgets)
{
	struct bandit_arm arm[2] = {{100, 100}, {100, 0}};
	for (int t = 0; t < 200; t++) {
		forgetting_discount(arm, 2, 0.9);
		arm[1].pulls++;
		arm[1].rewards++;
	}
	cr_expect_float_eq(arm[1].pulls, 10, 1e-6, "1 / (1 - 0.9)");
	cr_expect_float_eq(arm[1].rewards, 10, 1e-6);
	cr_expect_lt(arm[0].pulls, 1e-6);
	cr_expect_gt(forgetting_discounted_index(arm[0], 10, 1, 0.6),
		     forgetting_discounted_index(arm[1], 10, 1, 0.6),
		     "nobody knows what it is now");
	cr_expect(isinf(forgetting_window_index((struct bandit_arm){0, 0}, 10, 1, 0.6)));
}
