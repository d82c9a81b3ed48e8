/* Calculations with bandits: indices, the best arm, and logged feedback. */
#include "sim/calculator/list.h"

#include "sim/stats/bandit_index.h"
#include "sim/stats/best_arm.h"
#include "sim/stats/linucb.h"
#include "sim/stats/off_policy.h"

#include <math.h>
#include <stdio.h>

/* ---- indices */

struct index_input {
	double successes, n, t;
};

static const struct param index_inputs[] = {
	{"successes", PARAM_NUMBER, offsetof(struct index_input, successes), NULL, 0, 1e15,
	 .about = "rewards of the arm"},
	{"n", PARAM_NUMBER, offsetof(struct index_input, n), NULL, 1, 1e15, .about = "its pulls"},
	{"t", PARAM_NUMBER, offsetof(struct index_input, t), NULL, 1, 1e15,
	 .about = "pulls of all arms"},
	{0},
};

static const char *check_index(const void *input, char *why, size_t size)
{
	const struct index_input *in = input;
	if (in->successes <= in->n)
		return NULL;
	snprintf(why, size, "there cannot be more successes than pulls");
	return "successes";
}

struct index_answers {
	double mean, level, klucb_upper, kl_lower, ucb1_auer, ucb_hoeffding, kl;
};

static const struct answer index_answers[] = {
	ANSWER_ROW(index_answers, mean, "mean reward"),
	ANSWER_ROW(index_answers, level, "log t / n"),
	ANSWER_ROW(index_answers, klucb_upper, "KL-UCB: the best it may be"),
	ANSWER_ROW(index_answers, kl_lower, "the worst it may be"),
	ANSWER_ROW(index_answers, ucb1_auer, "UCB1"),
	ANSWER_ROW(index_answers, ucb_hoeffding, "UCB by Hoeffding's inequality"),
	ANSWER_ROW(index_answers, kl, "divergence of a tenth of the way to 1"),
	{0},
};

static void indices(const void *input, void *answers, struct arena *arena)
{
	const struct index_input *in = input;
	double mean = in->successes / in->n, level = log(in->t) / in->n;
	(void)arena;
	*(struct index_answers *)answers = (struct index_answers){
		mean,
		level,
		bandit_index_kl_upper(mean, level),
		bandit_index_kl_lower(mean, level),
		bandit_index_ucb1(mean, in->n, in->t),
		bandit_index_hoeffding(mean, in->n, in->t),
		bandit_index_kl(mean, fmin(0.999, mean + 0.1 * (1 - mean))),
	};
}

/* ---- LinUCB */

struct context_input {
	struct numbers arms, rewards, x;
	struct number_rows contexts;
	double alpha, lambda, K, n, d;
};

static const struct param context_inputs[] = {
	{"K", PARAM_NUMBER, offsetof(struct context_input, K), NULL, 1, 1000,
	 .about = "how many arms there are"},
	{"alpha", PARAM_NUMBER, offsetof(struct context_input, alpha), "1", 0, 1e6,
	 .about = "how optimistic it is"},
	{"lambda", PARAM_NUMBER, offsetof(struct context_input, lambda), "1", 1e-12, 1e12,
	 .about = "ridge"},
	{"arms", PARAM_NUMBERS, offsetof(struct context_input, arms), NULL, 0, 999,
	 .about = "arms pulled so far, from 0"},
	{"rewards", PARAM_NUMBERS, offsetof(struct context_input, rewards), NULL,
	 .about = "what they gave"},
	{"contexts", PARAM_ROWS, offsetof(struct context_input, contexts), NULL,
	 .about = "in which contexts, a row each"},
	{"x", PARAM_NUMBERS, offsetof(struct context_input, x), NULL,
	 .about = "the context to choose for"},
	{"n", PARAM_NUMBER, offsetof(struct context_input, n), "", 0, 1e9,
	 .about = "how many pulls there should be, to be checked"},
	{"d", PARAM_NUMBER, offsetof(struct context_input, d), "", 1, LINUCB_MOST,
	 .about = "how many numbers a context should have, to be checked"},
	{0},
};

static const char *check_context(const void *input, char *why, size_t size)
{
	const struct context_input *in = input;
	const char *key = NULL;
	if (in->n != in->arms.count && !isnan(in->n))
		key = "n";
	else if (in->rewards.count != in->arms.count)
		key = "rewards";
	else if (in->contexts.rows != in->arms.count)
		key = "contexts";
	if (key)
		snprintf(why, size, "there must be one for each of the %d arms pulled",
			 in->arms.count);
	if (!key && (in->x.count > LINUCB_MOST || in->x.count < 1 ||
		     (in->d != in->x.count && !isnan(in->d)) ||
		     (in->contexts.rows && in->contexts.columns != in->x.count))) {
		key = "x";
		snprintf(why, size, "a context has from 1 to %d numbers, all of them equally many",
			 LINUCB_MOST);
	}
	for (int i = 0; i < in->arms.count && !key; i++)
		if (in->arms.number[i] >= in->K ||
		    in->arms.number[i] != floor(in->arms.number[i])) {
			key = "arms";
			snprintf(why, size, "arms are whole numbers below K");
		}
	return key;
}

struct context_answers {
	struct numbers ucb_per_arm;
};

static const struct answer context_answers[] = {
	ANSWER_LIST_ROW(context_answers, ucb_per_arm, "how good each arm may be there"),
	{0},
};

static void contexts(const void *input, void *answers, struct arena *arena)
{
	const struct context_input *in = input;
	int d = in->x.count, arms = (int)in->K;
	double *index = arena_take(arena, (size_t)arms * sizeof *index);
	for (int a = 0; a < arms; a++) {
		struct linucb arm;
		linucb_begin(&arm, d, in->lambda);
		for (int i = 0; i < in->arms.count; i++)
			if ((int)in->arms.number[i] == a)
				linucb_learn(&arm, in->contexts.number + i * d,
					     in->rewards.number[i]);
		index[a] = linucb_index(&arm, in->x.number, in->alpha);
	}
	((struct context_answers *)answers)->ucb_per_arm = (struct numbers){index, arms};
}

/* ---- the best arm */

struct arms_input {
	int family;
	struct numbers param1, param2;
	double beta;
};

static const char *const family_names[] = {
	[BEST_ARM_GAUSSIAN] = "gaussian", [BEST_ARM_BETA] = "beta", NULL};

static const struct param arms_inputs[] = {
	{"family", PARAM_CHOICE, offsetof(struct arms_input, family), "beta",
	 .choices = family_names, .about = "of the posteriors"},
	{"param1", PARAM_NUMBERS, offsetof(struct arms_input, param1), NULL,
	 .about = "of each arm: mean, or alpha"},
	{"param2", PARAM_NUMBERS, offsetof(struct arms_input, param2), NULL, 1e-9, 1e12,
	 .about = "of each arm: deviation, or beta"},
	{0},
};

static const char *check_arms(const void *input, char *why, size_t size)
{
	const struct arms_input *in = input;
	if (in->param1.count != in->param2.count || in->param1.count < 1 ||
	    in->param1.count > BEST_ARM_MOST) {
		snprintf(why, size,
			 "both lists must have one number for each arm, of which there can be %d",
			 BEST_ARM_MOST);
		return "param2";
	}
	for (int i = 0; i < in->param1.count && in->family == BEST_ARM_BETA; i++)
		if (!(in->param1.number[i] >= 1e-9)) {
			snprintf(why, size, "alpha of a beta law is above 0");
			return "param1";
		}
	return NULL;
}

struct arms_answers {
	struct numbers prob_best, top_two;
};

static const struct answer arms_answers[] = {
	ANSWER_LIST_ROW(arms_answers, prob_best, "chance that each is best"),
	{"top_two_ts_selection_prob_beta0.5", ANSWER_LIST, offsetof(struct arms_answers, top_two),
	 "chance that top-two Thompson sampling picks each"},
	{0},
};

static void best(const void *input, void *answers, struct arena *arena)
{
	const struct arms_input *in = input;
	int arms = in->param1.count;
	size_t n = (size_t)arms;
	struct best_arm_law *law = arena_take(arena, n * sizeof *law);
	double *chance = arena_take(arena, 2 * n * sizeof *chance);
	for (int i = 0; i < arms; i++)
		law[i] = (struct best_arm_law){in->param1.number[i], in->param2.number[i]};
	best_arm_chances((enum best_arm_family)in->family, law, arms, chance);
	best_arm_top_two(chance, arms, 0.5, chance + n);
	*(struct arms_answers *)answers = (struct arms_answers){{chance, arms}, {chance + n, arms}};
}

/* ---- logged feedback */

struct log_input {
	double K, lambda, n;
	struct numbers actions, rewards, pscore;
	struct number_rows pi_e, qhat;
};

static const struct param log_inputs[] = {
	{"K", PARAM_NUMBER, offsetof(struct log_input, K), NULL, 1, 1e6,
	 .about = "how many actions there are"},
	{"lambda", PARAM_NUMBER, offsetof(struct log_input, lambda), "10", 1e-9, 1e300,
	 .about = "weights above this are cut"},
	{"actions", PARAM_NUMBERS, offsetof(struct log_input, actions), NULL, 0, 1e6,
	 .about = "what was done, from 0"},
	{"rewards", PARAM_NUMBERS, offsetof(struct log_input, rewards), NULL,
	 .about = "what came of it"},
	{"pscore", PARAM_NUMBERS, offsetof(struct log_input, pscore), NULL, 1e-12, 1,
	 .about = "with which chance it was done"},
	{"pi_e", PARAM_ROWS, offsetof(struct log_input, pi_e), NULL, 0, 1,
	 .about = "chances of the new policy, a row a decision"},
	{"qhat", PARAM_ROWS, offsetof(struct log_input, qhat), "",
	 .about = "what a model says each action earns, likewise"},
	{"n", PARAM_NUMBER, offsetof(struct log_input, n), "", 0, 1e9,
	 .about = "how many decisions there should be, to be checked"},
	{0},
};

static const char *check_log(const void *input, char *why, size_t size)
{
	const struct log_input *in = input;
	int n = in->actions.count, k = (int)in->K;
	const char *key = in->n != n && !isnan(in->n)			? "n"
			  : in->rewards.count != n			? "rewards"
			  : in->pscore.count != n			? "pscore"
			  : in->pi_e.rows != n || in->pi_e.columns != k ? "pi_e"
			  : in->qhat.rows && (in->qhat.rows != n || in->qhat.columns != k) ? "qhat"
											   : NULL;
	if (key)
		snprintf(why, size, "there must be one for each of the %d decisions%s", n,
			 *key == 'p' || *key == 'q' ? ", with K numbers in a row" : "");
	for (int i = 0; i < n && !key; i++)
		if (in->actions.number[i] >= k ||
		    in->actions.number[i] != floor(in->actions.number[i])) {
			key = "actions";
			snprintf(why, size, "actions are whole numbers below K");
		}
	return key;
}

static const struct answer log_answers[] = {
	ANSWER_ROW(off_policy, ips, "inverse propensity score"),
	ANSWER_ROW(off_policy, snips, "the same, normalised by the weights"),
	ANSWER_ROW(off_policy, clipped_ips, "the same, weights cut at lambda"),
	ANSWER_ROW(off_policy, dm, "what the model says"),
	ANSWER_ROW(off_policy, dr, "doubly robust"),
	ANSWER_ROW(off_policy, sndr, "the same, normalised"),
	ANSWER_ROW(off_policy, dr_clipped, "the same, weights cut"),
	ANSWER_ROW(off_policy, switch_dr, "the model alone where weights are above lambda"),
	ANSWER_ROW(off_policy, ess, "effective sample size"),
	ANSWER_ROW(off_policy, se_ips, "standard error of ips"),
	ANSWER_ROW(off_policy, se_dr, "standard error of dr"),
	{0},
};

static void logged(const void *input, void *answers, struct arena *arena)
{
	const struct log_input *in = input;
	const struct off_policy_log log = {
		.n = in->actions.count,
		.actions = (int)in->K,
		.action = in->actions.number,
		.reward = in->rewards.number,
		.chance = in->pscore.number,
		.policy = in->pi_e.number,
		.model = in->qhat.rows ? in->qhat.number : NULL,
	};
	(void)arena;
	*(struct off_policy *)answers = off_policy_evaluate(&log, in->lambda);
}

struct replay_input {
	double K;
	struct numbers logged_actions, logged_rewards;
};

static const struct param replay_inputs[] = {
	{"K", PARAM_NUMBER, offsetof(struct replay_input, K), NULL, 1, 1e6,
	 .about = "how many actions there are"},
	{"logged_actions", PARAM_NUMBERS, offsetof(struct replay_input, logged_actions), NULL, 0,
	 1e6, .about = "what was done, drawn evenly, from 0"},
	{"logged_rewards", PARAM_NUMBERS, offsetof(struct replay_input, logged_rewards), NULL,
	 .about = "what came of it"},
	{0},
};

static const char *check_replay(const void *input, char *why, size_t size)
{
	const struct replay_input *in = input;
	if (in->logged_actions.count == in->logged_rewards.count)
		return NULL;
	snprintf(why, size, "there must be one for each of the %d actions",
		 in->logged_actions.count);
	return "logged_rewards";
}

struct replay_answers {
	double accepted, total_reward, ctr_estimate;
	struct numbers accepted_action_sequence;
};

static const struct answer replay_answers[] = {
	ANSWER_ROW(replay_answers, accepted, "events that UCB1 saw"),
	ANSWER_ROW(replay_answers, total_reward, "what it earned there"),
	ANSWER_ROW(replay_answers, ctr_estimate, "a time: what it would earn"),
	ANSWER_LIST_ROW(replay_answers, accepted_action_sequence, "what it did"),
	{0},
};

static void replay(const void *input, void *answers, struct arena *arena)
{
	const struct replay_input *in = input;
	struct replay_answers *out = answers;
	int n = in->logged_actions.count, arms = (int)in->K;
	double *accepted = arena_take(arena, (size_t)n * sizeof *accepted);
	struct bandit_arm *arm = arena_take(arena, (size_t)arms * sizeof *arm);
	int seen = off_policy_replay_ucb1(in->logged_actions.number, in->logged_rewards.number, n,
					  arms, accepted, &out->total_reward, arm);
	out->accepted = seen;
	out->ctr_estimate = out->total_reward / seen;
	out->accepted_action_sequence = (struct numbers){accepted, seen};
}

const struct calculation calculations_of_bandit[] = {
	{.name = "bandit_index",
	 .about = "How good may an arm still be? KL-UCB, UCB1 and their kin.",
	 .example = "--successes 24 --n 115 --t 3171",
	 .inputs = index_inputs,
	 .input_size = sizeof(struct index_input),
	 .answers = index_answers,
	 .answer_size = sizeof(struct index_answers),
	 .check = check_index,
	 .calculate = indices},
	{.name = "linucb",
	 .about = "How good may each arm be in this context? LinUCB.",
	 .example = "--K 2 --arms '0;1;0' --rewards '1;0;1' --contexts '1;0|0;1|1;1' --x '1;0.5'",
	 .inputs = context_inputs,
	 .input_size = sizeof(struct context_input),
	 .answers = context_answers,
	 .answer_size = sizeof(struct context_answers),
	 .check = check_context,
	 .calculate = contexts},
	{.name = "prob_best_ttts",
	 .alias = "prob_best",
	 .about = "Which arm is best, by posteriors, and what does Thompson sampling pick?",
	 .example = "--family beta --param1 '3;5;9' --param2 '7;6;12'",
	 .inputs = arms_inputs,
	 .input_size = sizeof(struct arms_input),
	 .answers = arms_answers,
	 .answer_size = sizeof(struct arms_answers),
	 .check = check_arms,
	 .calculate = best},
	{.name = "ope",
	 .alias = "off_policy",
	 .about = "What would another policy have earned? From logged decisions.",
	 .example = "--K 2 --actions '0;1;0' --rewards '1;0;1' --pscore '0.5;0.5;0.5' "
		    "--pi_e '0.9;0.1|0.2;0.8|0.6;0.4'",
	 .inputs = log_inputs,
	 .input_size = sizeof(struct log_input),
	 .answers = log_answers,
	 .answer_size = sizeof(struct off_policy),
	 .check = check_log,
	 .calculate = logged},
	{.name = "replay_ucb1",
	 .about = "What would UCB1 have earned? By replay of decisions drawn evenly.",
	 .example = "--K 2 --logged_actions '0;1;1;0;1' --logged_rewards '1;0;1;1;1'",
	 .inputs = replay_inputs,
	 .input_size = sizeof(struct replay_input),
	 .answers = replay_answers,
	 .answer_size = sizeof(struct replay_answers),
	 .check = check_replay,
	 .calculate = replay},
	{0},
};
