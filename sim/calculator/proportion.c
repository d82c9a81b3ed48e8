/* Calculations with shares of successes. */
#include "sim/calculator/list.h"

#include "sim/stats/proportion.h"

#include <math.h>
#include <stdio.h>

/* ---- Wilson's and Agresti and Coull's intervals */

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
	double wilson_lo, wilson_hi;
};

static const struct answer wilson_answers[] = {
	{"wilson_lo", ANSWER_NUMBER, offsetof(struct wilson_answers, wilson_lo),
	 .about = "lower end of Wilson's interval (1927)"},
	{"wilson_hi", ANSWER_NUMBER, offsetof(struct wilson_answers, wilson_hi),
	 .about = "upper end"},
	{0},
};

static void wilson(const void *input, void *answers, struct arena *arena)
{
	const struct share_input *in = input;
	struct wilson_answers *out = answers;
	(void)arena;
	struct interval ci = proportion_wilson(in->x, in->n, 1 - in->alpha);
	*out = (struct wilson_answers){ci.low, ci.high};
}

const struct calculation calculations_of_proportion[] = {
	{.name = "wilson_ci",
	 .about = "An interval for a share of successes.",
	 .example = "--x 3 --n 120",
	 .inputs = share_inputs,
	 .input_size = sizeof(struct share_input),
	 .answers = wilson_answers,
	 .answer_size = sizeof(struct wilson_answers),
	 .check = check_share,
	 .calculate = wilson},
	{0},
};
