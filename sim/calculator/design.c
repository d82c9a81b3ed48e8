/* Calculations before anything is measured: how many, how long, how small a change. */
#include "sim/calculator/list.h"

#include "sim/stats/power.h"

#include <math.h>
#include <stdio.h>

enum alternative { TWO_SIDED, LARGER, SMALLER };

static const char *const alternative_names[] = {"two-sided", "larger", "smaller", NULL};

struct size_input {
	double p1, p2, alpha, power, ratio, rate, share;
	int alternative;
};

static const struct param size_inputs[] = {
	{"p1", PARAM_CHANCE, offsetof(struct size_input, p1), NULL, 0, 1,
	 .about = "share of the first, such as stable's errors"},
	{"p2", PARAM_CHANCE, offsetof(struct size_input, p2), NULL, 0, 1,
	 .about = "share of the second that must be found"},
	{"alpha", PARAM_CHANCE, offsetof(struct size_input, alpha), "5%", 1e-12, 0.5,
	 .about = "false alarm rate"},
	{"power", PARAM_CHANCE, offsetof(struct size_input, power), "80%", 1e-6, 1 - 1e-9,
	 .about = "chance to find it"},
	{"ratio_n2_over_n1", PARAM_NUMBER, offsetof(struct size_input, ratio), "1", 1e-9, 1e9,
	 .about = "how many of the second for one of the first"},
	{"alternative", PARAM_CHOICE, offsetof(struct size_input, alternative), "two-sided",
	 .choices = alternative_names, .about = "larger or smaller: one-sided"},
	{"rate", PARAM_RATE, offsetof(struct size_input, rate), "", 1e-9, 1e12,
	 .about = "requests of both together: for how long it takes"},
	{"share", PARAM_CHANCE, offsetof(struct size_input, share), "", 1e-9, 1 - 1e-9,
	 .about = "the second's share of the requests, instead of the ratio"},
	{0},
};

static struct design design_of(const struct size_input *in)
{
	double ratio = isnan(in->share) ? in->ratio : in->share / (1 - in->share);
	return (struct design){in->alpha, in->power, ratio, in->alternative == TWO_SIDED};
}

struct size_answers {
	double cohen_h, n1_arcsine_exact, n1_arcsine_closed, n1_pooled_fleiss, n1_unpooled,
		power_at_ceil_n1, n2, requests, hours, days;
};

static const struct answer size_answers[] = {
	ANSWER_ROW(size_answers, cohen_h, "size of the change, by Cohen (1988)"),
	ANSWER_ROW(size_answers, n1_arcsine_exact, "how many of the first, by arcsine"),
	ANSWER_ROW(size_answers, n1_arcsine_closed, "the same, wrong tail left out"),
	ANSWER_ROW(size_answers, n1_pooled_fleiss, "by Fleiss, Levin and Paik, pooled variance"),
	ANSWER_ROW(size_answers, n1_unpooled, "with the variance of each"),
	ANSWER_ROW(size_answers, power_at_ceil_n1, "power of n1_arcsine_exact, rounded up"),
	ANSWER_ROW(size_answers, n2, "how many of the second, by arcsine, rounded up"),
	ANSWER_ROW(size_answers, requests, "how many of both"),
	ANSWER_ROW(size_answers, hours, "how long that takes at `rate`"),
	ANSWER_ROW(size_answers, days, "the same in days"),
	{0},
};

/* Only the larger group is short of nobody: both are rounded up. */
static void sample_size(const void *input, void *answers, struct arena *arena)
{
	const struct size_input *in = input;
	struct size_answers *out = answers;
	struct design d = design_of(in);
	(void)arena;
	out->cohen_h = power_cohen_h(in->p1, in->p2);
	out->n1_arcsine_exact = power_size_arcsine(in->p1, in->p2, &d);
	out->n1_arcsine_closed = power_size_closed(in->p1, in->p2, &d);
	out->n1_pooled_fleiss = power_size_pooled(in->p1, in->p2, &d);
	out->n1_unpooled = power_size_unpooled(in->p1, in->p2, &d);
	out->power_at_ceil_n1 = power_of_size(in->p1, in->p2, ceil(out->n1_arcsine_exact), &d);
	out->n2 = ceil(out->n1_arcsine_exact * d.ratio);
	out->requests = ceil(out->n1_arcsine_exact) + out->n2;
	out->hours = out->requests / in->rate / 3600;
	out->days = out->hours / 24;
}

/* ---- power of a given size */

struct power_input {
	struct size_input s;
	double n1;
};

#define SIZES                                                                                      \
	{"p1",                                                                                     \
	 PARAM_CHANCE,                                                                             \
	 offsetof(struct power_input, s.p1),                                                       \
	 NULL,                                                                                     \
	 0,                                                                                        \
	 1,                                                                                        \
	 .about = "share of the first"},                                                           \
		{"n1", PARAM_NUMBER, offsetof(struct power_input, n1), NULL,                       \
		 1,    1e15,	     .about = "how many of the first"},                            \
		{"alpha",                                                                          \
		 PARAM_CHANCE,                                                                     \
		 offsetof(struct power_input, s.alpha),                                            \
		 "5%",                                                                             \
		 1e-12,                                                                            \
		 0.5,                                                                              \
		 .about = "false alarm rate"},                                                     \
		{"ratio_n2_over_n1",                                                               \
		 PARAM_NUMBER,                                                                     \
		 offsetof(struct power_input, s.ratio),                                            \
		 "1",                                                                              \
		 1e-9,                                                                             \
		 1e9,                                                                              \
		 .about = "how many of the second for one of the first"},                          \
	{                                                                                          \
		"alternative", PARAM_CHOICE, offsetof(struct power_input, s.alternative),          \
			"two-sided", .choices = alternative_names,                                 \
				     .about = "larger or smaller: one-sided"                       \
	}

static const struct param power_inputs[] = {
	SIZES,
	{"p2", PARAM_CHANCE, offsetof(struct power_input, s.p2), NULL, 0, 1,
	 .about = "share of the second"},
	{0},
};

static const struct param effect_inputs[] = {
	SIZES,
	{"power", PARAM_CHANCE, offsetof(struct power_input, s.power), "80%", 1e-6, 1 - 1e-9,
	 .about = "chance to find it"},
	{0},
};

static struct design design_of_power(const struct power_input *in)
{
	return (struct design){in->s.alpha, in->s.power, in->s.ratio,
			       in->s.alternative == TWO_SIDED};
}

struct power_answers {
	double power;
};

static const struct answer power_answers[] = {
	ANSWER_ROW(power_answers, power, "chance to find the difference, by arcsine"),
	{0},
};

static void power_of(const void *input, void *answers, struct arena *arena)
{
	const struct power_input *in = input;
	struct design d = design_of_power(in);
	(void)arena;
	((struct power_answers *)answers)->power = power_of_size(in->s.p1, in->s.p2, in->n1, &d);
}

struct effect_answers {
	double above, below;
};

static const struct answer effect_answers[] = {
	ANSWER_ROW(effect_answers, above, "the nearest higher share that would be found"),
	ANSWER_ROW(effect_answers, below, "the nearest lower one"),
	{0},
};

static void minimum_effect(const void *input, void *answers, struct arena *arena)
{
	const struct power_input *in = input;
	struct design d = design_of_power(in);
	(void)arena;
	*(struct effect_answers *)answers =
		(struct effect_answers){power_detectable(in->s.p1, in->n1, true, &d),
					power_detectable(in->s.p1, in->n1, false, &d)};
}

/* ---- means */

struct mean_input {
	double difference, sd1, sd2, alpha, power, ratio;
	int alternative;
};

static const struct param mean_inputs[] = {
	{"difference", PARAM_NUMBER, offsetof(struct mean_input, difference), NULL,
	 .about = "of the means, that must be found"},
	{"sd1", PARAM_NUMBER, offsetof(struct mean_input, sd1), NULL, 0, 1e300,
	 .about = "standard deviation of the first"},
	{"sd2", PARAM_NUMBER, offsetof(struct mean_input, sd2), "", 0, 1e300,
	 .about = "of the second; left out: the same"},
	{"alpha", PARAM_CHANCE, offsetof(struct mean_input, alpha), "5%", 1e-12, 0.5,
	 .about = "false alarm rate"},
	{"power", PARAM_CHANCE, offsetof(struct mean_input, power), "80%", 1e-6, 1 - 1e-9,
	 .about = "chance to find it"},
	{"ratio_n2_over_n1", PARAM_NUMBER, offsetof(struct mean_input, ratio), "1", 1e-9, 1e9,
	 .about = "how many of the second for one of the first"},
	{"alternative", PARAM_CHOICE, offsetof(struct mean_input, alternative), "two-sided",
	 .choices = alternative_names, .about = "larger or smaller: one-sided"},
	{0},
};

struct mean_answers {
	double n1, n2;
};

static const struct answer mean_answers[] = {
	ANSWER_ROW(mean_answers, n1, "how many of the first"),
	ANSWER_ROW(mean_answers, n2, "how many of the second"),
	{0},
};

static void means(const void *input, void *answers, struct arena *arena)
{
	const struct mean_input *in = input;
	struct design d = {in->alpha, in->power, in->ratio, in->alternative == TWO_SIDED};
	(void)arena;
	double sd2 = isnan(in->sd2) ? in->sd1 : in->sd2;
	double n1 = power_size_means(in->difference, in->sd1, sd2, &d);
	*(struct mean_answers *)answers = (struct mean_answers){n1, n1 * in->ratio};
}

const struct calculation calculations_of_design[] = {
	{.name = "sample_size",
	 .alias = "n",
	 .about = "How many requests tell two shares apart, and how many hours at my traffic?",
	 .example = "--p1 1% --p2 1.5% --rate 50/s --share 5%",
	 .inputs = size_inputs,
	 .input_size = sizeof(struct size_input),
	 .answers = size_answers,
	 .answer_size = sizeof(struct size_answers),
	 .calculate = sample_size},
	{.name = "power",
	 .about = "With what chance do so many requests tell two shares apart?",
	 .example = "--p1 1% --p2 1.5% --n1 5000",
	 .inputs = power_inputs,
	 .input_size = sizeof(struct power_input),
	 .answers = power_answers,
	 .answer_size = sizeof(struct power_answers),
	 .calculate = power_of},
	{.name = "minimum_effect",
	 .alias = "mde",
	 .about = "How small a change do so many requests find?",
	 .example = "--p1 1% --n1 5000",
	 .inputs = effect_inputs,
	 .input_size = sizeof(struct power_input),
	 .answers = effect_answers,
	 .answer_size = sizeof(struct effect_answers),
	 .calculate = minimum_effect},
	{.name = "sample_size_means",
	 .about = "How many values tell two means apart?",
	 .example = "--difference 10 --sd1 60",
	 .inputs = mean_inputs,
	 .input_size = sizeof(struct mean_input),
	 .answers = mean_answers,
	 .answer_size = sizeof(struct mean_answers),
	 .calculate = means},
	{0},
};
