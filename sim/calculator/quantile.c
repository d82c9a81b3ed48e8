/* Calculations with quantiles of a sample. */
#include "sim/calculator/list.h"

#include "sim/calculator/sorted.h"
#include "sim/stats/quantile.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

struct sample_input {
	struct numbers x, q;
};

static const struct param sample_inputs[] = {
	{"x", PARAM_NUMBERS, offsetof(struct sample_input, x), NULL, .about = "the values"},
	{"q", PARAM_NUMBERS, offsetof(struct sample_input, q), "0.5;0.95;0.99", 0, 1,
	 .about = "which quantiles"},
	{0},
};

struct sample_answers {
	struct numbers value, lo, hi;
};

static const struct answer sample_answers[] = {
	ANSWER_LIST_ROW(sample_answers, value, "by definition 7 of Hyndman and Fan (1996)"),
	ANSWER_LIST_ROW(sample_answers, lo, "lower ends of their 95 % intervals, by ranks"),
	ANSWER_LIST_ROW(sample_answers, hi, "upper ends"),
	{0},
};

static void quantiles(const void *input, void *answers, struct arena *arena)
{
	const struct sample_input *in = input;
	size_t n = (size_t)in->x.count, wanted = (size_t)in->q.count;
	double *x = sorted(&in->x, arena);
	double *value = arena_take(arena, 3 * wanted * sizeof *value);
	for (size_t i = 0; i < wanted; i++) {
		struct interval ci = quantile_interval(x, n, in->q.number[i], 0.95);
		value[i] = quantile_of_sorted(x, n, in->q.number[i]);
		value[wanted + i] = ci.low;
		value[2 * wanted + i] = ci.high;
	}
	*(struct sample_answers *)answers =
		(struct sample_answers){{value, in->q.count},
					{value + wanted, in->q.count},
					{value + 2 * wanted, in->q.count}};
}

struct rank_input {
	double n, p, alpha;
};

static const struct param rank_inputs[] = {
	{"n", PARAM_NUMBER, offsetof(struct rank_input, n), NULL, 0, 1e12,
	 .about = "how many values"},
	{"p", PARAM_CHANCE, offsetof(struct rank_input, p), NULL, 0, 1, .about = "which quantile"},
	{"alpha", PARAM_CHANCE, offsetof(struct rank_input, alpha), "5%", 1e-300, 1,
	 .about = "one less the level"},
	{0},
};

struct rank_answers {
	double lower_rank, upper_rank, coverage;
};

static const struct answer rank_answers[] = {
	ANSWER_ROW(rank_answers, lower_rank, "the value that bounds it below; 0: none does"),
	ANSWER_ROW(rank_answers, upper_rank, "the value that bounds it above; n + 1: none does"),
	ANSWER_ROW(rank_answers, coverage, "the level that these have"),
	{0},
};

static void ranks(const void *input, void *answers, struct arena *arena)
{
	const struct rank_input *in = input;
	(void)arena;
	struct quantile_ranks r = quantile_ranks((size_t)in->n, in->p, 1 - in->alpha);
	*(struct rank_answers *)answers =
		(struct rank_answers){(double)r.low, (double)r.high, r.coverage};
}

/* ---- two samples */

struct two_input {
	struct numbers x, y;
	double q, alpha;
};

static const struct param two_inputs[] = {
	{"x", PARAM_NUMBERS, offsetof(struct two_input, x), NULL, .about = "values of the first"},
	{"y", PARAM_NUMBERS, offsetof(struct two_input, y), NULL, .about = "values of the second"},
	{"q", PARAM_CHANCE, offsetof(struct two_input, q), "50%", 0, 1, .about = "which quantile"},
	{"alpha", PARAM_CHANCE, offsetof(struct two_input, alpha), "5%", 1e-300, 1,
	 .about = "one less the level of the interval"},
	{0},
};

struct two_answers {
	double difference, se, lo, hi, z, p;
};

static const struct answer two_answers[] = {
	ANSWER_ROW(two_answers, difference, "the first's quantile less the second's"),
	ANSWER_ROW(two_answers, se, "its standard error (Maritz and Jarrett 1978)"),
	ANSWER_ROW(two_answers, lo, "lower end of its interval"),
	ANSWER_ROW(two_answers, hi, "upper end"),
	ANSWER_ROW(two_answers, z, "the difference by its standard error"),
	ANSWER_ROW(two_answers, p, "chance of a difference as large, either way"),
	{0},
};

static void compare(const void *input, void *answers, struct arena *arena)
{
	const struct two_input *in = input;
	size_t n1 = (size_t)in->x.count, n2 = (size_t)in->y.count;
	double *x = sorted(&in->x, arena), *y = sorted(&in->y, arena);
	double off = quantile_of_sorted(x, n1, in->q) - quantile_of_sorted(y, n2, in->q);
	double se =
		hypot(quantile_standard_error(x, n1, in->q), quantile_standard_error(y, n2, in->q));
	double half = gsl_cdf_ugaussian_Qinv(in->alpha / 2) * se, z = off == 0 ? 0 : off / se;
	*(struct two_answers *)answers = (struct two_answers){
		off, se, off - half, off + half, z, 2 * gsl_cdf_ugaussian_Q(fabs(z))};
}

const struct calculation calculations_of_quantile[] = {
	{.name = "quantile_type7",
	 .alias = "quantile",
	 .about = "Quantiles of a sample, with intervals.",
	 .example = "--x '12;7;3;9;30;1;8' --q '0.5;0.9'",
	 .inputs = sample_inputs,
	 .input_size = sizeof(struct sample_input),
	 .answers = sample_answers,
	 .answer_size = sizeof(struct sample_answers),
	 .calculate = quantiles},
	{.name = "quantile_order_ci",
	 .about = "Which of n sorted values enclose a quantile?",
	 .example = "--n 100 --p 95%",
	 .inputs = rank_inputs,
	 .input_size = sizeof(struct rank_input),
	 .answers = rank_answers,
	 .answer_size = sizeof(struct rank_answers),
	 .calculate = ranks},
	{.name = "quantile_difference",
	 .about = "By how much does a quantile of two samples differ?",
	 .example = "--x '12;7;3;9;30;1;8' --y '10;6;4;5;12;3' --q 0.5",
	 .inputs = two_inputs,
	 .input_size = sizeof(struct two_input),
	 .answers = two_answers,
	 .answer_size = sizeof(struct two_answers),
	 .calculate = compare},
	{0},
};
