/* Calculations with two samples: means, ranks, distribution functions. */
#include "sim/calculator/list.h"

#include "sim/calculator/sorted.h"
#include "sim/stats/anderson_darling.h"
#include "sim/stats/kolmogorov.h"
#include "sim/stats/mann_whitney.h"
#include "sim/stats/welch.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

struct sample_input {
	struct numbers x, y;
	double alpha;
};

#define SAMPLES                                                                                    \
	{"x", PARAM_NUMBERS, offsetof(struct sample_input, x), NULL,                               \
	 .about = "values of the first"},                                                          \
	{                                                                                          \
		"y", PARAM_NUMBERS, offsetof(struct sample_input, y), NULL,                        \
			.about = "values of the second"                                            \
	}

static const struct param sample_inputs[] = {SAMPLES, {0}};

static const struct param shift_inputs[] = {
	SAMPLES,
	{"alpha", PARAM_CHANCE, offsetof(struct sample_input, alpha), "5%", 1e-300, 1,
	 .about = "one less the level of the interval"},
	{0},
};

/* ---- Welch's t test */

struct welch_answers {
	double mean_x, var_x, mean_y, var_y, t, df, p_two_sided, p_less, p_greater, ci95_lo,
		ci95_hi;
};

static const struct answer welch_answers[] = {
	ANSWER_ROW(welch_answers, mean_x, "mean of the first"),
	ANSWER_ROW(welch_answers, var_x, "its variance"),
	ANSWER_ROW(welch_answers, mean_y, "mean of the second"),
	ANSWER_ROW(welch_answers, var_y, "its variance"),
	ANSWER_ROW(welch_answers, t, "the difference by its standard error"),
	ANSWER_ROW(welch_answers, df, "degrees of freedom"),
	ANSWER_ROW(welch_answers, p_two_sided, "chance of a difference as large, either way"),
	ANSWER_ROW(welch_answers, p_less, "chance that the first is so low"),
	ANSWER_ROW(welch_answers, p_greater, "chance that the first is so high"),
	ANSWER_ROW(welch_answers, ci95_lo, "95 % interval of the difference"),
	ANSWER_ROW(welch_answers, ci95_hi, "upper end"),
	{0},
};

/* Around one value of both, so that a small spread around a large one keeps its digits. */
static struct moments moments_around(const struct numbers *list, double origin)
{
	struct moments m = {0};
	for (int i = 0; i < list->count; i++)
		moments_add(&m, list->number[i] - origin);
	return m;
}

static void welch(const void *input, void *answers, struct arena *arena)
{
	const struct sample_input *in = input;
	(void)arena;
	double origin = in->x.count ? in->x.number[0] : 0;
	struct moments x = moments_around(&in->x, origin), y = moments_around(&in->y, origin);
	struct welch w = welch_test(&x, &y);
	struct interval ci = welch_interval(&w, 0.95);
	*(struct welch_answers *)answers = (struct welch_answers){
		.mean_x = x.n ? x.mean + origin : NAN,
		.var_x = moments_variance(&x),
		.mean_y = y.n ? y.mean + origin : NAN,
		.var_y = moments_variance(&y),
		.t = w.t,
		.df = w.df,
		.p_two_sided = w.two_sided,
		.p_less = w.less,
		.p_greater = w.greater,
		.ci95_lo = ci.low,
		.ci95_hi = ci.high,
	};
}

/* ---- Mann and Whitney's test */

struct rank_answers {
	double U_x, U_y, sigma_tie, p_two_sided_cc, p_greater_cc, p_two_sided_nocc, effect;
};

static const struct answer rank_answers[] = {
	ANSWER_ROW(rank_answers, U_x, "pairs in which the first is larger, ties half"),
	ANSWER_ROW(rank_answers, U_y, "pairs in which the second is"),
	ANSWER_ROW(rank_answers, sigma_tie, "its standard deviation, ties considered"),
	ANSWER_ROW(rank_answers, p_two_sided_cc, "either way, with continuity correction"),
	ANSWER_ROW(rank_answers, p_greater_cc, "small: the first is larger"),
	ANSWER_ROW(rank_answers, p_two_sided_nocc, "either way, without the correction"),
	ANSWER_ROW(rank_answers, effect,
		   "chance that one of the first is larger than one of the "
		   "second"),
	{0},
};

static void ranks(const void *input, void *answers, struct arena *arena)
{
	const struct sample_input *in = input;
	struct mann_whitney w = mann_whitney_of(sorted(&in->x, arena), in->x.count,
						sorted(&in->y, arena), in->y.count);
	*(struct rank_answers *)answers = (struct rank_answers){
		w.u1,
		w.n1 * w.n2 - w.u1,
		w.sigma,
		mann_whitney_two_sided(&w, 0.5),
		mann_whitney_greater(&w, 0.5),
		mann_whitney_two_sided(&w, 0),
		mann_whitney_effect(&w),
	};
}

struct shift_answers {
	double est, lo, hi, est_R_tol1e4, lo_R_tol1e4, hi_R_tol1e4;
};

static const struct answer shift_answers[] = {
	ANSWER_ROW(shift_answers, est, "by how much the first is larger (Hodges and Lehmann 1963)"),
	ANSWER_ROW(shift_answers, lo, "lower end of its interval"),
	ANSWER_ROW(shift_answers, hi, "upper end"),
	ANSWER_ROW(shift_answers, est_R_tol1e4, "as R and Kayenta round it: to 1e-4, absolute"),
	ANSWER_ROW(shift_answers, lo_R_tol1e4, "the same of the lower end"),
	ANSWER_ROW(shift_answers, hi_R_tol1e4, "the same of the upper end"),
	{0},
};

static void shift(const void *input, void *answers, struct arena *arena)
{
	const struct sample_input *in = input;
	double *x = sorted(&in->x, arena), *y = sorted(&in->y, arena), level = 1 - in->alpha;
	int n1 = in->x.count, n2 = in->y.count;
	struct interval ci = mann_whitney_shift_interval(x, n1, y, n2, level, 1e-12);
	struct interval rough = mann_whitney_shift_interval(x, n1, y, n2, level, 1e-4);
	*(struct shift_answers *)answers = (struct shift_answers){
		mann_whitney_shift(x, n1, y, n2, 1e-12), ci.low,    ci.high,
		mann_whitney_shift(x, n1, y, n2, 1e-4),	 rough.low, rough.high,
	};
}

/* ---- Kolmogorov and Smirnov's test */

struct distance_answers {
	double D, lambda, p_kolmogorov_limit, p_stephens, p_scipy_asymp_kstwo,
		p_exact_no_tie_correction;
};

static const struct answer distance_answers[] = {
	ANSWER_ROW(distance_answers, D, "largest difference of the distribution functions"),
	ANSWER_ROW(distance_answers, lambda, "D scaled to the limit law"),
	ANSWER_ROW(distance_answers, p_kolmogorov_limit, "by the limit law"),
	ANSWER_ROW(distance_answers, p_stephens, "with Stephens's correction (1970)"),
	ANSWER_ROW(distance_answers, p_scipy_asymp_kstwo, "by the law of one sample, as SciPy"),
	ANSWER_ROW(distance_answers, p_exact_no_tie_correction, "exact where there are no ties"),
	{0},
};

static void distance(const void *input, void *answers, struct arena *arena)
{
	const struct sample_input *in = input;
	int n1 = in->x.count, n2 = in->y.count;
	struct distance_answers *out = answers;
	double *work = arena_take(arena, ((size_t)n2 + 1) * sizeof *work);
	double worth = (double)n1 * n2 / ((double)n1 + n2);
	*out = (struct distance_answers){NAN, NAN, NAN, NAN, NAN, NAN};
	if (!n1 || !n2)
		return;
	out->D = kolmogorov_distance(sorted(&in->x, arena), n1, sorted(&in->y, arena), n2);
	out->lambda = sqrt(worth) * out->D;
	out->p_kolmogorov_limit = kolmogorov_tail(out->lambda);
	out->p_stephens = kolmogorov_stephens(out->D, n1, n2);
	out->p_scipy_asymp_kstwo = kolmogorov_one_sample(out->D, (int)rint(worth));
	out->p_exact_no_tie_correction = kolmogorov_exact(out->D, n1, n2, work);
}

/* ---- Anderson and Darling's test */

struct tail_answers {
	double a2, a2_midrank, t, p;
};

static const struct answer tail_answers[] = {
	ANSWER_ROW(tail_answers, a2, "Scholz and Stephens's statistic (1987)"),
	ANSWER_ROW(tail_answers, a2_midrank, "the same with midranks, for ties"),
	ANSWER_ROW(tail_answers, t, "the second by its mean and spread if both are alike"),
	ANSWER_ROW(tail_answers, p, "chance of one as large, by the limit law"),
	{0},
};

static void tails(const void *input, void *answers, struct arena *arena)
{
	const struct sample_input *in = input;
	struct anderson_darling test = anderson_darling_of(sorted(&in->x, arena), in->x.count,
							   sorted(&in->y, arena), in->y.count);
	*(struct tail_answers *)answers =
		(struct tail_answers){test.a2, test.a2_midrank, test.t, test.p};
}

const struct calculation calculations_of_sample[] = {
	{.name = "welch_t",
	 .alias = "welch",
	 .about = "Do two means differ? Welch's t test.",
	 .example = "--x '30.02;29.99;30.11;29.97;30.01;29.99' "
		    "--y '29.89;29.93;29.72;29.98;30.02;29.98'",
	 .inputs = sample_inputs,
	 .input_size = sizeof(struct sample_input),
	 .answers = welch_answers,
	 .answer_size = sizeof(struct welch_answers),
	 .calculate = welch},
	{.name = "mann_whitney",
	 .alias = "mwu",
	 .about = "Is one sample larger than the other? By ranks.",
	 .example = "--x '19;22;16;29;24' --y '20;11;17;12'",
	 .inputs = sample_inputs,
	 .input_size = sizeof(struct sample_input),
	 .answers = rank_answers,
	 .answer_size = sizeof(struct rank_answers),
	 .calculate = ranks},
	{.name = "mann_whitney_hl",
	 .alias = "hodges_lehmann",
	 .about = "By how much is one sample larger, by ranks?",
	 .example = "--x '10;20;30;40' --y '1;2;3;4'",
	 .inputs = shift_inputs,
	 .input_size = sizeof(struct sample_input),
	 .answers = shift_answers,
	 .answer_size = sizeof(struct shift_answers),
	 .calculate = shift},
	{.name = "ks2",
	 .alias = "ks",
	 .about = "Do two samples come from one distribution? Kolmogorov and Smirnov.",
	 .example = "--x '0.6;1.2;3.4;4.1;5.9' --y '0.2;0.5;0.9;1.1;2.0'",
	 .inputs = sample_inputs,
	 .input_size = sizeof(struct sample_input),
	 .answers = distance_answers,
	 .answer_size = sizeof(struct distance_answers),
	 .calculate = distance},
	{.name = "anderson_darling",
	 .alias = "ad",
	 .about = "The same, with an ear for the tails. Anderson and Darling.",
	 .example = "--x '0.6;1.2;3.4;4.1;5.9' --y '0.2;0.5;0.9;1.1;2.0'",
	 .inputs = sample_inputs,
	 .input_size = sizeof(struct sample_input),
	 .answers = tail_answers,
	 .answer_size = sizeof(struct tail_answers),
	 .calculate = tails},
	{0},
};
