/* Bandits on the classical settings: what they regret is what plain implementations regret, and
 * what theory says of them. */
#include "bench/regret.h"
#include "sim/stats/regret.h"

#include "tests/random.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

/* ---- policies, each as its paper has it */

struct table {
	int arms;
	double chance[MAX_VERSIONS], pulls[MAX_VERSIONS], rewards[MAX_VERSIONS],
		weight[MAX_VERSIONS];
	double regret;
	uint64_t random;
};

static double uniform(struct table *t)
{
	return (double)(random_next(&t->random) >> 11) * 0x1p-53;
}

static double pull(struct table *t, int arm)
{
	double best = 0, reward = uniform(t) < t->chance[arm];
	for (int a = 0; a < t->arms; a++)
		best = fmax(best, t->chance[a]);
	t->regret += best - t->chance[arm];
	t->pulls[arm]++;
	t->rewards[arm] += reward;
	return reward;
}

static double mean_of(const struct table *t, int arm)
{
	return t->rewards[arm] / t->pulls[arm];
}

/* Auer, Cesa-Bianchi and Fischer 2002. */
static double ucb1(const struct table *t, int arm, double all)
{
	return mean_of(t, arm) + sqrt(2 * log(all) / t->pulls[arm]);
}

static double divergence(double p, double q)
{
	return (p > 0 ? p * log(p / q) : 0) + (p < 1 ? (1 - p) * log((1 - p) / (1 - q)) : 0);
}

/* Garivier and Cappe 2011. */
static double kl_ucb(const struct table *t, int arm, double all)
{
	double mean = mean_of(t, arm), low = mean, high = 1;
	for (int i = 0; i < 50; i++) {
		double q = 0.5 * (low + high);
		if (t->pulls[arm] * divergence(mean, q) <= log(all))
			low = q;
		else
			high = q;
	}
	return low;
}

static double greedy(const struct table *t, int arm, double all)
{
	(void)all;
	return mean_of(t, arm);
}

typedef double index_of(const struct table *t, int arm, double all);

/* Any until all have been pulled; then, but for a share epsilon, the one with the highest index. */
static int choose(struct table *t, index_of *index, double epsilon, double all)
{
	int best = 0, unknown = 0;
	for (int a = 0; a < t->arms; a++)
		unknown += t->pulls[a] == 0;
	if (unknown || uniform(t) < epsilon)
		return (int)(uniform(t) * t->arms);
	for (int a = 1; a < t->arms; a++)
		best = index(t, a, all) > index(t, best, all) ? a : best;
	return best;
}

static double play_plainly(struct table t, index_of *index, double epsilon, int64_t horizon)
{
	for (int64_t i = 0; i < horizon; i++)
		pull(&t, choose(&t, index, epsilon, (double)i));
	return t.regret;
}

/* ---- regret is that of the plain ones */

static const double two[MAX_VERSIONS] = {0.5, 0.6};
static const double eight[MAX_VERSIONS] = {0.1, 0.05, 0.05, 0.05, 0.02, 0.02, 0.02, 0.01};

static struct regret_game make_game(const char *settings, int arms, int64_t batch, int64_t updates)
{
	struct regret_game game = {
		.settings = settings, .arms = arms, .batch = batch, .updates = updates};
	for (int a = 0; a < arms; a++)
		game.chance[a] = arms == 2 ? two[a] : eight[a];
	return game;
}

static struct regret_curve play(const struct regret_game *game, int games)
{
	struct regret_curve curve;
	cr_assert(regret_play(game, games, &curve), "%s", game->settings);
	return curve;
}

static void expect_the_same(const char *settings, index_of *index, double epsilon, int arms)
{
	enum { GAMES = 400, HORIZON = 2000 };
	struct regret_game game = make_game(settings, arms, 1, HORIZON);
	struct regret_curve curve = play(&game, GAMES);
	double sum = 0, squares = 0;
	for (int g = 0; g < GAMES; g++) {
		struct table t = {.arms = arms, .random = 77 + (uint64_t)g};
		for (int a = 0; a < arms; a++)
			t.chance[a] = game.chance[a];
		double regret = play_plainly(t, index, epsilon, HORIZON);
		sum += regret;
		squares += regret * regret;
	}
	double mean = sum / GAMES, variance = (squares / GAMES - mean * mean) / GAMES;
	double own = curve.error[curve.points - 1];
	cr_assert_float_eq(curve.mean[curve.points - 1], mean, 4 * sqrt(variance + own * own),
			   "%s, %d arms: %g, not %g", settings, arms, curve.mean[curve.points - 1],
			   mean);
}

Test(bandit, policies_regret_as_much_as_their_plainest_forms)
{
	for (int arms = 2; arms <= 8; arms += 6) {
		expect_the_same("policy: ucb1", ucb1, 0, arms);
		expect_the_same("policy: kl_ucb", kl_ucb, 0, arms);
		expect_the_same("policy: epsilon_greedy, epsilon: 10%", greedy, 0.1, arms);
	}
}

/* ---- theory */

/* By how much regret grows with the logarithm of the pulls, over the last eighth of them on. */
static double slope_of(const struct regret_curve *curve)
{
	int last = curve->points - 1, first = last;
	while (curve->pulls[first] > curve->pulls[last] / 8)
		first--;
	return (curve->mean[last] - curve->mean[first]) /
	       log(curve->pulls[last] / curve->pulls[first]);
}

/* Nobody can do better in the long run; these come close, and UCB1 does not. */
Test(bandit, kl_ucb_and_thompson_approach_the_slope_of_lai_and_robbins)
{
	struct regret_game kl = make_game("policy: kl_ucb", 2, 1, 20000);
	struct regret_game thompson = make_game("policy: thompson", 2, 1, 3000);
	struct regret_game ucb = make_game("policy: ucb1", 2, 1, 20000);
	double best = regret_lai_robbins(two, 2);
	struct regret_curve curve = play(&kl, 200);
	cr_assert(slope_of(&curve) > 0.6 * best && slope_of(&curve) < 1.6 * best, "%g and %g",
		  slope_of(&curve), best);
	curve = play(&thompson, 60);
	cr_assert(slope_of(&curve) > 0.5 * best && slope_of(&curve) < 1.6 * best, "%g and %g",
		  slope_of(&curve), best);
	curve = play(&ucb, 50);
	cr_assert_gt(slope_of(&curve), 3 * best);
	struct regret_bound bound = regret_ucb1(two, 2);
	cr_assert_leq(curve.mean[curve.points - 1], bound.slope * log(20000) + bound.constant);
}

/* Auer, Cesa-Bianchi, Freund and Schapire 2002, corollary 3.2: with the gamma that suits the
 * horizon; a share spread evenly would regret more than twice as much as the bound. */
Test(bandit, exp3_regrets_less_than_its_bound)
{
	enum { HORIZON = 20000 };
	for (int arms = 2; arms <= 8; arms += 6) {
		char settings[64];
		double k = arms * log(arms), gamma = sqrt(k / ((M_E - 1) * HORIZON));
		snprintf(settings, sizeof settings, "policy: exp3, gamma: %.6f%%", 100 * gamma);
		struct regret_game game = make_game(settings, arms, 1, HORIZON);
		if (arms == 8)
			game.chance[0] = 0.3;
		struct regret_curve curve = play(&game, 40);
		double bound = 2.63 * sqrt(HORIZON * k);
		cr_assert_lt(curve.mean[curve.points - 1] + 4 * curve.error[curve.points - 1],
			     bound);
		cr_assert_gt(curve.mean[curve.points - 1], 0.1 * bound);
	}
}

Test(bandit, who_forgets_recovers_from_a_change)
{
	static const char *const settings[] = {"policy: thompson, discount: 90%",
					       "policy: kl_ucb, discount: 95%", "policy: thompson",
					       "policy: kl_ucb"};
	double after[4];
	for (int s = 0; s < 4; s++) {
		struct regret_game game = make_game(settings[s], 2, 10, 400);
		struct regret_game before = make_game(settings[s], 2, 10, 200);
		game.change = 200;
		game.chance[0] = before.chance[0] = 0.4;
		game.later[0] = 0.8;
		game.later[1] = 0.6;
		struct regret_curve whole = play(&game, 100), half = play(&before, 100);
		after[s] = whole.mean[whole.points - 1] - half.mean[half.points - 1];
	}
	cr_assert_lt(after[0], 0.7 * after[2], "%g and %g", after[0], after[2]);
	cr_assert_lt(after[1], 0.7 * after[3], "%g and %g", after[1], after[3]);
}
