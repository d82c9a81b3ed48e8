/* Calculations that weigh all moments at which a change may have come, over a list of observations.
 */
#include "sim/calculator/list.h"

#include "sim/stats/bocpd.h"
#include "sim/stats/shiryaev_roberts.h"

#include <math.h>
#include <stdio.h>

static double *take_steps(struct arena *arena, int count)
{
	return arena_take(arena, (size_t)count * sizeof(double));
}

/* ---- Shiryaev and Roberts */

struct sum_answers {
	double first_alarm_index0;
	struct numbers log_statistic;
};

static const struct answer sum_answers[] = {
	ANSWER_ROW(sum_answers, first_alarm_index0, "first look to alarm, from 0; -1: none"),
	ANSWER_LIST_ROW(sum_answers, log_statistic,
			"logarithm of the sum of likelihood ratios after each look"),
	{0},
};

/* A look's logarithm comes in its place of the list and is replaced by the sum's. */
static void add_up(double *log_ratio, int count, double threshold, struct sum_answers *out)
{
	struct shiryaev_roberts sum = {0};
	out->first_alarm_index0 = -1;
	for (int i = 0; i < count; i++) {
		log_ratio[i] = shiryaev_roberts_add(&sum, log_ratio[i]);
		if (out->first_alarm_index0 < 0 && log_ratio[i] >= log(threshold))
			out->first_alarm_index0 = i;
	}
	out->log_statistic = (struct numbers){log_ratio, count};
}

struct normal_sum_input {
	struct numbers x;
	double delta, threshold;
};

static const struct param normal_sum_inputs[] = {
	{"x", PARAM_NUMBERS, offsetof(struct normal_sum_input, x), NULL,
	 .about = "observations, standardised: mean 0 and deviation 1 while all is well"},
	{"delta", PARAM_NUMBER, offsetof(struct normal_sum_input, delta), "1", -1e3, 1e3,
	 .about = "the shift it looks for, in standard deviations"},
	{"threshold", PARAM_NUMBER, offsetof(struct normal_sum_input, threshold), NULL, 1e-300,
	 1e300, .about = "alarm at this; shiryaev_roberts_threshold finds it"},
	{0},
};

static void shiryaev_roberts(const void *input, void *answers, struct arena *arena)
{
	const struct normal_sum_input *in = input;
	double *step = take_steps(arena, in->x.count);
	for (int i = 0; i < in->x.count; i++)
		step[i] = shiryaev_roberts_normal(in->x.number[i], in->delta);
	add_up(step, in->x.count, in->threshold, answers);
}

struct share_sum_input {
	struct numbers x;
	double n, p0, p1, threshold;
};

static const struct param share_sum_inputs[] = {
	{"x", PARAM_NUMBERS, offsetof(struct share_sum_input, x), NULL, 0, 1e15,
	 .about = "failures at each look"},
	{"n", PARAM_NUMBER, offsetof(struct share_sum_input, n), "1", 1, 1e15,
	 .about = "requests of a look"},
	{"p0", PARAM_CHANCE, offsetof(struct share_sum_input, p0), NULL, 1e-12, 0.999999,
	 .about = "share of failures while all is well"},
	{"p1", PARAM_CHANCE, offsetof(struct share_sum_input, p1), NULL, 1e-12, 0.999999,
	 .about = "the share it looks for"},
	{"threshold", PARAM_NUMBER, offsetof(struct share_sum_input, threshold), NULL, 1e-300,
	 1e300, .about = "alarm at this: so many looks, at least, lie between false alarms"},
	{0},
};

static const char *check_share_sum(const void *input, char *why, size_t size)
{
	const struct share_sum_input *in = input;
	for (int i = 0; i < in->x.count; i++)
		if (in->x.number[i] > in->n) {
			snprintf(why, size, "there cannot be more failures than requests");
			return "x";
		}
	return NULL;
}

static void bernoulli_shiryaev_roberts(const void *input, void *answers, struct arena *arena)
{
	const struct share_sum_input *in = input;
	double *step = take_steps(arena, in->x.count);
	for (int i = 0; i < in->x.count; i++)
		step[i] = shiryaev_roberts_bernoulli(in->x.number[i], in->n, in->p0, in->p1);
	add_up(step, in->x.count, in->threshold, answers);
}

/* ---- Bayesian change points */

struct run_answers {
	struct numbers changed, run_length, mean;
};

static const struct answer run_answers[] = {
	ANSWER_LIST_ROW(run_answers, changed,
			"chance of a change within the last observations, after each"),
	ANSWER_LIST_ROW(run_answers, run_length, "likeliest observations since the last change"),
	ANSWER_LIST_ROW(run_answers, mean, "mean, or share, to be expected since then"),
	{0},
};

static struct run_answers take_answers(int count, struct arena *arena)
{
	return (struct run_answers){{take_steps(arena, count), count},
				    {take_steps(arena, count), count},
				    {take_steps(arena, count), count}};
}

static void tell(const struct bocpd *bocpd, int i, double within, double mean,
		 struct run_answers *out)
{
	((double *)out->changed.number)[i] = bocpd_changed(bocpd, (int)within);
	((double *)out->run_length.number)[i] = bocpd_likeliest(bocpd);
	((double *)out->mean.number)[i] = mean;
}

struct normal_run_input {
	struct numbers x;
	double hazard, within, mean, strength, shape, scale;
};

static const struct param normal_run_inputs[] = {
	{"x", PARAM_NUMBERS, offsetof(struct normal_run_input, x), NULL, .about = "observations"},
	{"hazard", PARAM_CHANCE, offsetof(struct normal_run_input, hazard), "1%", 0, 1,
	 .about = "chance of a change after each"},
	{"within", PARAM_NUMBER, offsetof(struct normal_run_input, within), "10", 0, BOCPD_RUNS,
	 .about = "a change no longer ago than this is asked for"},
	{"mean", PARAM_NUMBER, offsetof(struct normal_run_input, mean), "0",
	 .about = "mean that is expected after a change"},
	{"strength", PARAM_NUMBER, offsetof(struct normal_run_input, strength), "0.01", 1e-9, 1e9,
	 .about = "... and how many observations that expectation is worth"},
	{"shape", PARAM_NUMBER, offsetof(struct normal_run_input, shape), "1", 1e-3, 1e9,
	 .about = "half the observations that the expected variance is worth"},
	{"scale", PARAM_NUMBER, offsetof(struct normal_run_input, scale), "1", 1e-300, 1e300,
	 .about = "that variance, times shape"},
	{0},
};

static void bocpd(const void *input, void *answers, struct arena *arena)
{
	const struct normal_run_input *in = input;
	const struct bocpd_normal prior = {in->mean, in->strength, in->shape, in->scale};
	struct bocpd *state = arena_take(arena, sizeof *state);
	struct run_answers *out = answers;
	*out = take_answers(in->x.count, arena);
	for (int i = 0; i < in->x.count; i++) {
		bocpd_add_normal(state, in->x.number[i], in->hazard, &prior);
		tell(state, i, in->within, bocpd_mean(state), out);
	}
}

struct share_run_input {
	struct numbers x;
	double n, hazard, within, failures, successes;
};

static const struct param share_run_inputs[] = {
	{"x", PARAM_NUMBERS, offsetof(struct share_run_input, x), NULL, 0, 1e12,
	 .about = "failures at each look"},
	{"n", PARAM_NUMBER, offsetof(struct share_run_input, n), "1", 1, 1e12,
	 .about = "requests of a look"},
	{"hazard", PARAM_CHANCE, offsetof(struct share_run_input, hazard), "1%", 0, 1,
	 .about = "chance of a change after each"},
	{"within", PARAM_NUMBER, offsetof(struct share_run_input, within), "10", 0, BOCPD_RUNS,
	 .about = "a change no longer ago than this is asked for"},
	{"failures", PARAM_NUMBER, offsetof(struct share_run_input, failures), "1", 1e-6, 1e12,
	 .about = "failures that are expected after a change"},
	{"successes", PARAM_NUMBER, offsetof(struct share_run_input, successes), "1", 1e-6, 1e12,
	 .about = "... and the successes among which"},
	{0},
};

static const char *check_share_run(const void *input, char *why, size_t size)
{
	const struct share_run_input *in = input;
	for (int i = 0; i < in->x.count; i++)
		if (in->x.number[i] > in->n) {
			snprintf(why, size, "there cannot be more failures than requests");
			return "x";
		}
	return NULL;
}

static void bocpd_share(const void *input, void *answers, struct arena *arena)
{
	const struct share_run_input *in = input;
	const struct bocpd_share prior = {in->failures, in->successes};
	struct bocpd *state = arena_take(arena, sizeof *state);
	struct run_answers *out = answers;
	*out = take_answers(in->x.count, arena);
	for (int i = 0; i < in->x.count; i++) {
		bocpd_add_share(state, in->x.number[i], in->n, in->hazard, &prior);
		tell(state, i, in->within, bocpd_share_of(state), out);
	}
}

const struct calculation calculations_of_changepoint[] = {
	{.name = "shiryaev_roberts",
	 .about = "When do standardised observations shift? The sum over all moments of a change.",
	 .example = "--x '0.3;-0.9;1.8;1.4;2.2;0.9;1.7;2.5' --threshold 100",
	 .inputs = normal_sum_inputs,
	 .input_size = sizeof(struct normal_sum_input),
	 .answers = sum_answers,
	 .answer_size = sizeof(struct sum_answers),
	 .calculate = shiryaev_roberts},
	{.name = "bernoulli_shiryaev_roberts",
	 .about = "When does a share of failures change? The sum over all moments of a change.",
	 .example = "--x '1;0;2;1;4;5;3;6' --n 100 --p0 1% --p1 3% --threshold 1000",
	 .inputs = share_sum_inputs,
	 .input_size = sizeof(struct share_sum_input),
	 .answers = sum_answers,
	 .answer_size = sizeof(struct sum_answers),
	 .check = check_share_sum,
	 .calculate = bernoulli_shiryaev_roberts},
	{.name = "bocpd",
	 .about =
		 "How long ago did a stream change? Bayesian change points of normal observations.",
	 .example = "--x '0.3;-0.9;0.8;0.1;-0.4;5.2;4.9;5.7;4.5' --within 4",
	 .inputs = normal_run_inputs,
	 .input_size = sizeof(struct normal_run_input),
	 .answers = run_answers,
	 .answer_size = sizeof(struct run_answers),
	 .calculate = bocpd},
	{.name = "bocpd_share",
	 .about = "How long ago did a share of failures change? Bayesian change points of counts.",
	 .example = "--x '1;0;2;1;4;5;3;6' --n 100 --failures 1 --successes 99",
	 .inputs = share_run_inputs,
	 .input_size = sizeof(struct share_run_input),
	 .answers = run_answers,
	 .answer_size = sizeof(struct run_answers),
	 .check = check_share_run,
	 .calculate = bocpd_share},
	{0},
};
