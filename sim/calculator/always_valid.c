/* Calculations of means that hold however often one looks. */
#include "sim/calculator/list.h"

#include "sim/stats/always_valid.h"
#include "sim/stats/betting.h"
#include "sim/stats/evalue.h"

#include <math.h>

/* ---- mSPRT */

struct msprt_input {
	double n_pairs, mean_diff, V, tau2, alpha;
};

static const struct param msprt_inputs[] = {
	{"n_pairs", PARAM_NUMBER, offsetof(struct msprt_input, n_pairs), NULL, 1, 1e15,
	 .about = "pairs so far, one of each arm"},
	{"mean_diff", PARAM_NUMBER, offsetof(struct msprt_input, mean_diff), NULL,
	 .about = "mean difference of the pairs"},
	{"V", PARAM_NUMBER, offsetof(struct msprt_input, V), NULL, 1e-300, 1e300,
	 .about = "variance of one difference"},
	{"tau2", PARAM_NUMBER, offsetof(struct msprt_input, tau2), NULL, 1e-300, 1e300,
	 .about = "variance of the effects one expects"},
	{"alpha", PARAM_CHANCE, offsetof(struct msprt_input, alpha), "5%", 1e-300, 1,
	 .about = "false alarm rate of all looks together"},
	{0},
};

struct msprt_answers {
	double log_lambda, p_one_look, ci_half_width;
};

static const struct answer msprt_answers[] = {
	ANSWER_ROW(msprt_answers, log_lambda, "log of the mixture likelihood ratio, an e-value"),
	ANSWER_ROW(msprt_answers, p_one_look, "1 / e; the smallest so far is always valid"),
	ANSWER_ROW(msprt_answers, ci_half_width, "half the width of the confidence sequence"),
	{0},
};

static void msprt(const void *input, void *answers, struct arena *arena)
{
	const struct msprt_input *in = input;
	double variance = in->V / in->n_pairs;
	(void)arena;
	double log_e = always_valid_msprt(in->mean_diff, variance, in->tau2);
	*(struct msprt_answers *)answers = (struct msprt_answers){
		log_e, evalue_to_p(log_e), always_valid_msprt_half(variance, in->tau2, in->alpha)};
}

/* ---- the asymptotic confidence sequence */

struct sequence_input {
	double estimate, se2, n_total, alpha, tuning_N;
};

static const struct param sequence_inputs[] = {
	{"estimate", PARAM_NUMBER, offsetof(struct sequence_input, estimate), NULL,
	 .about = "the estimated difference"},
	{"se2", PARAM_NUMBER, offsetof(struct sequence_input, se2), NULL, 1e-300, 1e300,
	 .about = "its squared standard error"},
	{"n_total", PARAM_NUMBER, offsetof(struct sequence_input, n_total), NULL, 1, 1e15,
	 .about = "units so far, of both arms"},
	{"alpha", PARAM_CHANCE, offsetof(struct sequence_input, alpha), "5%", 1e-300, 0.999,
	 .about = "false alarm rate of all looks together"},
	{"tuning_N", PARAM_NUMBER, offsetof(struct sequence_input, tuning_N), "5000", 1, 1e15,
	 .about = "units at which it is tightest"},
	{0},
};

struct sequence_answers {
	double rho, half_width, ci_lo, ci_hi, log_e, p_always_valid;
};

static const struct answer sequence_answers[] = {
	ANSWER_ROW(sequence_answers, rho, "its tuning"),
	ANSWER_ROW(sequence_answers, half_width, "half the width"),
	ANSWER_ROW(sequence_answers, ci_lo, "lower end"),
	ANSWER_ROW(sequence_answers, ci_hi, "upper end"),
	ANSWER_ROW(sequence_answers, log_e, "log e-value of no difference"),
	ANSWER_ROW(sequence_answers, p_always_valid, "1 / e, at most 1"),
	{0},
};

static void sequence(const void *input, void *answers, struct arena *arena)
{
	const struct sequence_input *in = input;
	(void)arena;
	double rho = always_valid_rho(in->alpha, in->tuning_N);
	double half = always_valid_half(in->se2, in->n_total, rho, in->alpha);
	double log_e = always_valid_log_e(in->estimate, in->se2, in->n_total, rho);
	*(struct sequence_answers *)answers = (struct sequence_answers){
		rho, half, in->estimate - half, in->estimate + half, log_e, evalue_to_p(log_e)};
}

/* ---- a linear model's coefficient */

struct linear_input {
	double nu, t_stat, phi, z2;
};

static const struct param linear_inputs[] = {
	{"nu", PARAM_NUMBER, offsetof(struct linear_input, nu), NULL, 1, 1e15,
	 .about = "degrees of freedom"},
	{"t_stat", PARAM_NUMBER, offsetof(struct linear_input, t_stat), NULL,
	 .about = "the coefficient by its standard error"},
	{"phi", PARAM_NUMBER, offsetof(struct linear_input, phi), "1", 1e-300, 1e300,
	 .about = "precision of the prior"},
	{"z2", PARAM_NUMBER, offsetof(struct linear_input, z2), NULL, 0, 1e300,
	 .about = "(residual deviation / standard error) squared"},
	{0},
};

struct linear_answers {
	double log_bayes_factor, p, radius;
};

static const struct answer linear_answers[] = {
	ANSWER_ROW(linear_answers, log_bayes_factor, "log e-value of no effect"),
	ANSWER_ROW(linear_answers, p, "1 / e, at most 1"),
	{"cs_radius_in_se_alpha.05", ANSWER_NUMBER, offsetof(struct linear_answers, radius),
	 "half the width of the 95 % confidence sequence, in standard errors"},
	{0},
};

static void linear(const void *input, void *answers, struct arena *arena)
{
	const struct linear_input *in = input;
	(void)arena;
	double log_e = always_valid_linear(in->nu, in->t_stat, in->phi, in->z2);
	*(struct linear_answers *)answers =
		(struct linear_answers){log_e, evalue_to_p(log_e),
					always_valid_linear_radius(in->nu, in->phi, in->z2, 0.05)};
}

/* ---- betting */

struct bet_input {
	struct numbers x;
	double m, alpha;
};

#define BETS                                                                                       \
	{"x",                                                                                      \
	 PARAM_NUMBERS,                                                                            \
	 offsetof(struct bet_input, x),                                                            \
	 NULL,                                                                                     \
	 0,                                                                                        \
	 1,                                                                                        \
	 .about = "numbers from 0 to 1, in order"},                                                \
	{                                                                                          \
		"alpha", PARAM_CHANCE, offsetof(struct bet_input, alpha), "5%", 1e-300, 0.999,     \
			.about = "false alarm rate of all looks together"                          \
	}

static const struct param bet_inputs[] = {
	BETS,
	{"m", PARAM_NUMBER, offsetof(struct bet_input, m), NULL, 0, 1,
	 .about = "the mean that is bet against"},
	{0},
};

static const struct param bernstein_inputs[] = {BETS, {0}};

struct bet_answers {
	double log_capital_plus, log_capital_minus, log_hedged_max, cs95_lo_at_n, cs95_hi_at_n;
};

static const struct answer bet_answers[] = {
	ANSWER_ROW(bet_answers, log_capital_plus, "what betting on more has made of 1"),
	ANSWER_ROW(bet_answers, log_capital_minus, "what betting on less has"),
	ANSWER_ROW(bet_answers, log_hedged_max, "the better of both, half of 1 set on each"),
	ANSWER_ROW(bet_answers, cs95_lo_at_n, "lower end of the 95 % confidence sequence"),
	ANSWER_ROW(bet_answers, cs95_hi_at_n, "upper end"),
	{0},
};

static void bet(const void *input, void *answers, struct arena *arena)
{
	const struct bet_input *in = input;
	int n = in->x.count;
	(void)arena;
	struct hedged_capital c = betting_hedged(in->x.number, n, in->m, in->alpha);
	struct interval ci = betting_interval(in->x.number, n, 0.05);
	*(struct bet_answers *)answers = (struct bet_answers){
		c.plus, c.minus, log(0.5) + fmax(c.plus, c.minus), ci.low, ci.high};
}

struct bernstein_answers {
	double lo, hi;
};

static const struct answer bernstein_answers[] = {
	ANSWER_ROW(bernstein_answers, lo, "lower end of the confidence sequence of the mean"),
	ANSWER_ROW(bernstein_answers, hi, "upper end"),
	{0},
};

static void bernstein(const void *input, void *answers, struct arena *arena)
{
	const struct bet_input *in = input;
	(void)arena;
	struct interval ci = betting_bernstein(in->x.number, in->x.count, in->alpha);
	*(struct bernstein_answers *)answers = (struct bernstein_answers){ci.low, ci.high};
}

const struct calculation calculations_of_always_valid[] = {
	{.name = "msprt",
	 .about = "Do two means differ, looked at all the time? The mixture SPRT.",
	 .example = "--n_pairs 5000 --mean_diff 0.01 --V 0.02 --tau2 0.0001",
	 .inputs = msprt_inputs,
	 .input_size = sizeof(struct msprt_input),
	 .answers = msprt_answers,
	 .answer_size = sizeof(struct msprt_answers),
	 .calculate = msprt},
	{.name = "asymptotic_cs",
	 .alias = "confidence_sequence",
	 .about = "An interval of a difference that holds at all looks together.",
	 .example = "--estimate 0.53 --se2 0.111 --n_total 6500",
	 .inputs = sequence_inputs,
	 .input_size = sizeof(struct sequence_input),
	 .answers = sequence_answers,
	 .answer_size = sizeof(struct sequence_answers),
	 .calculate = sequence},
	{.name = "linear_model_evalue",
	 .about = "Is a coefficient of a linear model 0, looked at all the time?",
	 .example = "--nu 1370 --t_stat 1.78 --phi 10 --z2 23.5",
	 .inputs = linear_inputs,
	 .input_size = sizeof(struct linear_input),
	 .answers = linear_answers,
	 .answer_size = sizeof(struct linear_answers),
	 .calculate = linear},
	{.name = "betting_hedged",
	 .alias = "betting",
	 .about = "Bets against the mean of numbers from 0 to 1.",
	 .example = "--x '0.7;0.9;0.8;0.06;0.1;0.3' --m 0.2",
	 .inputs = bet_inputs,
	 .input_size = sizeof(struct bet_input),
	 .answers = bet_answers,
	 .answer_size = sizeof(struct bet_answers),
	 .calculate = bet},
	{.name = "predmix_eb",
	 .alias = "empirical_bernstein",
	 .about = "A confidence sequence of the mean of numbers from 0 to 1, in closed form.",
	 .example = "--x '0.7;0.9;0.8;0.06;0.1;0.3'",
	 .inputs = bernstein_inputs,
	 .input_size = sizeof(struct bet_input),
	 .answers = bernstein_answers,
	 .answer_size = sizeof(struct bernstein_answers),
	 .calculate = bernstein},
	{0},
};
