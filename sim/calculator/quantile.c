/* Calculations with quantiles of a sample. */
#include "sim/calculator/list.h"

#include "sim/stats/quantile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void quantiles(const void *input, void *answers, struct arena *arena)
{
	const struct sample_input *in = input;
	size_t n = (size_t)in->x.count, wanted = (size_t)in->q.count;
	double *x = arena_take(arena, n * sizeof *x);
	double *value = arena_take(arena, 3 * wanted * sizeof *value);
	if (n)
		memcpy(x, in->x.number, n * sizeof *x);
	qsort(x, n, sizeof *x, by_size);
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
	{0},
};
