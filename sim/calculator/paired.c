/* Calculations with several numbers a unit: scores, what was known before, ratios. */
#include "sim/calculator/list.h"

#include "sim/stats/adjusted.h"
#include "sim/stats/delong.h"
#include "sim/stats/welch.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>

static const char *check_lengths(const struct numbers *a, const struct numbers *b, const char *key,
				 char *why, size_t size)
{
	if (a->count == b->count)
		return NULL;
	snprintf(why, size, "there must be as many as of the other list, %d; found %d", a->count,
		 b->count);
	return key;
}

/* ---- two scores */

struct score_input {
	struct numbers label, score1, score2;
};

static const struct param score_inputs[] = {
	{"label", PARAM_NUMBERS, offsetof(struct score_input, label), NULL, 0, 1,
	 .about = "1 for positives, 0 for negatives"},
	{"score1", PARAM_NUMBERS, offsetof(struct score_input, score1), NULL,
	 .about = "what the first model says of each"},
	{"score2", PARAM_NUMBERS, offsetof(struct score_input, score2), NULL,
	 .about = "what the second says"},
	{0},
};

static const char *check_scores(const void *input, char *why, size_t size)
{
	const struct score_input *in = input;
	const char *key = check_lengths(&in->label, &in->score1, "score1", why, size);
	return key ? key : check_lengths(&in->label, &in->score2, "score2", why, size);
}

struct score_answers {
	double auc1, auc2, var1, var2, cov12, diff, z, p_two_sided;
};

static const struct answer score_answers[] = {
	ANSWER_ROW(score_answers, auc1, "area under the first ROC curve"),
	ANSWER_ROW(score_answers, auc2, "area under the second"),
	ANSWER_ROW(score_answers, var1, "variance of the first area"),
	ANSWER_ROW(score_answers, var2, "variance of the second"),
	ANSWER_ROW(score_answers, cov12, "their covariance"),
	ANSWER_ROW(score_answers, diff, "the first area less the second"),
	ANSWER_ROW(score_answers, z, "by its standard error"),
	ANSWER_ROW(score_answers, p_two_sided, "chance of a difference as large"),
	{0},
};

static void scores(const void *input, void *answers, struct arena *arena)
{
	const struct score_input *in = input;
	int n = in->label.count;
	double *work = arena_take(arena, 6 * (size_t)n * sizeof *work);
	struct delong d =
		delong_compare(in->label.number, in->score1.number, in->score2.number, n, work);
	double diff = d.area1 - d.area2, variance = d.variance1 + d.variance2 - 2 * d.covariance;
	double z = diff == 0 ? 0 : diff / sqrt(fmax(variance, 0));
	*(struct score_answers *)answers = (struct score_answers){
		d.area1,      d.area2, d.variance1, d.variance2,
		d.covariance, diff,    z,	    2 * gsl_cdf_ugaussian_Q(fabs(z))};
}

/* ---- CUPED */

struct known_input {
	struct numbers x_control, y_control, x_treat, y_treat;
};

static const struct param known_inputs[] = {
	{"x_control", PARAM_NUMBERS, offsetof(struct known_input, x_control), NULL,
	 .about = "what was known before of each in control"},
	{"y_control", PARAM_NUMBERS, offsetof(struct known_input, y_control), NULL,
	 .about = "what was measured of them"},
	{"x_treat", PARAM_NUMBERS, offsetof(struct known_input, x_treat), NULL,
	 .about = "what was known before of each in treatment"},
	{"y_treat", PARAM_NUMBERS, offsetof(struct known_input, y_treat), NULL,
	 .about = "what was measured of them"},
	{0},
};

static const char *check_known(const void *input, char *why, size_t size)
{
	const struct known_input *in = input;
	const char *key = check_lengths(&in->x_control, &in->y_control, "y_control", why, size);
	return key ? key : check_lengths(&in->x_treat, &in->y_treat, "y_treat", why, size);
}

struct known_answers {
	double theta, adj_mean_c, adj_mean_t, adj_var_c, adj_var_t, diff, se, welch_p;
};

static const struct answer known_answers[] = {
	ANSWER_ROW(known_answers, theta, "what one of x is worth in y"),
	ANSWER_ROW(known_answers, adj_mean_c, "adjusted mean of control"),
	ANSWER_ROW(known_answers, adj_mean_t, "of treatment"),
	ANSWER_ROW(known_answers, adj_var_c, "adjusted variance of control"),
	ANSWER_ROW(known_answers, adj_var_t, "of treatment"),
	ANSWER_ROW(known_answers, diff, "treatment less control"),
	ANSWER_ROW(known_answers, se, "its standard error"),
	ANSWER_ROW(known_answers, welch_p, "chance of a difference as large"),
	{0},
};

static void known(const void *input, void *answers, struct arena *arena)
{
	const struct known_input *in = input;
	(void)arena;
	struct pairs c = {in->x_control.number, in->y_control.number, in->x_control.count};
	struct pairs t = {in->x_treat.number, in->y_treat.number, in->x_treat.count};
	double slope = adjusted_slope(&c, &t), centre = adjusted_centre(&c, &t);
	struct moments mc = adjusted_moments(&c, slope, centre);
	struct moments mt = adjusted_moments(&t, slope, centre);
	struct welch w = welch_test(&mt, &mc);
	*(struct known_answers *)answers = (struct known_answers){
		slope,	      mc.mean, mt.mean,	   moments_variance(&mc), moments_variance(&mt),
		w.difference, w.error, w.two_sided};
}

/* ---- a ratio of means */

struct ratio_input {
	struct numbers numerators, denominators;
};

static const struct param ratio_inputs[] = {
	{"numerators", PARAM_NUMBERS, offsetof(struct ratio_input, numerators), NULL,
	 .about = "of each unit, such as clicks of a user"},
	{"denominators", PARAM_NUMBERS, offsetof(struct ratio_input, denominators), NULL,
	 .about = "of each, such as its views"},
	{0},
};

static const char *check_ratio(const void *input, char *why, size_t size)
{
	const struct ratio_input *in = input;
	return check_lengths(&in->numerators, &in->denominators, "denominators", why, size);
}

struct ratio_answers {
	double ratio, delta_method_variance;
};

static const struct answer ratio_answers[] = {
	ANSWER_ROW(ratio_answers, ratio, "sum of numerators over sum of denominators"),
	ANSWER_ROW(ratio_answers, delta_method_variance, "its variance; units are independent"),
	{0},
};

static void ratio(const void *input, void *answers, struct arena *arena)
{
	const struct ratio_input *in = input;
	struct pairs p = {in->denominators.number, in->numerators.number, in->numerators.count};
	(void)arena;
	*(struct ratio_answers *)answers =
		(struct ratio_answers){adjusted_ratio(&p), adjusted_ratio_variance(&p)};
}

const struct calculation calculations_of_paired[] = {
	{.name = "delong",
	 .alias = "auc",
	 .about = "Which of two scores ranks better? Areas under ROC curves, by DeLong.",
	 .example = "--label '1;0;1;1;0;0' --score1 '0.9;0.2;0.7;0.6;0.65;0.1' "
		    "--score2 '0.5;0.4;0.9;0.3;0.6;0.2'",
	 .inputs = score_inputs,
	 .input_size = sizeof(struct score_input),
	 .answers = score_answers,
	 .answer_size = sizeof(struct score_answers),
	 .check = check_scores,
	 .calculate = scores},
	{.name = "cuped",
	 .about = "A difference of means made sharper by what was known before.",
	 .example = "--x_control '20;6;26;12' --y_control '13;8;18;12' --x_treat '47;6;18;20' "
		    "--y_treat '41;7;12;31'",
	 .inputs = known_inputs,
	 .input_size = sizeof(struct known_input),
	 .answers = known_answers,
	 .answer_size = sizeof(struct known_answers),
	 .check = check_known,
	 .calculate = known},
	{.name = "ratio_delta",
	 .alias = "ratio",
	 .about = "A ratio of means of dependent numbers, with its variance.",
	 .example = "--numerators '4;8;2;2' --denominators '12;17;14;9'",
	 .inputs = ratio_inputs,
	 .input_size = sizeof(struct ratio_input),
	 .answers = ratio_answers,
	 .answer_size = sizeof(struct ratio_answers),
	 .check = check_ratio,
	 .calculate = ratio},
	{0},
};
