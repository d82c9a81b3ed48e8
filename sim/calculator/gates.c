/* The calculation of a canary's ladder with a threshold: before it is simulated, or beside it. */
#include "sim/calculator/list.h"

#include "sim/stats/gates.h"

#include <stdio.h>

struct gates_input {
	struct numbers weights_percent;
	double requests, error_rate, threshold;
	int64_t failure_limit;
	int rule;
};

enum { CONSECUTIVE, TOTAL };
static const char *const rules[] = {"consecutive", "total", NULL};

static const struct param gates_inputs[] = {
	{"weights_percent", PARAM_NUMBERS, offsetof(struct gates_input, weights_percent), NULL, 0,
	 100, .about = "the canary's share in each interval, in percent"},
	{"requests", PARAM_NUMBER, offsetof(struct gates_input, requests), NULL, 0, 1e12,
	 .about = "of all versions in an interval"},
	{"error_rate", PARAM_CHANCE, offsetof(struct gates_input, error_rate), NULL, 0, 1,
	 .about = "share of the canary's requests that fail"},
	{"threshold", PARAM_CHANCE, offsetof(struct gates_input, threshold), NULL, 0, 1,
	 .about = "an interval fails if a larger share of its requests does"},
	{"failure_limit", PARAM_COUNT, offsetof(struct gates_input, failure_limit), "0", 0, 1000,
	 .about = "rolled back when more intervals than this have failed"},
	{"rule", PARAM_CHOICE, offsetof(struct gates_input, rule), "consecutive", .choices = rules,
	 .about = "failed intervals in a row, or of all"},
	{0},
};

static const char *check_gates(const void *input, char *why, size_t size)
{
	const struct gates_input *in = input;
	if (in->weights_percent.count > 0)
		return NULL;
	snprintf(why, size, "at least one interval is needed");
	return "weights_percent";
}

struct gates_answers {
	double p_rollback, mean_interval;
	double mean_requests, mean_errors, p_promote;
	struct numbers p_fail, p_rollback_at;
};

static const struct answer gates_answers[] = {
	ANSWER_ROW(gates_answers, p_rollback, "chance that it is rolled back"),
	ANSWER_ROW(gates_answers, mean_interval, "after how many intervals, if it is"),
	ANSWER_ROW(gates_answers, mean_requests,
		   "that the canary serves until it is decided: its blast radius"),
	ANSWER_ROW(gates_answers, mean_errors, "how many of them fail"),
	ANSWER_ROW(gates_answers, p_promote, "chance that it gets to the end"),
	ANSWER_LIST_ROW(gates_answers, p_fail, "chance that each interval fails"),
	ANSWER_LIST_ROW(gates_answers, p_rollback_at, "chance of the rollback at each"),
	{0},
};

static void follow(const void *input, void *answers, struct arena *arena)
{
	const struct gates_input *in = input;
	int intervals = in->weights_percent.count;
	size_t bytes = (size_t)intervals * sizeof(double);
	double *share = arena_take(arena, bytes);
	double *fails = arena_take(arena, bytes), *rolled_back = arena_take(arena, bytes);
	double *failed = arena_take(arena, ((size_t)in->failure_limit + 1) * sizeof *failed);
	for (int k = 0; k < intervals; k++)
		share[k] = in->weights_percent.number[k] / 100;
	const struct gates g = {.share = share,
				.intervals = intervals,
				.requests = in->requests,
				.error_rate = in->error_rate,
				.threshold = in->threshold,
				.failure_limit = (int)in->failure_limit,
				.in_a_row = in->rule == CONSECUTIVE};
	struct gates_course c = gates_follow(&g, failed, fails, rolled_back);
	*(struct gates_answers *)answers = (struct gates_answers){
		c.rollback,	    c.rollback_interval,     c.requests, c.errors, c.promote,
		{fails, intervals}, {rolled_back, intervals}};
}

const struct calculation calculations_of_gates[] = {
	{.name = "canary_threshold",
	 .alias = "gates",
	 .about = "How often does a canary with an error threshold roll back, and after how much "
		  "harm?",
	 .example = "--weights_percent '5;10;20;40;60;80' --requests 1000 "
		    "--error_rate 2% --threshold 1% --failure_limit 1",
	 .inputs = gates_inputs,
	 .input_size = sizeof(struct gates_input),
	 .answers = gates_answers,
	 .answer_size = sizeof(struct gates_answers),
	 .check = check_gates,
	 .calculate = follow},
	{0},
};
