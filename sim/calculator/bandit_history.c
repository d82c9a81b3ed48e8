/* Calculations of bandits for arms that change: what to pull after what was pulled and earned. */
#include "sim/calculator/list.h"

#include "sim/stats/exp3.h"
#include "sim/stats/forgetting.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct history_input {
	struct numbers arms, rewards;
	int64_t K, tau;
	double gamma, xi, range;
};

#define HISTORY                                                                                    \
	{"K", PARAM_COUNT, offsetof(struct history_input, K), NULL,                                \
	 1,   1000,	   .about = "how many arms there are"},                                    \
		{"arms", PARAM_NUMBERS, offsetof(struct history_input, arms), NULL,                \
		 0,	 999,		.about = "arms pulled so far, from 0"},                    \
	{                                                                                          \
		"rewards", PARAM_NUMBERS, offsetof(struct history_input, rewards), NULL, 0, 1e9,   \
			.about = "what they gave"                                                  \
	}

static const char *check_history(const void *input, char *why, size_t size)
{
	const struct history_input *in = input;
	if (in->rewards.count != in->arms.count) {
		snprintf(why, size, "there must be one for each of the %d arms pulled",
			 in->arms.count);
		return "rewards";
	}
	for (int i = 0; i < in->arms.count; i++)
		if (in->arms.number[i] >= (double)in->K ||
		    in->arms.number[i] != floor(in->arms.number[i])) {
			snprintf(why, size, "arms are whole numbers below K");
			return "arms";
		}
	return NULL;
}

/* ---- EXP3 */

static const struct param exp3_inputs[] = {
	HISTORY,
	{"gamma", PARAM_CHANCE, offsetof(struct history_input, gamma), "10%", 1e-9, 1,
	 .about = "how much is shared evenly by all arms"},
	{0},
};

static const char *check_exp3(const void *input, char *why, size_t size)
{
	const struct history_input *in = input;
	for (int i = 0; i < in->rewards.count; i++)
		if (in->rewards.number[i] > 1) {
			snprintf(why, size, "they must lie between 0 and 1");
			return "rewards";
		}
	return check_history(input, why, size);
}

struct exp3_answers {
	struct numbers chances;
};

static const struct answer exp3_answers[] = {
	ANSWER_LIST_ROW(exp3_answers, chances, "with which each arm is pulled next"),
	{0},
};

static void exp3(const void *input, void *answers, struct arena *arena)
{
	const struct history_input *in = input;
	int arms = (int)in->K;
	double *log_weight = arena_take(arena, 2 * (size_t)arms * sizeof *log_weight);
	double *chance = log_weight + arms;
	memset(log_weight, 0, (size_t)arms * sizeof *log_weight);
	for (int i = 0; i < in->arms.count; i++) {
		int arm = (int)in->arms.number[i];
		exp3_chances(log_weight, arms, in->gamma, chance);
		exp3_learn(log_weight, arms, in->gamma, arm, chance[arm], in->rewards.number[i]);
	}
	exp3_chances(log_weight, arms, in->gamma, chance);
	((struct exp3_answers *)answers)->chances = (struct numbers){chance, arms};
}

/* ---- forgetting */

static const struct param forgetting_inputs[] = {
	HISTORY,
	{"gamma", PARAM_CHANCE, offsetof(struct history_input, gamma), "97%", 1e-9, 1,
	 .about = "what of everything is left after a pull"},
	{"tau", PARAM_COUNT, offsetof(struct history_input, tau), "50", 1, 1e9,
	 .about = "how many pulls the window holds"},
	{"xi", PARAM_NUMBER, offsetof(struct history_input, xi), "0.6", 0, 1e6,
	 .about = "how sure the bounds shall be"},
	{"range", PARAM_NUMBER, offsetof(struct history_input, range), "1", 1e-9, 1e9,
	 .about = "the largest reward there may be"},
	{0},
};

struct forgetting_answers {
	struct numbers ducb, swucb, dts_alpha, dts_beta;
};

static const struct answer forgetting_answers[] = {
	ANSWER_LIST_ROW(forgetting_answers, ducb, "index of each arm: discounted UCB"),
	ANSWER_LIST_ROW(forgetting_answers, swucb, "sliding-window UCB"),
	ANSWER_LIST_ROW(forgetting_answers, dts_alpha, "discounted Thompson: beta law's first"),
	ANSWER_LIST_ROW(forgetting_answers, dts_beta, "and second parameter"),
	{0},
};

static void pull(struct bandit_arm *arm, const struct history_input *in, int i)
{
	struct bandit_arm *pulled = arm + (int)in->arms.number[i];
	pulled->pulls++;
	pulled->rewards += in->rewards.number[i];
}

static void forgetting(const void *input, void *answers, struct arena *arena)
{
	const struct history_input *in = input;
	int arms = (int)in->K, pulls = in->arms.count;
	double *number = arena_take(arena, 4 * (size_t)arms * sizeof *number), sum = 0;
	size_t bytes = 2 * (size_t)arms * sizeof(struct bandit_arm);
	struct bandit_arm *discounted = arena_take(arena, bytes), *recent = discounted + arms;
	memset(discounted, 0, bytes);
	for (int i = 0; i < pulls; i++) {
		forgetting_discount(discounted, arms, in->gamma);
		pull(discounted, in, i);
		if (i >= pulls - in->tau)
			pull(recent, in, i);
	}
	for (int a = 0; a < arms; a++)
		sum += discounted[a].pulls;
	double window = fmin(pulls, (double)in->tau);
	for (int a = 0; a < arms; a++) {
		struct bandit_arm d = discounted[a];
		number[a] = forgetting_discounted_index(d, sum, in->range, in->xi);
		number[arms + a] = forgetting_window_index(recent[a], window, in->range, in->xi);
		number[2 * arms + a] = 1 + d.rewards;
		number[3 * arms + a] = 1 + d.pulls - d.rewards;
	}
	*(struct forgetting_answers *)answers =
		(struct forgetting_answers){{number, arms},
					    {number + arms, arms},
					    {number + 2 * arms, arms},
					    {number + 3 * arms, arms}};
}

const struct calculation calculations_of_bandit_history[] = {
	{.name = "exp3",
	 .about = "What does EXP3 pull next? For rewards that anybody may choose.",
	 .example = "--K 3 --gamma 10% --arms '2;1;0;2' --rewards '0.9;0.3;0;1'",
	 .inputs = exp3_inputs,
	 .input_size = sizeof(struct history_input),
	 .answers = exp3_answers,
	 .answer_size = sizeof(struct exp3_answers),
	 .check = check_exp3,
	 .calculate = exp3},
	{.name = "forgetting_bandit",
	 .about = "Indices for arms that change: discounted and sliding-window UCB, Thompson.",
	 .example = "--K 3 --arms '0;1;2;1;0' --rewards '1;0;0;1;1'",
	 .inputs = forgetting_inputs,
	 .input_size = sizeof(struct history_input),
	 .answers = forgetting_answers,
	 .answer_size = sizeof(struct forgetting_answers),
	 .check = check_history,
	 .calculate = forgetting},
	{0},
};
