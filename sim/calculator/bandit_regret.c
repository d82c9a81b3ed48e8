/* Calculations of what a bandit loses, exactly where all histories can be counted, else by trying
 * it often; and of bandits for arms that change. */
#include "sim/calculator/list.h"

#include "sim/draw.h"
#include "sim/stats/bandit.h"
#include "sim/stats/moments.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- regret */

static const double most_pulls = 1e9; /* of all runs, times the arms: minutes */

struct regret_input {
	struct numbers arms;
	int policy;
	double epsilon;
	int64_t horizon, runs, seed;
};

static const char *const policy_names[] = {
	[BANDIT_UNIFORM] = "uniform",	[BANDIT_EPSILON_GREEDY] = "epsilon_greedy",
	[BANDIT_UCB1] = "ucb1",		[BANDIT_KL_UCB] = "kl_ucb",
	[BANDIT_THOMPSON] = "thompson", NULL};

static const struct param regret_inputs[] = {
	{"policy", PARAM_CHOICE, offsetof(struct regret_input, policy), "thompson",
	 .choices = policy_names, .about = "how it chooses"},
	{"arms", PARAM_NUMBERS, offsetof(struct regret_input, arms), NULL, 0, 1,
	 .about = "with what chance each arm gives a reward"},
	{"horizon", PARAM_COUNT, offsetof(struct regret_input, horizon), NULL, 1, 1e6,
	 .about = "pulls in all"},
	{"epsilon", PARAM_CHANCE, offsetof(struct regret_input, epsilon), "10%", 0, 1,
	 .about = "of epsilon_greedy: how often it pulls any arm"},
	{"runs", PARAM_COUNT, offsetof(struct regret_input, runs), "1000", 2, 1e6,
	 .about = "how often it is tried: with more than two arms, or more than 200 pulls"},
	{"seed", PARAM_COUNT, offsetof(struct regret_input, seed), "1", 0, 1e15,
	 .about = "of these runs: the same seed gives the same answers"},
	{0},
};

static bool is_exact(const struct regret_input *in)
{
	return in->arms.count == 2 && in->horizon <= BANDIT_MOST_EXACT;
}

static const char *check_regret(const void *input, char *why, size_t size)
{
	const struct regret_input *in = input;
	double pulls = (double)in->horizon * (double)in->runs * in->arms.count;
	if (in->arms.count < 1) {
		snprintf(why, size, "at least one arm is needed");
		return "arms";
	}
	if (is_exact(in) || pulls <= most_pulls)
		return NULL;
	snprintf(why, size, "arms x horizon x runs must be at most %g, which takes minutes",
		 most_pulls);
	return "runs";
}

struct regret_answers {
	double regret, se, lo, hi;
	struct numbers pulls, looks_best;
};

static const struct answer regret_answers[] = {
	ANSWER_ROW(regret_answers, regret, "what is expected to be lost against the best arm"),
	ANSWER_ROW(regret_answers, se, "its standard error; 0: it is exact, by all histories"),
	ANSWER_ROW(regret_answers, lo, "where it lies, with 95 % confidence: from"),
	ANSWER_ROW(regret_answers, hi, "to"),
	ANSWER_LIST_ROW(regret_answers, pulls, "how often each arm is expected to be pulled"),
	ANSWER_LIST_ROW(regret_answers, looks_best,
			"chance that each has the highest posterior mean then"),
	{0},
};

/* ---- one run after another */

static int any(int arms, struct rng *rng)
{
	return (int)((rng_word)rng_next(rng) * (unsigned)arms >> 64);
}

static int highest_draw(const struct bandit_arm *arm, int arms, struct rng *rng)
{
	int highest = 0;
	double best = -1;
	for (int a = 0; a < arms; a++) {
		double drawn =
			draw_beta(rng, 1 + arm[a].rewards, 1 + arm[a].pulls - arm[a].rewards);
		if (drawn > best) {
			best = drawn;
			highest = a;
		}
	}
	return highest;
}

/* Each arm was pulled once after as many pulls as there are arms. */
static int choose(const struct regret_input *in, const struct bandit_arm *arm, int64_t t,
		  struct rng *rng)
{
	enum bandit_policy policy = (enum bandit_policy)in->policy;
	bool explores = policy == BANDIT_EPSILON_GREEDY && t >= in->arms.count;
	if (policy == BANDIT_THOMPSON)
		return highest_draw(arm, in->arms.count, rng);
	if (policy == BANDIT_UNIFORM || (explores && rng_uniform(rng) < in->epsilon))
		return any(in->arms.count, rng);
	return bandit_highest(policy, arm, in->arms.count, (double)t);
}

static void run_once(const struct regret_input *in, struct bandit_arm *arm, struct rng *rng)
{
	memset(arm, 0, (size_t)in->arms.count * sizeof *arm);
	for (int64_t t = 0; t < in->horizon; t++) {
		int a = choose(in, arm, t, rng);
		arm[a].pulls++;
		arm[a].rewards += rng_uniform(rng) < in->arms.number[a];
	}
}

/* Adds 1, shared evenly by those that look equally good. */
static void add_best(const struct bandit_arm *arm, int arms, double *looks_best)
{
	double most = 0;
	int equal = 0;
	for (int a = 0; a < arms; a++)
		most = fmax(most, (1 + arm[a].rewards) / (2 + arm[a].pulls));
	for (int a = 0; a < arms; a++)
		equal += (1 + arm[a].rewards) / (2 + arm[a].pulls) == most;
	for (int a = 0; a < arms; a++)
		if ((1 + arm[a].rewards) / (2 + arm[a].pulls) == most)
			looks_best[a] += 1.0 / equal;
}

static double best_share(const struct numbers *arms)
{
	double best = 0;
	for (int a = 0; a < arms->count; a++)
		best = fmax(best, arms->number[a]);
	return best;
}

static void run_often(const struct regret_input *in, struct regret_answers *out, double *pulls,
		      double *looks_best, struct arena *arena)
{
	struct rng rng;
	struct moments regret = {0};
	int arms = in->arms.count;
	double best = best_share(&in->arms), runs = (double)in->runs;
	struct bandit_arm *arm = arena_take(arena, (size_t)arms * sizeof *arm);
	rng_stream(&rng, (uint64_t)in->seed, 0, "bandit");
	for (int64_t r = 0; r < in->runs; r++) {
		double lost = 0;
		run_once(in, arm, &rng);
		for (int a = 0; a < arms; a++) {
			lost += (best - in->arms.number[a]) * arm[a].pulls;
			pulls[a] += arm[a].pulls / runs;
		}
		moments_add(&regret, lost);
		add_best(arm, arms, looks_best);
	}
	for (int a = 0; a < arms; a++)
		looks_best[a] /= runs;
	out->regret = regret.mean;
	out->se = sqrt(moments_variance(&regret) / runs);
}

static void all_histories(const struct regret_input *in, struct regret_answers *out, double *pulls,
			  double *looks_best, struct arena *arena)
{
	const struct bandit bandit = {(enum bandit_policy)in->policy, in->epsilon};
	int horizon = (int)in->horizon;
	double *room = arena_take(arena, bandit_exact_room(horizon) * sizeof *room);
	struct bandit_course c = bandit_exact(&bandit, in->arms.number, horizon, room);
	memcpy(pulls, c.pulls, sizeof c.pulls);
	memcpy(looks_best, c.looks_best, sizeof c.looks_best);
	out->regret = c.regret;
	out->se = 0;
}

static void regret(const void *input, void *answers, struct arena *arena)
{
	const struct regret_input *in = input;
	struct regret_answers *out = answers;
	int arms = in->arms.count;
	double *pulls = arena_take(arena, 2 * (size_t)arms * sizeof *pulls);
	double *looks_best = pulls + arms;
	memset(pulls, 0, 2 * (size_t)arms * sizeof *pulls);
	(is_exact(in) ? all_histories : run_often)(in, out, pulls, looks_best, arena);
	out->lo = fmax(0, out->regret - 1.959963984540054 * out->se);
	out->hi = out->regret + 1.959963984540054 * out->se;
	out->pulls = (struct numbers){pulls, arms};
	out->looks_best = (struct numbers){looks_best, arms};
}

const struct calculation calculations_of_bandit_regret[] = {
	{.name = "bandit_regret",
	 .about = "What does it cost to learn which arm is best by this policy?",
	 .example = "--policy thompson --arms '0.5;0.6' --horizon 100",
	 .inputs = regret_inputs,
	 .input_size = sizeof(struct regret_input),
	 .answers = regret_answers,
	 .answer_size = sizeof(struct regret_answers),
	 .check = check_regret,
	 .calculate = regret},
	{0},
};
