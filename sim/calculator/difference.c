/* Calculations of how much two shares or two rates differ. */
#include "sim/calculator/list.h"

#include "sim/stats/difference.h"
#include "sim/stats/poisson.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>

struct share_input {
	struct two_shares s;
	double alpha, margin;
};

#define SHARES                                                                                     \
	{"x1", PARAM_NUMBER, offsetof(struct share_input, s.x1), NULL,                             \
	 0,    1e15,	     .about = "successes of the first"},                                   \
		{"n1", PARAM_NUMBER,	     offsetof(struct share_input, s.n1), NULL, 1,          \
		 1e15, .about = "its trials"},                                                     \
		{"x2", PARAM_NUMBER, offsetof(struct share_input, s.x2), NULL,                     \
		 0,    1e15,	     .about = "successes of the second"},                          \
		{"n2", PARAM_NUMBER,	     offsetof(struct share_input, s.n2), NULL, 1,          \
		 1e15, .about = "its trials"},                                                     \
	{                                                                                          \
		"alpha", PARAM_CHANCE, offsetof(struct share_input, alpha), "5%", 1e-300, 1,       \
			.about = "one less the level of the interval"                              \
	}

static const struct param share_inputs[] = {SHARES, {0}};

static const struct param margin_inputs[] = {
	SHARES,
	{"margin", PARAM_NUMBER, offsetof(struct share_input, margin), "0", -1, 1,
	 .about = "a difference up to this is acceptable"},
	{0},
};

static const char *check_shares(const void *input, char *why, size_t size)
{
	const struct share_input *in = input;
	if (in->s.x1 <= in->s.n1 && in->s.x2 <= in->s.n2)
		return NULL;
	snprintf(why, size, "there cannot be more successes than trials");
	return in->s.x1 > in->s.n1 ? "x1" : "x2";
}

/* ---- intervals of the difference */

struct difference_answers {
	double newcombe_lo, newcombe_hi, mn_score_lo, mn_score_hi, wald_lo, wald_hi,
		agresti_caffo_lo, agresti_caffo_hi;
};

static const struct answer difference_answers[] = {
	ANSWER_ROW(difference_answers, newcombe_lo, "lower end by Newcombe (1998, method 10)"),
	ANSWER_ROW(difference_answers, newcombe_hi, "upper end"),
	ANSWER_ROW(difference_answers, mn_score_lo, "by Miettinen and Nurminen's score (1985)"),
	ANSWER_ROW(difference_answers, mn_score_hi, "upper end"),
	ANSWER_ROW(difference_answers, wald_lo, "by Wald: too short where counts are small"),
	ANSWER_ROW(difference_answers, wald_hi, "upper end"),
	ANSWER_ROW(difference_answers, agresti_caffo_lo, "by Agresti and Caffo (2000)"),
	ANSWER_ROW(difference_answers, agresti_caffo_hi, "upper end"),
	{0},
};

static void difference(const void *input, void *answers, struct arena *arena)
{
	const struct share_input *in = input;
	double level = 1 - in->alpha;
	(void)arena;
	struct interval n = difference_newcombe(&in->s, level),
			mn = difference_score(&in->s, level);
	struct interval w = difference_wald(&in->s, level);
	struct interval ac = difference_agresti_caffo(&in->s, level);
	*(struct difference_answers *)answers = (struct difference_answers){
		n.low, n.high, mn.low, mn.high, w.low, w.high, ac.low, ac.high};
}

/* ---- the ratio */

struct ratio_answers {
	double ratio, lo, hi, koopman_lo, koopman_hi;
};

static const struct answer ratio_answers[] = {
	ANSWER_ROW(ratio_answers, ratio, "the first share over the second"),
	ANSWER_ROW(ratio_answers, lo, "lower end by Katz (1978)"),
	ANSWER_ROW(ratio_answers, hi, "upper end"),
	ANSWER_ROW(ratio_answers, koopman_lo, "by Koopman's score (1984), good for small counts"),
	ANSWER_ROW(ratio_answers, koopman_hi, "upper end"),
	{0},
};

static void ratio(const void *input, void *answers, struct arena *arena)
{
	const struct share_input *in = input;
	(void)arena;
	struct interval katz = difference_ratio(&in->s, 1 - in->alpha);
	struct interval koopman = difference_ratio_score(&in->s, 1 - in->alpha);
	double p1 = in->s.x1 / in->s.n1, p2 = in->s.x2 / in->s.n2;
	*(struct ratio_answers *)answers =
		(struct ratio_answers){p1 / p2, katz.low, katz.high, koopman.low, koopman.high};
}

/* ---- non-inferiority */

struct margin_answers {
	double z, p_greater, p_less;
};

static const struct answer margin_answers[] = {
	ANSWER_ROW(margin_answers, z, "by how many standard errors the margin is exceeded"),
	ANSWER_ROW(margin_answers, p_greater, "small: the first exceeds the margin"),
	ANSWER_ROW(margin_answers, p_less, "small: it surely does not"),
	{0},
};

static void non_inferiority(const void *input, void *answers, struct arena *arena)
{
	const struct share_input *in = input;
	(void)arena;
	double z = difference_score_z(&in->s, in->margin);
	*(struct margin_answers *)answers =
		(struct margin_answers){z, gsl_cdf_ugaussian_Q(z), gsl_cdf_ugaussian_P(z)};
}

/* ---- two rates of events */

struct rate_input {
	double x1, t1, x2, t2;
};

static const struct param rate_inputs[] = {
	{"x1", PARAM_NUMBER, offsetof(struct rate_input, x1), NULL, 0, 1e15,
	 .about = "events of the first"},
	{"T1", PARAM_NUMBER, offsetof(struct rate_input, t1), NULL, 1e-300, 1e300,
	 .about = "its exposure: time, requests"},
	{"x2", PARAM_NUMBER, offsetof(struct rate_input, x2), NULL, 0, 1e15,
	 .about = "events of the second"},
	{"T2", PARAM_NUMBER, offsetof(struct rate_input, t2), NULL, 1e-300, 1e300,
	 .about = "its exposure"},
	{0},
};

struct rate_answers {
	double p_two_sided_minlik, p_less, p_greater, p_midp_doubled, z_score, p_z_two_sided,
		garwood95_lo_rate1, garwood95_hi_rate1;
};

static const struct answer rate_answers[] = {
	ANSWER_ROW(rate_answers, p_two_sided_minlik, "exact: outcomes no more likely than this"),
	ANSWER_ROW(rate_answers, p_less, "chance that the first is so low"),
	ANSWER_ROW(rate_answers, p_greater, "chance that the first is so high"),
	ANSWER_ROW(rate_answers, p_midp_doubled,
		   "twice the smaller tail, half of the outcome in it"),
	ANSWER_ROW(rate_answers, z_score, "the difference by its standard error if there is none"),
	ANSWER_ROW(rate_answers, p_z_two_sided, "its two-sided p-value"),
	ANSWER_ROW(rate_answers, garwood95_lo_rate1, "Garwood's 95 % interval of the first rate"),
	ANSWER_ROW(rate_answers, garwood95_hi_rate1, "upper end"),
	{0},
};

static void rates(const void *input, void *answers, struct arena *arena)
{
	const struct rate_input *in = input;
	(void)arena;
	struct tails exact = poisson_exact(in->x1, in->t1, in->x2, in->t2);
	double z = poisson_z(in->x1, in->t1, in->x2, in->t2);
	struct interval garwood = poisson_garwood(in->x1, in->t1, 0.95);
	*(struct rate_answers *)answers = (struct rate_answers){
		exact.two_sided,
		exact.less,
		exact.greater,
		poisson_mid_p(in->x1, in->t1, in->x2, in->t2),
		z,
		2 * gsl_cdf_ugaussian_Q(fabs(z)),
		garwood.low,
		garwood.high,
	};
}

const struct calculation calculations_of_difference[] = {
	{.name = "prop_diff_ci",
	 .alias = "newcombe",
	 .about = "Intervals for the difference of two shares.",
	 .example = "--x1 56 --n1 70 --x2 48 --n2 80",
	 .inputs = share_inputs,
	 .input_size = sizeof(struct share_input),
	 .answers = difference_answers,
	 .answer_size = sizeof(struct difference_answers),
	 .check = check_shares,
	 .calculate = difference},
	{.name = "relative_risk",
	 .alias = "risk_ratio",
	 .about = "How many times as large is one share as the other?",
	 .example = "--x1 30 --n1 1000 --x2 15 --n2 1000",
	 .inputs = share_inputs,
	 .input_size = sizeof(struct share_input),
	 .answers = ratio_answers,
	 .answer_size = sizeof(struct ratio_answers),
	 .check = check_shares,
	 .calculate = ratio},
	{.name = "score_test",
	 .alias = "non_inferiority",
	 .about = "Is the first share higher by more than a margin? Miettinen and Nurminen's test.",
	 .example = "--x1 30 --n1 1000 --x2 15 --n2 1000 --margin 0.005",
	 .inputs = margin_inputs,
	 .input_size = sizeof(struct share_input),
	 .answers = margin_answers,
	 .answer_size = sizeof(struct margin_answers),
	 .check = check_shares,
	 .calculate = non_inferiority},
	{.name = "poisson_two_sample",
	 .alias = "poisson",
	 .about = "Do two rates of events differ?",
	 .example = "--x1 19 --T1 28.99 --x2 21 --T2 24.03",
	 .inputs = rate_inputs,
	 .input_size = sizeof(struct rate_input),
	 .answers = rate_answers,
	 .answer_size = sizeof(struct rate_answers),
	 .calculate = rates},
	{0},
};
