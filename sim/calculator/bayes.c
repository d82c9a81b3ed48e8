/* Calculations with beta posteriors of shares. */
#include "sim/calculator/list.h"

#include "sim/stats/posterior.h"

#define EXACTLY 1e-15

struct pair_input {
	struct beta_law a, b;
};

static const struct param pair_inputs[] = {
	{"alphaA", PARAM_NUMBER, offsetof(struct pair_input, a.a), NULL, 1e-3, 1e12,
	 .about = "successes of A, plus the prior's"},
	{"betaA", PARAM_NUMBER, offsetof(struct pair_input, a.b), NULL, 1e-3, 1e12,
	 .about = "failures of A, plus the prior's"},
	{"alphaB", PARAM_NUMBER, offsetof(struct pair_input, b.a), NULL, 1e-3, 1e12,
	 .about = "successes of B, plus the prior's"},
	{"betaB", PARAM_NUMBER, offsetof(struct pair_input, b.b), NULL, 1e-3, 1e12,
	 .about = "failures of B, plus the prior's"},
	{0},
};

struct pair_answers {
	double p_B_gt_A, exp_loss_choose_B, exp_loss_choose_A;
};

static const struct answer pair_answers[] = {
	ANSWER_ROW(pair_answers, p_B_gt_A, "chance that B's share is higher"),
	ANSWER_ROW(pair_answers, exp_loss_choose_B, "what choosing B loses on average"),
	ANSWER_ROW(pair_answers, exp_loss_choose_A, "what choosing A loses on average"),
	{0},
};

static void pair(const void *input, void *answers, struct arena *arena)
{
	const struct pair_input *in = input;
	(void)arena;
	*(struct pair_answers *)answers = (struct pair_answers){
		posterior_above(in->a, in->b, EXACTLY), posterior_loss(in->a, in->b, EXACTLY),
		posterior_loss(in->b, in->a, EXACTLY)};
}

struct one_input {
	struct beta_law law;
	double alpha;
};

static const struct param one_inputs[] = {
	{"a", PARAM_NUMBER, offsetof(struct one_input, law.a), NULL, 1e-3, 1e12,
	 .about = "successes, plus the prior's"},
	{"b", PARAM_NUMBER, offsetof(struct one_input, law.b), NULL, 1e-3, 1e12,
	 .about = "failures, plus the prior's"},
	{"alpha", PARAM_CHANCE, offsetof(struct one_input, alpha), "5%", 1e-12, 1,
	 .about = "one less the level"},
	{0},
};

struct one_answers {
	double mean, lo, hi;
};

static const struct answer one_answers[] = {
	ANSWER_ROW(one_answers, mean, "posterior mean"),
	ANSWER_ROW(one_answers, lo, "lower end, equal tails"),
	ANSWER_ROW(one_answers, hi, "upper end"),
	{0},
};

static void one(const void *input, void *answers, struct arena *arena)
{
	const struct one_input *in = input;
	(void)arena;
	struct interval ci = posterior_interval(in->law, 1 - in->alpha);
	*(struct one_answers *)answers =
		(struct one_answers){in->law.a / (in->law.a + in->law.b), ci.low, ci.high};
}

const struct calculation calculations_of_bayes[] = {
	{.name = "beta_binomial_pba",
	 .alias = "bayes",
	 .about = "Which of two shares is higher, and what would a wrong choice cost?",
	 .example = "--alphaA 121 --betaA 881 --alphaB 141 --betaB 861",
	 .inputs = pair_inputs,
	 .input_size = sizeof(struct pair_input),
	 .answers = pair_answers,
	 .answer_size = sizeof(struct pair_answers),
	 .calculate = pair},
	{.name = "credible_interval",
	 .alias = "credible",
	 .about = "Where does a share lie, given a beta posterior?",
	 .example = "--a 4 --b 118",
	 .inputs = one_inputs,
	 .input_size = sizeof(struct one_input),
	 .answers = one_answers,
	 .answer_size = sizeof(struct one_answers),
	 .calculate = one},
	{0},
};
