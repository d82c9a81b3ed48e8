/* Calculations of what it costs to learn which arm is best. */
#include "sim/calculator/list.h"

#include "sim/stats/regret.h"

#include <stdio.h>

/* ---- exploring, then committing */

struct commit_input {
	double horizon, gap, pulls;
};

static const struct param commit_inputs[] = {
	{"horizon", PARAM_NUMBER, offsetof(struct commit_input, horizon), NULL, 2, 1e15,
	 .about = "pulls in all"},
	{"gap", PARAM_NUMBER, offsetof(struct commit_input, gap), NULL, 0, 1e9,
	 .about = "by how much the better mean is higher, in standard deviations of a reward"},
	{"pulls", PARAM_NUMBER, offsetof(struct commit_input, pulls), NULL, 1, 1e15,
	 .about = "of each arm before one is chosen for good"},
	{0},
};

static const char *check_commit(const void *input, char *why, size_t size)
{
	const struct commit_input *in = input;
	if (2 * in->pulls <= in->horizon)
		return NULL;
	snprintf(why, size, "two arms need twice as many, which is more than the horizon");
	return "pulls";
}

struct commit_answers {
	double regret;
};

static const struct answer commit_answers[] = {
	ANSWER_ROW(commit_answers, regret, "what is expected to be lost against the better arm"),
	{0},
};

static void commit(const void *input, void *answers, struct arena *arena)
{
	const struct commit_input *in = input;
	(void)arena;
	*(struct commit_answers *)answers = (struct commit_answers){
		regret_explore_then_commit(in->horizon, in->gap, in->pulls)};
}

/* ---- bounds */

struct bound_input {
	struct numbers arms;
};

static const struct param bound_inputs[] = {
	{"arms", PARAM_NUMBERS, offsetof(struct bound_input, arms), NULL, 0, 1,
	 .about = "with what chance each arm gives a reward"},
	{0},
};

static const char *check_bounds(const void *input, char *why, size_t size)
{
	const struct bound_input *in = input;
	if (in->arms.count > 0)
		return NULL;
	snprintf(why, size, "at least one arm is needed");
	return "arms";
}

struct bound_answers {
	double lai_robbins, ucb1_slope, ucb1_constant;
};

static const struct answer bound_answers[] = {
	ANSWER_ROW(bound_answers, lai_robbins,
		   "times log T: less no good policy loses in the long run"),
	ANSWER_ROW(bound_answers, ucb1_slope, "times log T, and"),
	ANSWER_ROW(bound_answers, ucb1_constant, "that: UCB1 never loses more (Auer et al. 2002)"),
	{0},
};

static void bounds(const void *input, void *answers, struct arena *arena)
{
	const struct bound_input *in = input;
	(void)arena;
	struct regret_bound ucb1 = regret_ucb1(in->arms.number, in->arms.count);
	*(struct bound_answers *)answers = (struct bound_answers){
		regret_lai_robbins(in->arms.number, in->arms.count), ucb1.slope, ucb1.constant};
}

/* ---- sequential halving */

struct halving_input {
	int64_t K;
	double budget;
};

static const struct param halving_inputs[] = {
	{"K", PARAM_COUNT, offsetof(struct halving_input, K), NULL, 1, 1e9,
	 .about = "how many arms there are"},
	{"budget", PARAM_NUMBER, offsetof(struct halving_input, budget), NULL, 1, 1e15,
	 .about = "pulls in all"},
	{0},
};

struct halving_answers {
	double rounds;
	struct numbers arms, pulls;
	double pulls_used;
};

static const struct answer halving_answers[] = {
	ANSWER_ROW(halving_answers, rounds, "after each the better half stays"),
	ANSWER_LIST_ROW(halving_answers, arms, "how many are left in each round"),
	ANSWER_LIST_ROW(halving_answers, pulls, "how often each of them is pulled there"),
	ANSWER_ROW(halving_answers, pulls_used, "pulls of all rounds together"),
	{0},
};

static void halving(const void *input, void *answers, struct arena *arena)
{
	const struct halving_input *in = input;
	struct halving_answers *out = answers;
	struct halving round = halving_first((int)in->K, in->budget);
	size_t bytes = (size_t)round.rounds * sizeof(double);
	double *arms = arena_take(arena, bytes), *pulls = arena_take(arena, bytes);
	for (int r = 0; r < round.rounds; r++, round = halving_next(&round, in->budget)) {
		arms[r] = round.arms;
		pulls[r] = round.pulls;
		out->pulls_used += arms[r] * pulls[r];
	}
	out->rounds = round.rounds;
	out->arms = (struct numbers){arms, round.rounds};
	out->pulls = (struct numbers){pulls, round.rounds};
}

const struct calculation calculations_of_regret[] = {
	{.name = "etc_regret",
	 .about = "What does it cost to try two arms for a while, then keep the better?",
	 .example = "--horizon 10000 --gap 0.2 --pulls 200",
	 .inputs = commit_inputs,
	 .input_size = sizeof(struct commit_input),
	 .answers = commit_answers,
	 .answer_size = sizeof(struct commit_answers),
	 .check = check_commit,
	 .calculate = commit},
	{.name = "lai_robbins",
	 .alias = "regret_bound",
	 .about = "How little, and how much, can a bandit of these arms cost?",
	 .example = "--arms '0.9;0.8'",
	 .inputs = bound_inputs,
	 .input_size = sizeof(struct bound_input),
	 .answers = bound_answers,
	 .answer_size = sizeof(struct bound_answers),
	 .check = check_bounds,
	 .calculate = bounds},
	{.name = "sequential_halving",
	 .about = "How often is each arm pulled to find the best? Karnin, Koren and Somekh 2013.",
	 .example = "--K 10 --budget 1000",
	 .inputs = halving_inputs,
	 .input_size = sizeof(struct halving_input),
	 .answers = halving_answers,
	 .answer_size = sizeof(struct halving_answers),
	 .calculate = halving},
	{0},
};
