/* Calculations with planned looks. */
#include "sim/calculator/list.h"

#include "sim/stats/crossing.h"
#include "sim/stats/group_sequential.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>

enum { MOST_LOOKS = 1000 };

/* ---- what peeking costs */

struct peek_input {
	double looks, alpha;
	int sides;
};

static const char *const side_names[] = {"one", "two", NULL};

static const struct param peek_inputs[] = {
	{"looks", PARAM_NUMBER, offsetof(struct peek_input, looks), NULL, 1, MOST_LOOKS,
	 .about = "how often a test for one look is looked at, evenly"},
	{"alpha", PARAM_CHANCE, offsetof(struct peek_input, alpha), "5%", 1e-12, 0.5,
	 .about = "its level"},
	{"sides", PARAM_CHOICE, offsetof(struct peek_input, sides), "two", .choices = side_names,
	 .about = "of the test"},
	{0},
};

struct peek_answers {
	double false_alarms, z;
};

static const struct answer peek_answers[] = {
	ANSWER_ROW(peek_answers, false_alarms,
		   "chance that some look rejects, if nothing is wrong"),
	ANSWER_ROW(peek_answers, z, "what |z| is held against"),
	{0},
};

static void peek(const void *input, void *answers, struct arena *arena)
{
	const struct peek_input *in = input;
	int looks = (int)in->looks;
	size_t n = (size_t)looks;
	double *information = arena_take(arena, 3 * n * sizeof *information);
	double *low = information + n, *high = low + n;
	double z = gsl_cdf_ugaussian_Qinv(in->sides ? in->alpha / 2 : in->alpha);
	for (int k = 0; k < looks; k++) {
		information[k] = k + 1;
		high[k] = z;
		low[k] = in->sides ? -z : -INFINITY;
	}
	struct crossing_chances c = crossing_run(information, low, high, looks, 0, NULL, NULL);
	*(struct peek_answers *)answers = (struct peek_answers){c.up + c.down, z};
}

/* ---- group-sequential designs */

struct design_input {
	double looks, alpha, power, delta;
};

static const struct param design_inputs[] = {
	{"looks", PARAM_NUMBER, offsetof(struct design_input, looks), NULL, 1, 100,
	 .about = "how many looks are planned, evenly"},
	{"alpha", PARAM_CHANCE, offsetof(struct design_input, alpha), "5%", 1e-12, 0.5,
	 .about = "two-sided level of all looks together"},
	{"power", PARAM_CHANCE, offsetof(struct design_input, power), "80%", 0.05, 0.9999,
	 .about = "chance to find the effect it is planned for"},
	{"delta", PARAM_NUMBER, offsetof(struct design_input, delta), "0.5", 0, 0.5,
	 .about = "shape (Wang and Tsiatis 1987): 0.5 Pocock, 0 O'Brien and Fleming"},
	{0},
};

struct design_answers {
	double constant, inflation, mean_at_null, mean_at_effect;
	struct numbers z, p;
};

static const struct answer design_answers[] = {
	ANSWER_ROW(design_answers, constant, "z at the last look"),
	ANSWER_LIST_ROW(design_answers, z, "what |z| is held against at each"),
	ANSWER_LIST_ROW(design_answers, p, "the same as a two-sided p-value"),
	ANSWER_ROW(design_answers, inflation, "largest sample, over that of one look"),
	ANSWER_ROW(design_answers, mean_at_null, "mean sample if there is no effect, likewise"),
	ANSWER_ROW(design_answers, mean_at_effect, "mean sample at the effect"),
	{0},
};

static void design(const void *input, void *answers, struct arena *arena)
{
	const struct design_input *in = input;
	struct design_answers *out = answers;
	int looks = (int)in->looks;
	double *z = arena_take(arena, 2 * (size_t)looks * sizeof *z), *p = z + looks;
	out->constant = group_sequential_constant(in->alpha, looks, in->delta);
	group_sequential_bounds(out->constant, looks, in->delta, z);
	for (int k = 0; k < looks; k++)
		p[k] = 2 * gsl_cdf_ugaussian_Q(z[k]);
	struct group_sequential_cost cost =
		group_sequential_cost(in->alpha, in->power, looks, in->delta);
	out->z = (struct numbers){z, looks};
	out->p = (struct numbers){p, looks};
	out->inflation = cost.inflation;
	out->mean_at_null = cost.mean_at_null;
	out->mean_at_effect = cost.mean_at_effect;
}

/* ---- spending */

struct spend_input {
	struct numbers fractions;
	double alpha, parameter;
	int spending, sides;
};

static const char *const spending_names[] = {[SPENDING_OBRIEN_FLEMING] = "obrien_fleming",
					     [SPENDING_POCOCK] = "pocock",
					     [SPENDING_POWER] = "power",
					     [SPENDING_HSD] = "hsd",
					     NULL};

static const struct param spend_inputs[] = {
	{"fractions", PARAM_NUMBERS, offsetof(struct spend_input, fractions), NULL, 1e-6, 1,
	 .about = "information at each look, as shares of all, ascending"},
	{"alpha", PARAM_CHANCE, offsetof(struct spend_input, alpha), "2.5%", 1e-12, 0.5,
	 .about = "one-sided level of all looks together"},
	{"spending", PARAM_CHOICE, offsetof(struct spend_input, spending), "obrien_fleming",
	 .choices = spending_names, .about = "how early it is spent"},
	{"parameter", PARAM_NUMBER, offsetof(struct spend_input, parameter), "2", -20, 20,
	 .about = "of power: the exponent; of hsd: gamma"},
	{"sides", PARAM_CHOICE, offsetof(struct spend_input, sides), "one", .choices = side_names,
	 .about = "two: a mirrored lower boundary spends as much"},
	{0},
};

static const char *check_spend(const void *input, char *why, size_t size)
{
	const struct spend_input *in = input;
	bool good = in->fractions.count >= 1 && in->fractions.count <= MOST_LOOKS;
	for (int i = 1; i < in->fractions.count; i++)
		good &= in->fractions.number[i] > in->fractions.number[i - 1];
	if (good)
		return NULL;
	snprintf(why, size, "from 1 to %d fractions, each larger than the one before", MOST_LOOKS);
	return "fractions";
}

struct spend_answers {
	struct numbers z, p, spent;
};

static const struct answer spend_answers[] = {
	ANSWER_LIST_ROW(spend_answers, z, "what z is held against at each look"),
	ANSWER_LIST_ROW(spend_answers, p, "the same as a one-sided p-value"),
	ANSWER_LIST_ROW(spend_answers, spent, "how much of alpha is spent by then"),
	{0},
};

static void spend(const void *input, void *answers, struct arena *arena)
{
	const struct spend_input *in = input;
	int n = in->fractions.count;
	double *z = arena_take(arena, 3 * (size_t)n * sizeof *z), *p = z + n, *spent = p + n;
	enum spending how = (enum spending)in->spending;
	group_sequential_spend(how, in->alpha, in->parameter, in->fractions.number, n, in->sides,
			       z);
	for (int k = 0; k < n; k++) {
		p[k] = gsl_cdf_ugaussian_Q(z[k]);
		spent[k] = group_sequential_spent(how, in->alpha, in->parameter,
						  in->fractions.number[k]);
	}
	*(struct spend_answers *)answers = (struct spend_answers){{z, n}, {p, n}, {spent, n}};
}

const struct calculation calculations_of_looks[] = {
	{.name = "peeking",
	 .about = "How often does a test for one look cry wolf when it is looked at so often?",
	 .example = "--looks 10",
	 .inputs = peek_inputs,
	 .input_size = sizeof(struct peek_input),
	 .answers = peek_answers,
	 .answer_size = sizeof(struct peek_answers),
	 .calculate = peek},
	{.name = "group_sequential",
	 .alias = "pocock",
	 .about = "Boundaries for so many planned looks, and what they cost.",
	 .example = "--looks 5 --delta 0.5",
	 .inputs = design_inputs,
	 .input_size = sizeof(struct design_input),
	 .answers = design_answers,
	 .answer_size = sizeof(struct design_answers),
	 .calculate = design},
	{.name = "alpha_spending",
	 .alias = "lan_demets",
	 .about = "Boundaries that spend a level look by look.",
	 .example = "--fractions '0.2;0.4;0.6;0.8;1'",
	 .inputs = spend_inputs,
	 .input_size = sizeof(struct spend_input),
	 .answers = spend_answers,
	 .answer_size = sizeof(struct spend_answers),
	 .check = check_spend,
	 .calculate = spend},
	{0},
};
