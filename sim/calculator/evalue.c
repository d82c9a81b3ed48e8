/* Calculations with e-processes of counts and of quantiles. */
#include "sim/calculator/list.h"

#include "sim/stats/evalue.h"
#include "sim/stats/quantile_sequence.h"
#include "sim/stats/sort.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- events of several kinds */

struct kinds_input {
	struct numbers counts, theta0;
	double k;
};

static const struct param kinds_inputs[] = {
	{"counts", PARAM_NUMBERS, offsetof(struct kinds_input, counts), NULL, 0, 1e15,
	 .about = "events of each kind"},
	{"theta0", PARAM_NUMBERS, offsetof(struct kinds_input, theta0), NULL, 1e-12, 1e15,
	 .about = "the chance each should have"},
	{"k", PARAM_NUMBER, offsetof(struct kinds_input, k), "100", 1e-6, 1e12,
	 .about = "how sure of these one is, in events"},
	{0},
};

static const char *check_kinds(const void *input, char *why, size_t size)
{
	const struct kinds_input *in = input;
	if (in->counts.count == in->theta0.count && in->counts.count >= 2)
		return NULL;
	snprintf(why, size,
		 "there must be at least two counts and as many chances; found %d and %d",
		 in->counts.count, in->theta0.count);
	return "theta0";
}

struct kinds_answers {
	double log_e, p_one_look, theta1_cs95_lo, theta1_cs95_hi, log_rate_ratio_2over1_lo,
		log_rate_ratio_2over1_hi;
};

static const struct answer kinds_answers[] = {
	ANSWER_ROW(kinds_answers, log_e, "log e-value of these chances"),
	ANSWER_ROW(kinds_answers, p_one_look, "1 / e; the smallest so far is always valid"),
	ANSWER_ROW(kinds_answers, theta1_cs95_lo,
		   "of two kinds: lower end of the 95 % confidence sequence of the first chance"),
	ANSWER_ROW(kinds_answers, theta1_cs95_hi, "upper end"),
	ANSWER_ROW(kinds_answers, log_rate_ratio_2over1_lo,
		   "the same for the log ratio of the second rate to the first"),
	ANSWER_ROW(kinds_answers, log_rate_ratio_2over1_hi, "upper end"),
	{0},
};

static void kinds(const void *input, void *answers, struct arena *arena)
{
	const struct kinds_input *in = input;
	struct kinds_answers *out = answers;
	const double *x = in->counts.number, *theta = in->theta0.number;
	(void)arena;
	double log_e = evalue_multinomial(x, theta, in->counts.count, in->k);
	*out = (struct kinds_answers){log_e, evalue_to_p(log_e), NAN, NAN, NAN, NAN};
	if (in->counts.count != 2)
		return;
	double first = theta[0] / (theta[0] + theta[1]), odds = log(first / (1 - first));
	struct interval ci = evalue_multinomial_interval(x[0], x[1], first, in->k, 0.05);
	out->theta1_cs95_lo = ci.low;
	out->theta1_cs95_hi = ci.high;
	out->log_rate_ratio_2over1_lo = log((1 - ci.high) / ci.high) + odds;
	out->log_rate_ratio_2over1_hi = log((1 - ci.low) / ci.low) + odds;
}

/* ---- one stream of events */

struct stream_input {
	double events, intensity, shape, rate;
};

static const struct param stream_inputs[] = {
	{"N_events", PARAM_NUMBER, offsetof(struct stream_input, events), NULL, 0, 1e15,
	 .about = "events so far"},
	{"Lambda0", PARAM_NUMBER, offsetof(struct stream_input, intensity), NULL, 0, 1e15,
	 .about = "how many were to be expected by now"},
	{"gamma_shape_a", PARAM_NUMBER, offsetof(struct stream_input, shape), "1", 1e-6, 1e12,
	 .about = "shape of the mixture"},
	{"gamma_rate_b", PARAM_NUMBER, offsetof(struct stream_input, rate), "1", 1e-6, 1e12,
	 .about = "rate of the mixture"},
	{0},
};

struct stream_answers {
	double log_e, p_one_look, cs95_Lambda_lo, cs95_Lambda_hi;
};

static const struct answer stream_answers[] = {
	ANSWER_ROW(stream_answers, log_e, "log e-value of that expectation"),
	ANSWER_ROW(stream_answers, p_one_look, "1 / e; the smallest so far is always valid"),
	ANSWER_ROW(stream_answers, cs95_Lambda_lo, "lower end of the 95 % confidence sequence"),
	ANSWER_ROW(stream_answers, cs95_Lambda_hi, "upper end"),
	{0},
};

static void stream(const void *input, void *answers, struct arena *arena)
{
	const struct stream_input *in = input;
	(void)arena;
	double log_e = evalue_poisson(in->events, in->intensity, in->shape, in->rate);
	struct interval ci = evalue_poisson_interval(in->events, in->shape, in->rate, 0.05);
	*(struct stream_answers *)answers =
		(struct stream_answers){log_e, evalue_to_p(log_e), ci.low, ci.high};
}

/* ---- one share */

struct share_input {
	double x, n, alpha, t_opt;
};

static const struct param share_inputs[] = {
	{"x", PARAM_NUMBER, offsetof(struct share_input, x), NULL, 0, 1e12, .about = "successes"},
	{"n", PARAM_NUMBER, offsetof(struct share_input, n), NULL, 1, 1e12, .about = "trials"},
	{"alpha", PARAM_CHANCE, offsetof(struct share_input, alpha), "5%", 1e-300, 0.5,
	 .about = "one less the level, for all looks together"},
	{"t_opt", PARAM_NUMBER, offsetof(struct share_input, t_opt), "100", 1e-3, 1e12,
	 .about = "trials after which it is tightest"},
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

struct share_answers {
	double lo, hi;
};

static const struct answer share_answers[] = {
	ANSWER_ROW(share_answers, lo, "lower end of the confidence sequence"),
	ANSWER_ROW(share_answers, hi, "upper end"),
	{0},
};

static void share(const void *input, void *answers, struct arena *arena)
{
	const struct share_input *in = input;
	(void)arena;
	struct interval ci = quantile_sequence_share(in->x, in->n, in->alpha, in->t_opt, in->alpha);
	*(struct share_answers *)answers = (struct share_answers){ci.low, ci.high};
}

/* ---- two quantiles */

struct quantile_input {
	double p, t_opt, alpha_opt;
	struct numbers x, y;
};

static const struct param quantile_inputs[] = {
	{"p", PARAM_CHANCE, offsetof(struct quantile_input, p), "50%", 1e-6, 1 - 1e-6,
	 .about = "which quantile"},
	{"t_opt", PARAM_NUMBER, offsetof(struct quantile_input, t_opt), "100", 1e-3, 1e12,
	 .about = "values after which it knows the most"},
	{"alpha_opt", PARAM_CHANCE, offsetof(struct quantile_input, alpha_opt), "5%", 1e-12, 0.5,
	 .about = "for which level"},
	{"x", PARAM_NUMBERS, offsetof(struct quantile_input, x), NULL,
	 .about = "values of the first"},
	{"y", PARAM_NUMBERS, offsetof(struct quantile_input, y), NULL,
	 .about = "values of the second"},
	{0},
};

struct quantile_answers {
	double log_e, p_value;
};

static const struct answer quantile_answers[] = {
	ANSWER_ROW(quantile_answers, log_e, "log e-value of equal quantiles"),
	ANSWER_ROW(quantile_answers, p_value, "1 / e, at most 1: always valid"),
	{0},
};

static uint64_t *counts_of(const struct numbers *list, const double *values, size_t bins,
			   struct arena *arena)
{
	uint64_t *count = arena_take(arena, bins * sizeof *count);
	for (int i = 0; i < list->count; i++) {
		const double *at =
			bsearch(&list->number[i], values, bins, sizeof *values, sort_by_size);
		count[at - values]++;
	}
	return count;
}

/* Every distinct value is a bin of its own. */
static void quantiles(const void *input, void *answers, struct arena *arena)
{
	const struct quantile_input *in = input;
	size_t nx = (size_t)in->x.count, ny = (size_t)in->y.count, bins = 0;
	double *values = arena_take(arena, (nx + ny) * sizeof *values);
	if (nx)
		memcpy(values, in->x.number, nx * sizeof *values);
	if (ny)
		memcpy(values + nx, in->y.number, ny * sizeof *values);
	sort_ascending(values, nx + ny);
	for (size_t i = 0; i < nx + ny; i++)
		if (!bins || values[i] != values[bins - 1])
			values[bins++] = values[i];
	double log_e = quantile_sequence_ab(counts_of(&in->x, values, bins, arena),
					    counts_of(&in->y, values, bins, arena), (int)bins,
					    in->p, in->t_opt, in->alpha_opt);
	*(struct quantile_answers *)answers = (struct quantile_answers){log_e, evalue_to_p(log_e)};
}

const struct calculation calculations_of_evalue[] = {
	{.name = "multinomial_eprocess",
	 .alias = "counting",
	 .about = "Have events the shares they should, looked at all the time?",
	 .example = "--counts '287;257' --theta0 '0.5;0.5' --k 10000",
	 .inputs = kinds_inputs,
	 .input_size = sizeof(struct kinds_input),
	 .answers = kinds_answers,
	 .answer_size = sizeof(struct kinds_answers),
	 .check = check_kinds,
	 .calculate = kinds},
	{.name = "poisson_eprocess",
	 .about = "Are there as many events as expected, looked at all the time?",
	 .example = "--N_events 31 --Lambda0 18.5",
	 .inputs = stream_inputs,
	 .input_size = sizeof(struct stream_input),
	 .answers = stream_answers,
	 .answer_size = sizeof(struct stream_answers),
	 .calculate = stream},
	{.name = "bernoulli_cs",
	 .about = "A confidence sequence for a share of successes.",
	 .example = "--x 700 --n 1000",
	 .inputs = share_inputs,
	 .input_size = sizeof(struct share_input),
	 .answers = share_answers,
	 .answer_size = sizeof(struct share_answers),
	 .check = check_share,
	 .calculate = share},
	{.name = "quantile_ab",
	 .about = "Have two samples the same quantile, looked at all the time?",
	 .example = "--p 50% --x '1;2;3;4;5;6' --y '3;4;5;6;7;8'",
	 .inputs = quantile_inputs,
	 .input_size = sizeof(struct quantile_input),
	 .answers = quantile_answers,
	 .answer_size = sizeof(struct quantile_answers),
	 .calculate = quantiles},
	{0},
};
