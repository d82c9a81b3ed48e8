/* Calculations with shares of successes: one, or two that are tested against each other. */
#include "sim/calculator/list.h"

#include "sim/stats/fisher.h"
#include "sim/stats/goodness.h"
#include "sim/stats/proportion.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>

/* ---- intervals of one share */

struct share_input {
	double x, n, alpha;
};

static const struct param share_inputs[] = {
	{"x", PARAM_NUMBER, offsetof(struct share_input, x), NULL, 0, 1e15, .about = "successes"},
	{"n", PARAM_NUMBER, offsetof(struct share_input, n), NULL, 0, 1e15, .about = "trials"},
	{"alpha", PARAM_CHANCE, offsetof(struct share_input, alpha), "5%", 1e-300, 1,
	 .about = "one less the level of the interval"},
	{0},
};

static const char *check_share(const void *input, char *why, size_t size)
{
	const struct share_input *in = input;
	if (in->x <= in->n)
		return NULL;
	snprintf(why, size, "there cannot be more successes than trials");
	return "x";
}

struct wilson_answers {
	double z, wilson_lo, wilson_hi, agresti_coull_lo, agresti_coull_hi;
};

static const struct answer wilson_answers[] = {
	ANSWER_ROW(wilson_answers, z, "normal quantile of the level"),
	ANSWER_ROW(wilson_answers, wilson_lo, "lower end of Wilson's interval (1927)"),
	ANSWER_ROW(wilson_answers, wilson_hi, "upper end"),
	ANSWER_ROW(wilson_answers, agresti_coull_lo, "lower end of Agresti and Coull's (1998)"),
	ANSWER_ROW(wilson_answers, agresti_coull_hi, "upper end"),
	{0},
};

static void wilson(const void *input, void *answers, struct arena *arena)
{
	const struct share_input *in = input;
	(void)arena;
	struct interval w = proportion_wilson(in->x, in->n, 1 - in->alpha);
	struct interval ac = proportion_agresti_coull(in->x, in->n, 1 - in->alpha);
	*(struct wilson_answers *)answers = (struct wilson_answers){
		gsl_cdf_ugaussian_Qinv(in->alpha / 2), w.low, w.high, ac.low, ac.high};
}

struct exact_answers {
	double cp_lo, cp_hi, jeffreys_lo, jeffreys_hi;
};

static const struct answer exact_answers[] = {
	ANSWER_ROW(exact_answers, cp_lo, "lower end of Clopper and Pearson's interval (1934)"),
	ANSWER_ROW(exact_answers, cp_hi, "upper end"),
	ANSWER_ROW(exact_answers, jeffreys_lo, "lower end of Jeffreys's"),
	ANSWER_ROW(exact_answers, jeffreys_hi, "upper end"),
	{0},
};

static void exact(const void *input, void *answers, struct arena *arena)
{
	const struct share_input *in = input;
	(void)arena;
	struct interval cp = proportion_clopper_pearson(in->x, in->n, 1 - in->alpha);
	struct interval j = proportion_jeffreys(in->x, in->n, 1 - in->alpha);
	*(struct exact_answers *)answers = (struct exact_answers){cp.low, cp.high, j.low, j.high};
}

/* ---- two shares */

struct two_input {
	double x1, n1, x2, n2;
};

static const struct param two_inputs[] = {
	{"x1", PARAM_NUMBER, offsetof(struct two_input, x1), NULL, 0, 1e15,
	 .about = "successes of the first"},
	{"n1", PARAM_NUMBER, offsetof(struct two_input, n1), NULL, 0, 1e15, .about = "its trials"},
	{"x2", PARAM_NUMBER, offsetof(struct two_input, x2), NULL, 0, 1e15,
	 .about = "successes of the second"},
	{"n2", PARAM_NUMBER, offsetof(struct two_input, n2), NULL, 0, 1e15, .about = "its trials"},
	{0},
};

static const char *check_two(const void *input, char *why, size_t size)
{
	const struct two_input *in = input;
	if (in->x1 <= in->n1 && in->x2 <= in->n2)
		return NULL;
	snprintf(why, size, "there cannot be more successes than trials");
	return in->x1 > in->n1 ? "x1" : "x2";
}

struct two_answers {
	double z_pooled, p_two_sided, p_less, p_greater, z_unpooled, p_unpooled_two_sided;
};

static const struct answer two_answers[] = {
	ANSWER_ROW(two_answers, z_pooled, "the difference by its standard error if there is none"),
	ANSWER_ROW(two_answers, p_two_sided, "chance of a difference as large, either way"),
	ANSWER_ROW(two_answers, p_less, "chance that the first is so low"),
	ANSWER_ROW(two_answers, p_greater, "chance that the first is so high"),
	ANSWER_ROW(two_answers, z_unpooled, "the same with the variance of each"),
	ANSWER_ROW(two_answers, p_unpooled_two_sided, "its two-sided p-value"),
	{0},
};

static double both_tails(double z)
{
	return 2 * gsl_cdf_ugaussian_Q(fabs(z));
}

static void two_shares(const void *input, void *answers, struct arena *arena)
{
	const struct two_input *in = input;
	(void)arena;
	double z = proportion_z(in->x1, in->n1, in->x2, in->n2);
	double u = proportion_z_unpooled(in->x1, in->n1, in->x2, in->n2);
	*(struct two_answers *)answers = (struct two_answers){
		z, both_tails(z), gsl_cdf_ugaussian_P(z), gsl_cdf_ugaussian_Q(z), u, both_tails(u)};
}

/* ---- Fisher's exact test */

struct table_input {
	double a, b, c, d;
};

static const struct param table_inputs[] = {
	{"a", PARAM_NUMBER, offsetof(struct table_input, a), NULL, 0, 1e12,
	 .about = "first row, first column: successes of the first"},
	{"b", PARAM_NUMBER, offsetof(struct table_input, b), NULL, 0, 1e12,
	 .about = "first row, second column: failures of the first"},
	{"c", PARAM_NUMBER, offsetof(struct table_input, c), NULL, 0, 1e12,
	 .about = "second row, first column: successes of the second"},
	{"d", PARAM_NUMBER, offsetof(struct table_input, d), NULL, 0, 1e12,
	 .about = "second row, second column: failures of the second"},
	{0},
};

static const struct answer fisher_answers[] = {
	{"p_two_sided", ANSWER_NUMBER, offsetof(struct tails, two_sided),
	 "chance of tables no more likely than this one"},
	{"p_less", ANSWER_NUMBER, offsetof(struct tails, less), "chance that a is so small"},
	{"p_greater", ANSWER_NUMBER, offsetof(struct tails, greater), "chance that a is so large"},
	{0},
};

static const char *check_table(const void *input, char *why, size_t size)
{
	const struct table_input *in = input;
	const double counts[] = {in->a, in->b, in->c, in->d};
	static const char *const keys[] = {"a", "b", "c", "d"};
	for (int i = 0; i < 4; i++)
		if (counts[i] != floor(counts[i])) {
			snprintf(why, size, "counts must be whole numbers");
			return keys[i];
		}
	return NULL;
}

static void fisher(const void *input, void *answers, struct arena *arena)
{
	const struct table_input *in = input;
	(void)arena;
	*(struct tails *)answers = fisher_exact(in->a, in->b, in->c, in->d);
}

/* ---- sample-ratio mismatch */

struct ratio_input {
	struct numbers counts, weights;
};

static const struct param ratio_inputs[] = {
	{"counts", PARAM_NUMBERS, offsetof(struct ratio_input, counts), NULL, 0, 1e15,
	 .about = "how many each group got"},
	{"weights", PARAM_NUMBERS, offsetof(struct ratio_input, weights), "", 1e-12, 1e15,
	 .about = "what each should get of all; left out: all alike"},
	{0},
};

static const char *check_ratio(const void *input, char *why, size_t size)
{
	const struct ratio_input *in = input;
	if (!in->weights.count || in->weights.count == in->counts.count)
		return NULL;
	snprintf(why, size, "%d counts need as many weights; found %d", in->counts.count,
		 in->weights.count);
	return "weights";
}

struct ratio_answers {
	double chi2, df, p, g_stat, g_p;
};

static const struct answer ratio_answers[] = {
	ANSWER_ROW(ratio_answers, chi2, "Pearson's statistic (1900)"),
	ANSWER_ROW(ratio_answers, df, "degrees of freedom"),
	ANSWER_ROW(ratio_answers, p, "chance of a mismatch as large; below 0.1 % be worried"),
	ANSWER_ROW(ratio_answers, g_stat, "the likelihood ratio statistic"),
	ANSWER_ROW(ratio_answers, g_p, "its p-value"),
	{0},
};

static void sample_ratio(const void *input, void *answers, struct arena *arena)
{
	const struct ratio_input *in = input;
	int n = in->counts.count;
	double *even = arena_take(arena, (size_t)n * sizeof *even);
	for (int i = 0; i < n; i++)
		even[i] = 1;
	const double *weights = in->weights.count ? in->weights.number : even;
	struct goodness chi = goodness_chi_square(in->counts.number, weights, n);
	struct goodness g = goodness_g(in->counts.number, weights, n);
	*(struct ratio_answers *)answers =
		(struct ratio_answers){chi.statistic, chi.df, chi.p, g.statistic, g.p};
}

const struct calculation calculations_of_proportion[] = {
	{.name = "wilson_ci",
	 .alias = "wilson",
	 .about = "An interval for a share of successes, by Wilson and by Agresti and Coull.",
	 .example = "--x 3 --n 120",
	 .inputs = share_inputs,
	 .input_size = sizeof(struct share_input),
	 .answers = wilson_answers,
	 .answer_size = sizeof(struct wilson_answers),
	 .check = check_share,
	 .calculate = wilson},
	{.name = "clopper_pearson_ci",
	 .alias = "clopper_pearson",
	 .about = "An interval for a share that covers at least its level, and Jeffreys's.",
	 .example = "--x 0 --n 400",
	 .inputs = share_inputs,
	 .input_size = sizeof(struct share_input),
	 .answers = exact_answers,
	 .answer_size = sizeof(struct exact_answers),
	 .check = check_share,
	 .calculate = exact},
	{.name = "two_prop_z",
	 .alias = "ztest",
	 .about = "Do two shares differ? The z test, pooled and unpooled.",
	 .example = "--x1 43 --n1 50 --x2 44 --n2 50",
	 .inputs = two_inputs,
	 .input_size = sizeof(struct two_input),
	 .answers = two_answers,
	 .answer_size = sizeof(struct two_answers),
	 .check = check_two,
	 .calculate = two_shares},
	{.name = "fisher_exact",
	 .alias = "fisher",
	 .about = "Do two shares differ? Fisher's exact test of a table of counts.",
	 .example = "--a 3 --b 1 --c 1 --d 3",
	 .inputs = table_inputs,
	 .input_size = sizeof(struct table_input),
	 .answers = fisher_answers,
	 .answer_size = sizeof(struct tails),
	 .check = check_table,
	 .calculate = fisher},
	{.name = "srm_chisq",
	 .alias = "srm",
	 .about = "Do groups have the sizes they should? Sample-ratio mismatch.",
	 .example = "--counts '821588;815482' --weights '0.5;0.5'",
	 .inputs = ratio_inputs,
	 .input_size = sizeof(struct ratio_input),
	 .answers = ratio_answers,
	 .answer_size = sizeof(struct ratio_answers),
	 .check = check_ratio,
	 .calculate = sample_ratio},
	{0},
};
