/* Bandits: expected regret by all histories and by simulation, and traces of EXP3 and of policies
 * that forget. */
#include "tests/oracles/published.h"

#include "sim/arena.h"
#include "sim/calculator/calculation.h"
#include "sim/calculator/input.h"
#include "sim/calculator/list.h"
#include "sim/stats/bandit.h"
#include "sim/stats/bandit_index.h"
#include "sim/stats/exp3.h"
#include "sim/stats/forgetting.h"
#include "sim/stats/linucb.h"
#include "sim/stats/regret.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ARMS = 16, WINDOW = 50 };

#define DIGITS 1e-9

/* "TS", "EPS", "EPS0.1"; an unknown one is as bad as none. */
static enum bandit_policy policy_named(const char *name)
{
	return !strncmp(name, "UNIF", 4)  ? BANDIT_UNIFORM
	       : !strncmp(name, "EPS", 3) ? BANDIT_EPSILON_GREEDY
	       : !strcmp(name, "UCB1")	  ? BANDIT_UCB1
	       : !strcmp(name, "KLUCB")	  ? BANDIT_KL_UCB
					  : BANDIT_THOMPSON;
}

static struct bandit_course course_of(enum bandit_policy policy, double epsilon,
				      const double share[2], int horizon)
{
	const struct bandit bandit = {policy, epsilon};
	double *room = malloc(bandit_exact_room(horizon) * sizeof *room);
	struct bandit_course course = bandit_exact(&bandit, share, horizon, room);
	free(room);
	return course;
}

static int compare_exact(void)
{
	struct oracle *o = oracle_open("bandit_exact_regret.csv");
	for (int row = 0; row < o->rows; row++) {
		double share[2] = {oracle_number(o, row, "p0"), oracle_number(o, row, "p1")};
		struct bandit_course c = course_of(policy_named(oracle_text(o, row, "policy")),
						   oracle_number(o, row, "param"), share,
						   (int)oracle_number(o, row, "T"));
		oracle_compare(o, row, "expected_regret", c.regret, DIGITS, 0);
		oracle_compare(o, row, "expected_pulls_arm0", c.pulls[0], DIGITS, 0);
		oracle_compare(o, row, "expected_pulls_arm1", c.pulls[1], DIGITS, 0);
		oracle_compare(o, row, "prob_arm1_posterior_mean_higher", c.looks_best[1], DIGITS,
			       0);
	}
	return !oracle_close(o);
}

/* ---- simulations, which agree within four standard errors of both */

enum { RUNS = 200 };

struct simulated {
	double regret, se;
};

static double answer_of(const struct calculation *c, const char *answers, const char *name)
{
	for (const struct answer *a = c->answers; a->name; a++)
		if (!strcmp(a->name, name))
			return *(const double *)(answers + a->offset);
	return NAN;
}

static bool give(const struct calculation *c, void *input, const char *key, const char *value,
		 struct arena *arena)
{
	char why[256];
	for (const struct param *p = c->inputs; p->key; p++)
		if (!strcmp(p->key, key))
			return input_set(p, input, value, arena, why, sizeof why);
	return false;
}

/* As `coalmine stat bandit_regret` does it. Arms: "0.9;0.8". */
static struct simulated simulate(const char *policy, const char *arms, double horizon)
{
	static const char *const names[] = {[BANDIT_UNIFORM] = "uniform",
					    [BANDIT_EPSILON_GREEDY] = "epsilon_greedy",
					    [BANDIT_UCB1] = "ucb1",
					    [BANDIT_KL_UCB] = "kl_ucb",
					    [BANDIT_THOMPSON] = "thompson"};
	const struct calculation *c = calculation_find("bandit_regret");
	struct arena arena = {0};
	void *input = arena_take(&arena, c->input_size);
	char *answers = arena_take(&arena, c->answer_size), pulls[32], runs[32];
	struct simulated got = {NAN, NAN};
	snprintf(pulls, sizeof pulls, "%.0f", horizon);
	snprintf(runs, sizeof runs, "%d", RUNS);
	memset(input, 0, c->input_size);
	if (give(c, input, "policy", names[policy_named(policy)], &arena) &&
	    give(c, input, "epsilon", "0.1", &arena) && give(c, input, "arms", arms, &arena) &&
	    give(c, input, "horizon", pulls, &arena) && give(c, input, "runs", runs, &arena) &&
	    give(c, input, "seed", "1", &arena)) {
		c->calculate(input, answers, &arena);
		got = (struct simulated){answer_of(c, answers, "regret"),
					 answer_of(c, answers, "se")};
	}
	arena_free(&arena);
	return got;
}

static int compare_simulated(void)
{
	struct oracle *o = oracle_open("bandit_mc_regret.csv");
	for (int row = 0; row < o->rows; row++) {
		struct simulated got = simulate(oracle_text(o, row, "policy"),
						oracle_text(o, row, "arm_probabilities"),
						oracle_number(o, row, "T"));
		oracle_compare(o, row, "mean_pseudo_regret", got.regret, 0,
			       4 * hypot(got.se, oracle_number(o, row, "standard_error")));
	}
	return !oracle_close(o);
}

/* ---- traces */

static void compare_numbers(struct oracle *o, int row, const char *column, const double *got,
			    int count)
{
	double wanted[MOST_ARMS];
	int n = oracle_list(o, row, column, wanted, MOST_ARMS);
	if (n == 0)
		return; /* not every arm was pulled yet */
	oracle_compare_to(o, row, column, count, n, 0, 0);
	for (int a = 0; a < n && a < count; a++)
		oracle_compare_to(o, row, column, got[a], wanted[a], DIGITS, 0);
}

static int compare_exp3(void)
{
	struct oracle *o = oracle_open("trace_exp3.csv");
	double log_weight[MOST_ARMS], chance[MOST_ARMS];
	for (int row = 0; row < o->rows; row++) {
		double gamma = oracle_number(o, row, "gamma");
		int arms = (int)oracle_number(o, row, "K");
		int arm = (int)oracle_number(o, row, "arm_forced");
		if (oracle_number(o, row, "t") == 0)
			memset(log_weight, 0, sizeof log_weight);
		exp3_chances(log_weight, arms, gamma, chance);
		compare_numbers(o, row, "probabilities_before_draw", chance, arms);
		exp3_learn(log_weight, arms, gamma, arm, chance[arm],
			   oracle_number(o, row, "reward"));
	}
	return !oracle_close(o);
}

struct memory {
	int arms;
	struct bandit_arm discounted[MOST_ARMS], recent[MOST_ARMS];
};

/* What was pulled and earned in a row. */
static void recall(const struct oracle *o, int row, struct bandit_arm *arm, double sign)
{
	int pulled = (int)oracle_number(o, row, "arm_forced");
	arm[pulled].pulls += sign;
	arm[pulled].rewards += sign * oracle_number(o, row, "reward");
}

static void compare_memory(struct oracle *o, int row, const struct memory *m)
{
	double ducb[MOST_ARMS], swucb[MOST_ARMS], alpha[MOST_ARMS], beta[MOST_ARMS], sum = 0;
	for (int a = 0; a < m->arms; a++)
		sum += m->discounted[a].pulls;
	for (int a = 0; a < m->arms; a++) {
		struct bandit_arm d = m->discounted[a];
		ducb[a] = forgetting_discounted_index(d, sum, 1, 0.6);
		swucb[a] = forgetting_window_index(m->recent[a], fmin(row + 1, WINDOW), 1, 0.6);
		alpha[a] = 1 + d.rewards;
		beta[a] = 1 + d.pulls - d.rewards;
	}
	compare_numbers(o, row, "DUCB_index", ducb, m->arms);
	compare_numbers(o, row, "SWUCB_index", swucb, m->arms);
	compare_numbers(o, row, "dTS_alpha", alpha, m->arms);
	compare_numbers(o, row, "dTS_beta", beta, m->arms);
}

static int compare_forgetting(void)
{
	struct oracle *o = oracle_open("trace_nonstationary.csv");
	struct memory m = {.arms = 3};
	for (int row = 0; row < o->rows; row++) {
		forgetting_discount(m.discounted, m.arms, 0.97);
		recall(o, row, m.discounted, 1);
		recall(o, row, m.recent, 1);
		if (row >= WINDOW)
			recall(o, row - WINDOW, m.recent, -1);
		oracle_compare(o, row, "t", row + 1, 0, 0);
		compare_memory(o, row, &m);
	}
	return !oracle_close(o);
}

int oracles_of_bandits(void)
{
	return compare_exact() + compare_simulated() + compare_exp3() + compare_forgetting();
}

/* ---- published values */

static void published_regret(struct oracle *o, int row)
{
	const char *inputs = oracle_text(o, row, "inputs"), *arms = strstr(inputs, "p=(");
	double share[MOST_ARMS] = {0}, epsilon = 0;
	char policy[16] = "";
	if (published_says(o, row, "Lai-Robbins")) {
		int count = oracle_list(o, row, "inputs", share, MOST_ARMS);
		published_compare(o, row, regret_lai_robbins(share, count));
		return;
	}
	sscanf(strstr(oracle_text(o, row, "description"), "Bernoulli, "), "Bernoulli, %15s %lf",
	       policy, &epsilon);
	if (!arms || sscanf(arms, "p=(%lf;%lf)", &share[0], &share[1]) != 2)
		published_compare(o, row, NAN);
	else
		published_compare(o, row,
				  course_of(policy_named(policy), epsilon, share,
					    (int)published_input(o, row, "T"))
					  .regret);
}

/* "arms=0.9;0.8;T=10000", and "4*sqrt(SE^2+own SE^2), SE=1.183 (2000 runs)". */
static void published_simulation(struct oracle *o, int row)
{
	const char *inputs = strstr(oracle_text(o, row, "inputs"), "arms=");
	const char *tolerance = strstr(oracle_text(o, row, "tolerance"), " SE=");
	char policy[16] = "", arms[256] = "";
	double se = tolerance ? atof(tolerance + 4) : NAN;
	sscanf(strstr(oracle_text(o, row, "description"), "pseudo-regret, "), "pseudo-regret, %15s",
	       policy);
	const char *end = inputs ? strstr(inputs, ";T=") : NULL;
	if (end)
		snprintf(arms, sizeof arms, "%.*s", (int)(end - inputs - 5), inputs + 5);
	struct simulated got = simulate(policy, arms, published_input(o, row, "T"));
	oracle_compare(o, row, "expected", got.regret, 0, 4 * hypot(got.se, se));
}

static void published_divergence(struct oracle *o, int row)
{
	published_compare(
		o, row,
		bandit_index_kl(published_input(o, row, "p"), published_input(o, row, "q")));
}

/* The history that MabWiser's tests have. */
static const int decisions[] = {1, 1, 1, 2, 2, 3, 3, 3, 3, 3};
static const double rewards[] = {0, 0, 1, 0, 0, 0, 0, 1, 1, 1};
static const double history[][5] = {
	{0, 1, 2, 3, 5}, {1, 1, 1, 1, 1}, {0, 0, 1, 0, 0}, {0, 2, 2, 3, 5}, {1, 3, 1, 1, 1},
	{0, 0, 0, 0, 0}, {0, 1, 4, 3, 5}, {0, 1, 2, 4, 5}, {1, 2, 1, 1, 3}, {0, 2, 1, 0, 0},
};
static const double asked[][5] = {{0, 1, 2, 3, 5}, {1, 1, 1, 1, 1}};

static double mabwiser(const struct oracle *o, int row)
{
	const char *words = oracle_text(o, row, "description");
	const char *arm_at = strstr(words, "arm"), *context_at = strstr(words, "context ");
	int arm = arm_at ? atoi(arm_at + 3) : 0, context = context_at ? atoi(context_at + 8) : 1;
	struct bandit_arm counts = {0, 0};
	struct linucb linear;
	linucb_begin(&linear, 5, 1);
	for (int i = 0; i < 10; i++)
		if (decisions[i] == arm) {
			counts.pulls++;
			counts.rewards += rewards[i];
			linucb_learn(&linear, history[i], rewards[i]);
		}
	if (published_says(o, row, "UCB1(alpha=1)"))
		return bandit_index_ucb1(counts.rewards / counts.pulls, counts.pulls, 10);
	return published_says(o, row, "LinUCB(alpha=1,l2=1)") && (context == 1 || context == 2)
		       ? linucb_index(&linear, asked[context - 1], 1)
		       : NAN;
}

static void published_mabwiser(struct oracle *o, int row)
{
	published_compare(o, row, mabwiser(o, row));
}

const struct published published_bandits[] = {
	{"REG", published_regret},
	{"REGMC", published_simulation},
	{"KL", published_divergence},
	{"MAB", published_mabwiser},
	{0},
};
