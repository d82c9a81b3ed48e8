/* Calculations with detectors of change that know no standard, over a list of observations. */
#include "sim/calculator/list.h"

#include "sim/stats/adwin.h"
#include "sim/stats/page_hinkley.h"

#include <math.h>

static double *take_steps(struct arena *arena, int count)
{
	return arena_take(arena, (size_t)count * sizeof(double));
}

/* ---- Page and Hinkley */

struct page_hinkley_input {
	struct numbers x;
	double delta, lambda, alpha, min_instances;
};

static const struct param page_hinkley_inputs[] = {
	{"x", PARAM_NUMBERS, offsetof(struct page_hinkley_input, x), NULL,
	 .about = "observations; rises alarm"},
	{"delta", PARAM_NUMBER, offsetof(struct page_hinkley_input, delta), "0.005", 0, 1e300,
	 .about = "how far above the mean is still all right"},
	{"lambda", PARAM_NUMBER, offsetof(struct page_hinkley_input, lambda), "50", 0, 1e300,
	 .about = "alarm when the sum of what lies above reaches this"},
	{"alpha", PARAM_NUMBER, offsetof(struct page_hinkley_input, alpha), "0.9999", 0, 1,
	 .about = "what is kept of the sum at each observation"},
	{"min_instances", PARAM_NUMBER, offsetof(struct page_hinkley_input, min_instances), "30", 0,
	 1e15, .about = "no alarm before this one, counted from 2"},
	{0},
};

struct page_hinkley_answers {
	struct numbers alarm_indices, statistic;
};

static const struct answer page_hinkley_answers[] = {
	ANSWER_LIST_ROW(page_hinkley_answers, alarm_indices,
			"observations that alarmed, from 0; the next begins anew"),
	ANSWER_LIST_ROW(page_hinkley_answers, statistic, "the sum at each observation"),
	{0},
};

static void page_hinkley(const void *input, void *answers, struct arena *arena)
{
	const struct page_hinkley_input *in = input;
	const struct page_hinkley_rule rule = {in->delta, in->lambda, in->alpha, in->min_instances};
	struct page_hinkley test = {0};
	double *alarm = take_steps(arena, in->x.count), *sum = take_steps(arena, in->x.count);
	int alarms = 0;
	for (int i = 0; i < in->x.count; i++) {
		if (page_hinkley_add(&test, in->x.number[i], &rule))
			alarm[alarms++] = i;
		sum[i] = test.sum;
	}
	*(struct page_hinkley_answers *)answers =
		(struct page_hinkley_answers){{alarm, alarms}, {sum, in->x.count}};
}

/* ---- ADWIN */

struct adwin_input {
	struct numbers x;
	double delta, M, clock, min_subwindow, grace;
	bool skip_newest_bucket_of_row, recreate_after_alarm;
};

static const struct param adwin_inputs[] = {
	{"x", PARAM_NUMBERS, offsetof(struct adwin_input, x), NULL, .about = "observations"},
	{"delta", PARAM_CHANCE, offsetof(struct adwin_input, delta), "0.002", 1e-300, 1,
	 .about = "chance of a false cut"},
	{"M", PARAM_NUMBER, offsetof(struct adwin_input, M), "5", 2, ADWIN_BUCKETS,
	 .about = "buckets of one size before two become one"},
	{"clock", PARAM_NUMBER, offsetof(struct adwin_input, clock), "32", 1, 1e9,
	 .about = "looks for a cut after every so many"},
	{"min_subwindow", PARAM_NUMBER, offsetof(struct adwin_input, min_subwindow), "5", 1, 1e9,
	 .about = "observations that either part must have"},
	{"grace", PARAM_NUMBER, offsetof(struct adwin_input, grace), "10", 0, 1e9,
	 .about = "a window of no more is not cut"},
	{"skip_newest_bucket_of_row", PARAM_FLAG,
	 offsetof(struct adwin_input, skip_newest_bucket_of_row), "no",
	 .about = "does not cut behind the newest bucket of a size, as river does not"},
	{"recreate_after_alarm", PARAM_FLAG, offsetof(struct adwin_input, recreate_after_alarm),
	 "no", .about = "forgets all after an alarm, as river does"},
	{0},
};

struct adwin_answers {
	double mean;
	struct numbers alarm_indices, window_length;
};

static const struct answer adwin_answers[] = {
	ANSWER_ROW(adwin_answers, mean, "mean of the window in the end"),
	ANSWER_LIST_ROW(adwin_answers, alarm_indices, "observations at which it was cut, from 0"),
	ANSWER_LIST_ROW(adwin_answers, window_length, "its length after each observation"),
	{0},
};

static void adwin(const void *input, void *answers, struct arena *arena)
{
	const struct adwin_input *in = input;
	const struct adwin_rule rule = {
		.delta = in->delta,
		.buckets = (int)in->M,
		.clock = (int)in->clock,
		.least_part = (int)in->min_subwindow,
		.grace = (int)in->grace,
		.skip_newest = in->skip_newest_bucket_of_row,
		.begin_anew = in->recreate_after_alarm,
	};
	struct adwin window = {0};
	double *alarm = take_steps(arena, in->x.count), *length = take_steps(arena, in->x.count);
	int alarms = 0;
	for (int i = 0; i < in->x.count; i++) {
		if (adwin_add(&window, in->x.number[i], &rule))
			alarm[alarms++] = i;
		length[i] = window.n;
	}
	*(struct adwin_answers *)answers = (struct adwin_answers){
		window.n > 0 ? window.sum / window.n : NAN, {alarm, alarms}, {length, in->x.count}};
}

const struct calculation calculations_of_stream[] = {
	{.name = "page_hinkley",
	 .about = "When does a stream rise above its own mean? Page and Hinkley's test.",
	 .example = "--x '1;2;1;2;1;2;5;6;5;6;5' --lambda 8 --min_instances 5",
	 .inputs = page_hinkley_inputs,
	 .input_size = sizeof(struct page_hinkley_input),
	 .answers = page_hinkley_answers,
	 .answer_size = sizeof(struct page_hinkley_answers),
	 .calculate = page_hinkley},
	{.name = "adwin",
	 .about = "Since when does a stream have its present mean? An adaptive window.",
	 .example = "--x '1;2;1;2;1;2;1;2;1;2;31;32;31;32;31;32;31;32;31;32' --clock 1 --delta 5%",
	 .inputs = adwin_inputs,
	 .input_size = sizeof(struct adwin_input),
	 .answers = adwin_answers,
	 .answer_size = sizeof(struct adwin_answers),
	 .calculate = adwin},
	{0},
};
