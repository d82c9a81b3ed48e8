/* Calculations with many tests at once. */
#include "sim/calculator/list.h"

#include "sim/stats/evalue.h"
#include "sim/stats/multiplicity.h"

#include <math.h>

struct p_input {
	struct numbers p;
};

static const struct param p_inputs[] = {
	{"p", PARAM_NUMBERS, offsetof(struct p_input, p), NULL, 0, 1, .about = "the p-values"},
	{0},
};

struct adjusted {
	struct numbers by_method[MULTIPLICITIES];
};

#define METHOD(name, method, about)                                                                \
	{                                                                                          \
#name, ANSWER_LIST,                                                                \
			offsetof(struct adjusted, by_method) + (method) * sizeof(struct numbers),  \
			about                                                                      \
	}

static const struct answer p_answers[] = {
	METHOD(bonferroni, MULTIPLICITY_BONFERRONI, "times their number"),
	METHOD(holm, MULTIPLICITY_HOLM, "Holm 1979: step down; always better than Bonferroni"),
	METHOD(sidak, MULTIPLICITY_SIDAK, "Sidak 1967: independent tests"),
	METHOD(holm_sidak, MULTIPLICITY_HOLM_SIDAK, "Holm's steps with Sidak's factors"),
	METHOD(hochberg, MULTIPLICITY_HOCHBERG, "Hochberg 1988: step up"),
	METHOD(bh, MULTIPLICITY_BH, "Benjamini and Hochberg 1995: false discovery rate"),
	METHOD(by, MULTIPLICITY_BY, "Benjamini and Yekutieli 2001: the same, whatever depends"),
	{0},
};

static void adjust(const void *input, void *answers, struct arena *arena)
{
	const struct p_input *in = input;
	struct adjusted *out = answers;
	size_t n = (size_t)in->p.count;
	int *order = arena_take(arena, n * sizeof *order);
	for (int m = 0; m < MULTIPLICITIES; m++) {
		double *adjusted = arena_take(arena, n * sizeof *adjusted);
		multiplicity_adjust((enum multiplicity)m, in->p.number, adjusted, order,
				    in->p.count);
		out->by_method[m] = (struct numbers){adjusted, in->p.count};
	}
}

struct e_input {
	struct numbers e;
	double rate;
};

static const struct param e_inputs[] = {
	{"e", PARAM_NUMBERS, offsetof(struct e_input, e), NULL, 0, 1e300, .about = "the e-values"},
	{"rate", PARAM_CHANCE, offsetof(struct e_input, rate), "5%", 1e-12, 1,
	 .about = "false discovery rate"},
	{0},
};

struct e_answers {
	double discoveries, threshold;
};

static const struct answer e_answers[] = {
	ANSWER_ROW(e_answers, discoveries, "how many are"),
	ANSWER_ROW(e_answers, threshold, "the smallest e-value that is one"),
	{0},
};

static double *logarithms(const struct numbers *of, struct arena *arena)
{
	double *log_e = arena_take(arena, (size_t)of->count * sizeof *log_e);
	for (int i = 0; i < of->count; i++)
		log_e[i] = log(of->number[i]);
	return log_e;
}

static void e_bh(const void *input, void *answers, struct arena *arena)
{
	const struct e_input *in = input;
	struct e_answers *out = answers;
	int *order = arena_take(arena, (size_t)in->e.count * sizeof *order);
	double *log_e = logarithms(&in->e, arena), least;
	out->discoveries = multiplicity_e_bh(log_e, order, in->e.count, in->rate, &least);
	out->threshold = exp(least);
}

/* ---- many e-values of one question */

static const struct param combined_inputs[] = {
	{"e", PARAM_NUMBERS, offsetof(struct e_input, e), NULL, 0, 1e300, .about = "the e-values"},
	{0},
};

struct combined {
	double mean, p_mean, product, p_product;
};

static const struct answer combined_answers[] = {
	ANSWER_ROW(combined, mean, "an e-value, whatever depends on what"),
	ANSWER_ROW(combined, p_mean, "its p-value"),
	ANSWER_ROW(combined, product, "an e-value if they are independent, or come one by one"),
	ANSWER_ROW(combined, p_product, "its p-value"),
	{0},
};

static void combine(const void *input, void *answers, struct arena *arena)
{
	const struct e_input *in = input;
	const double *log_e = logarithms(&in->e, arena);
	double mean = evalue_mean(log_e, in->e.count), sum = 0;
	for (int i = 0; i < in->e.count; i++)
		sum += log_e[i];
	*(struct combined *)answers =
		(struct combined){exp(mean), evalue_to_p(mean), exp(sum), evalue_to_p(sum)};
}

struct calibrator_input {
	double p, kappa;
};

static const struct param calibrator_inputs[] = {
	{"p", PARAM_CHANCE, offsetof(struct calibrator_input, p), NULL, 1e-300, 1,
	 .about = "the p-value"},
	{"kappa", PARAM_NUMBER, offsetof(struct calibrator_input, kappa), "0.5", 1e-6, 1,
	 .about = "the smaller, the more it makes of small p-values and the less of others"},
	{0},
};

struct calibrated {
	double e, e_mixed;
};

static const struct answer calibrated_answers[] = {
	ANSWER_ROW(calibrated, e, "kappa p^(kappa - 1)"),
	ANSWER_ROW(calibrated, e_mixed, "the mean of these over all kappa from 0 to 1"),
	{0},
};

static void calibrate(const void *input, void *answers, struct arena *arena)
{
	const struct calibrator_input *in = input;
	(void)arena;
	*(struct calibrated *)answers = (struct calibrated){exp(evalue_of_p(in->p, in->kappa)),
							    exp(evalue_of_p_mixed(in->p))};
}

const struct calculation calculations_of_multiplicity[] = {
	{.name = "multiple_testing",
	 .alias = "adjust",
	 .about = "p-values of many tests, each made fit to be held against the level of all.",
	 .example = "--p '0.01;0.02;0.03;0.04'",
	 .inputs = p_inputs,
	 .input_size = sizeof(struct p_input),
	 .answers = p_answers,
	 .answer_size = sizeof(struct adjusted),
	 .calculate = adjust},
	{.name = "e_bh",
	 .about = "Which of many e-values are discoveries? Wang and Ramdas 2022.",
	 .example = "--e '120;3;0.5;60' --rate 5%",
	 .inputs = e_inputs,
	 .input_size = sizeof(struct e_input),
	 .answers = e_answers,
	 .answer_size = sizeof(struct e_answers),
	 .calculate = e_bh},
	{.name = "e_combine",
	 .about = "Many e-values of one question as one. Vovk and Wang 2021.",
	 .example = "--e '12;3;0.5'",
	 .inputs = combined_inputs,
	 .input_size = sizeof(struct e_input),
	 .answers = combined_answers,
	 .answer_size = sizeof(struct combined),
	 .calculate = combine},
	{.name = "p_to_e",
	 .about = "What is a p-value worth as an e-value? Vovk and Wang 2021.",
	 .example = "--p 0.001",
	 .inputs = calibrator_inputs,
	 .input_size = sizeof(struct calibrator_input),
	 .answers = calibrated_answers,
	 .answer_size = sizeof(struct calibrated),
	 .calculate = calibrate},
	{0},
};
