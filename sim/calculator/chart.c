/* Calculations with charts over a list of observations, each step by step. */
#include "sim/calculator/list.h"

#include "sim/stats/cusum.h"
#include "sim/stats/ewma.h"

#include <math.h>
#include <stdio.h>

/* Where the first alarm was, from 0. */
enum { NEVER = -1 };

static double *take_steps(struct arena *arena, int count)
{
	return arena_take(arena, (size_t)count * sizeof(double));
}

/* ---- CUSUM */

struct cusum_input {
	struct numbers x;
	double k, h, headstart;
};

static const struct param cusum_inputs[] = {
	{"x", PARAM_NUMBERS, offsetof(struct cusum_input, x), NULL,
	 .about = "observations, standardised: mean 0 and deviation 1 while all is well"},
	{"k", PARAM_NUMBER, offsetof(struct cusum_input, k), "0.5", 0, 1e6,
	 .about = "half the shift to be found soonest"},
	{"h", PARAM_NUMBER, offsetof(struct cusum_input, h), "5", 0, 1e9,
	 .about = "alarm above this; cusum_threshold finds it"},
	{"headstart", PARAM_NUMBER, offsetof(struct cusum_input, headstart), "0", 0, 1e9,
	 .about = "where both sums start; h / 2 for a fast first response"},
	{0},
};

struct cusum_answers {
	double first_alarm_index0, up, down;
	struct numbers c_plus, c_minus;
};

static const struct answer cusum_answers[] = {
	ANSWER_ROW(cusum_answers, first_alarm_index0,
		   "first observation to alarm, from 0; -1: none"),
	ANSWER_ROW(cusum_answers, up, "the upper sum in the end"),
	ANSWER_ROW(cusum_answers, down, "the lower sum"),
	ANSWER_LIST_ROW(cusum_answers, c_plus, "the upper sum at each observation"),
	ANSWER_LIST_ROW(cusum_answers, c_minus, "the lower sum"),
	{0},
};

static void cusum(const void *input, void *answers, struct arena *arena)
{
	const struct cusum_input *in = input;
	struct cusum_answers *out = answers;
	struct cusum sum = {in->headstart, in->headstart};
	double *up = take_steps(arena, in->x.count), *down = take_steps(arena, in->x.count);
	out->first_alarm_index0 = NEVER;
	for (int i = 0; i < in->x.count; i++) {
		cusum_add(&sum, in->x.number[i], in->k);
		up[i] = sum.up;
		down[i] = sum.down;
		if (out->first_alarm_index0 == NEVER && fmax(sum.up, sum.down) > in->h)
			out->first_alarm_index0 = i;
	}
	out->up = sum.up;
	out->down = sum.down;
	out->c_plus = (struct numbers){up, in->x.count};
	out->c_minus = (struct numbers){down, in->x.count};
}

/* ---- sums of counts */

struct sum_answers {
	double first_alarm_index0, reference;
	struct numbers sum;
};

static const struct answer sum_answers[] = {
	ANSWER_ROW(sum_answers, first_alarm_index0, "first look to alarm, from 0; -1: none"),
	ANSWER_ROW(sum_answers, reference, "m, or k, that was used"),
	ANSWER_LIST_ROW(sum_answers, sum, "the sum after each look"),
	{0},
};

/* Adds a look's score; alarms at h or more. */
static void add_score(struct sum_answers *out, double *sum, int i, double score, double h)
{
	struct cusum before = {i > 0 ? sum[i - 1] : 0, 0};
	cusum_add(&before, score, 0);
	sum[i] = before.up;
	if (out->first_alarm_index0 == NEVER && sum[i] >= h)
		out->first_alarm_index0 = i;
}

struct bernoulli_input {
	struct numbers x;
	double n, p0, p1, m, H;
};

static const struct param bernoulli_inputs[] = {
	{"x", PARAM_NUMBERS, offsetof(struct bernoulli_input, x), NULL, 0, 1e15,
	 .about = "failures at each look"},
	{"n", PARAM_NUMBER, offsetof(struct bernoulli_input, n), "1", 1, 1e15,
	 .about = "requests of a look"},
	{"p0", PARAM_CHANCE, offsetof(struct bernoulli_input, p0), "1%", 1e-12, 0.999999,
	 .about = "share of failures while all is well"},
	{"p1", PARAM_CHANCE, offsetof(struct bernoulli_input, p1), "2%", 1e-12, 0.999999,
	 .about = "share to be found soonest"},
	{"m", PARAM_NUMBER, offsetof(struct bernoulli_input, m), "", 1, 1e12,
	 .about = "a failure counts m - 1, a success -1; left out: the best for p0 and p1"},
	{"H", PARAM_NUMBER, offsetof(struct bernoulli_input, H), NULL, 0, 1e15,
	 .about = "alarm at this; bernoulli_cusum_threshold finds it"},
	{0},
};

static const char *check_bernoulli(const void *input, char *why, size_t size)
{
	const struct bernoulli_input *in = input;
	for (int i = 0; i < in->x.count; i++)
		if (in->x.number[i] > in->n) {
			snprintf(why, size, "there cannot be more failures than requests");
			return "x";
		}
	if (in->p1 > in->p0)
		return NULL;
	snprintf(why, size, "must be above p0: only rises are looked for");
	return "p1";
}

static void bernoulli_cusum(const void *input, void *answers, struct arena *arena)
{
	const struct bernoulli_input *in = input;
	struct sum_answers *out = answers;
	double *sum = take_steps(arena, in->x.count);
	out->first_alarm_index0 = NEVER;
	out->reference = isnan(in->m) ? cusum_bernoulli_m(in->p0, in->p1) : in->m;
	for (int i = 0; i < in->x.count; i++)
		add_score(out, sum, i, in->x.number[i] * out->reference - in->n, in->H);
	out->sum = (struct numbers){sum, in->x.count};
}

struct poisson_input {
	struct numbers x;
	double lambda0, lambda1, k, h;
};

static const struct param poisson_inputs[] = {
	{"x", PARAM_NUMBERS, offsetof(struct poisson_input, x), NULL, 0, 1e15,
	 .about = "counts, one a look"},
	{"lambda0", PARAM_NUMBER, offsetof(struct poisson_input, lambda0), "1", 1e-12, 1e12,
	 .about = "mean count while all is well"},
	{"lambda1", PARAM_NUMBER, offsetof(struct poisson_input, lambda1), "2", 1e-12, 1e12,
	 .about = "mean to be found soonest"},
	{"k", PARAM_NUMBER, offsetof(struct poisson_input, k), "", 0, 1e12,
	 .about = "taken off each count; left out: the best for the two means"},
	{"h", PARAM_NUMBER, offsetof(struct poisson_input, h), NULL, 0, 1e15,
	 .about = "alarm at this; poisson_cusum_threshold finds it"},
	{0},
};

static const char *check_poisson(const void *input, char *why, size_t size)
{
	const struct poisson_input *in = input;
	if (in->lambda1 > in->lambda0)
		return NULL;
	snprintf(why, size, "must be above lambda0: only rises are looked for");
	return "lambda1";
}

static void poisson_cusum(const void *input, void *answers, struct arena *arena)
{
	const struct poisson_input *in = input;
	struct sum_answers *out = answers;
	double *sum = take_steps(arena, in->x.count);
	out->first_alarm_index0 = NEVER;
	out->reference = isnan(in->k) ? cusum_poisson_k(in->lambda0, in->lambda1) : in->k;
	for (int i = 0; i < in->x.count; i++)
		add_score(out, sum, i, in->x.number[i] - out->reference, in->h);
	out->sum = (struct numbers){sum, in->x.count};
}

/* ---- EWMA */

struct ewma_input {
	struct numbers x;
	double lambda, L;
};

static const struct param ewma_inputs[] = {
	{"x", PARAM_NUMBERS, offsetof(struct ewma_input, x), NULL,
	 .about = "observations, standardised: mean 0 and deviation 1 while all is well"},
	{"lambda", PARAM_NUMBER, offsetof(struct ewma_input, lambda), "0.1", 1e-6, 1,
	 .about = "weight of the newest"},
	{"L", PARAM_NUMBER, offsetof(struct ewma_input, L), "2.814", 0, 1e6,
	 .about = "limits, in standard deviations of the average; ewma_threshold finds it"},
	{0},
};

struct ewma_answers {
	double first_alarm_exact_limits, first_alarm_asymptotic_limits, limit_asymptotic;
	struct numbers z, limit_exact;
};

static const struct answer ewma_answers[] = {
	ANSWER_ROW(ewma_answers, first_alarm_exact_limits,
		   "first observation beyond the limits of its time, from 0; -1: none"),
	ANSWER_ROW(ewma_answers, first_alarm_asymptotic_limits, "beyond the long-run limits"),
	ANSWER_ROW(ewma_answers, limit_asymptotic, "the long-run limit"),
	ANSWER_LIST_ROW(ewma_answers, z, "the average at each observation"),
	ANSWER_LIST_ROW(ewma_answers, limit_exact, "the limit of its time"),
	{0},
};

static void ewma(const void *input, void *answers, struct arena *arena)
{
	const struct ewma_input *in = input;
	struct ewma_answers *out = answers;
	struct ewma average = {0};
	double *z = take_steps(arena, in->x.count), *limit = take_steps(arena, in->x.count);
	out->limit_asymptotic = ewma_limit_in_the_long_run(in->lambda, in->L);
	out->first_alarm_exact_limits = out->first_alarm_asymptotic_limits = NEVER;
	for (int i = 0; i < in->x.count; i++) {
		ewma_add(&average, in->x.number[i], in->lambda);
		z[i] = average.z;
		limit[i] = ewma_limit(&average, in->lambda, in->L);
		if (out->first_alarm_exact_limits == NEVER && fabs(z[i]) > limit[i])
			out->first_alarm_exact_limits = i;
		if (out->first_alarm_asymptotic_limits == NEVER &&
		    fabs(z[i]) > out->limit_asymptotic)
			out->first_alarm_asymptotic_limits = i;
	}
	out->z = (struct numbers){z, in->x.count};
	out->limit_exact = (struct numbers){limit, in->x.count};
}

const struct calculation calculations_of_chart[] = {
	{.name = "cusum",
	 .about = "When do standardised observations shift? Page's cumulative sums, both ways.",
	 .example = "--x '0.3;-0.9;1.8;1.4;2.2;0.9;1.7;2.5' --k 0.5 --h 4",
	 .inputs = cusum_inputs,
	 .input_size = sizeof(struct cusum_input),
	 .answers = cusum_answers,
	 .answer_size = sizeof(struct cusum_answers),
	 .calculate = cusum},
	{.name = "bernoulli_cusum",
	 .about =
		 "When does a share of failures rise? The cumulative sum of Reynolds and Stoumbos.",
	 .example = "--x '1;0;2;1;4;5;3;6' --n 100 --p0 1% --p1 3% --H 600",
	 .inputs = bernoulli_inputs,
	 .input_size = sizeof(struct bernoulli_input),
	 .answers = sum_answers,
	 .answer_size = sizeof(struct sum_answers),
	 .check = check_bernoulli,
	 .calculate = bernoulli_cusum},
	{.name = "poisson_cusum",
	 .about = "When do counts rise? The cumulative sum of what exceeds a reference.",
	 .example = "--x '3;5;4;2;7;8;6;9' --lambda0 4 --lambda1 6 --h 8",
	 .inputs = poisson_inputs,
	 .input_size = sizeof(struct poisson_input),
	 .answers = sum_answers,
	 .answer_size = sizeof(struct sum_answers),
	 .check = check_poisson,
	 .calculate = poisson_cusum},
	{.name = "ewma",
	 .about = "When do standardised observations shift? Roberts's moving average.",
	 .example = "--x '0.3;-0.9;1.8;1.4;2.2;0.9;1.7;2.5' --lambda 0.2 --L 2.962",
	 .inputs = ewma_inputs,
	 .input_size = sizeof(struct ewma_input),
	 .answers = ewma_answers,
	 .answer_size = sizeof(struct ewma_answers),
	 .calculate = ewma},
	{0},
};
