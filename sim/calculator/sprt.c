/* Calculations of Wald's sequential test. */
#include "sim/calculator/list.h"

#include "sim/stats/sprt.h"

#include <math.h>
#include <stdio.h>

static const char *check_errors(double alpha, double beta, char *why, size_t size)
{
	if (alpha + beta < 1)
		return NULL;
	snprintf(why, size, "alpha and beta together must be less than 1");
	return "beta";
}

/* ---- shares of failures */

struct share_input {
	double p0, p1, alpha, beta, p;
};

static const struct param share_inputs[] = {
	{"p0", PARAM_CHANCE, offsetof(struct share_input, p0), NULL, 1e-9, 1 - 1e-9,
	 .about = "share of failures that is good: H0"},
	{"p1", PARAM_CHANCE, offsetof(struct share_input, p1), NULL, 1e-9, 1 - 1e-9,
	 .about = "a higher one that is bad: H1"},
	{"alpha", PARAM_CHANCE, offsetof(struct share_input, alpha), "5%", 1e-12, 0.5,
	 .about = "wanted chance to reject H0 where it holds"},
	{"beta", PARAM_CHANCE, offsetof(struct share_input, beta), "5%", 1e-12, 0.5,
	 .about = "wanted chance to accept H0 where H1 holds"},
	{"p", PARAM_CHANCE, offsetof(struct share_input, p), "", 0, 1,
	 .about = "the true share; that of H0 if not given"},
	{0},
};

static const char *check_share(const void *input, char *why, size_t size)
{
	const struct share_input *in = input;
	if (in->p1 > in->p0)
		return check_errors(in->alpha, in->beta, why, size);
	snprintf(why, size, "must be larger than p0");
	return "p1";
}

struct share_answers {
	double h_accept_intercept, h_reject_intercept, slope, P_accept_H0, P_reject_H0, ASN,
		wald_P_accept, wald_ASN;
};

static const struct answer share_answers[] = {
	ANSWER_ROW(share_answers, slope, "failures an observation where neither wins"),
	ANSWER_ROW(share_answers, h_accept_intercept,
		   "so many fewer than slope x n: H0 is accepted"),
	ANSWER_ROW(share_answers, h_reject_intercept,
		   "so many more than slope x n: it is rejected"),
	ANSWER_ROW(share_answers, P_accept_H0, "chance of that, exactly; nan: it takes too long"),
	ANSWER_ROW(share_answers, P_reject_H0, "the rest"),
	ANSWER_ROW(share_answers, ASN, "mean number of observations until then, exactly"),
	ANSWER_ROW(share_answers, wald_P_accept, "by Wald's approximation"),
	ANSWER_ROW(share_answers, wald_ASN, "likewise: too few, as what overshoots is left out"),
	{0},
};

static void share(const void *input, void *answers, struct arena *arena)
{
	const struct share_input *in = input;
	double p = isnan(in->p) ? in->p0 : in->p;
	struct sprt sprt = sprt_limits(in->alpha, in->beta);
	struct sprt_lines line = sprt_lines(&sprt, in->p0, in->p1);
	struct sprt_course exact = sprt_bernoulli(&sprt, in->p0, in->p1, p);
	struct sprt_course wald = sprt_bernoulli_wald(&sprt, in->p0, in->p1, p);
	(void)arena;
	*(struct share_answers *)answers =
		(struct share_answers){-line.accept,  line.reject, line.slope,	 exact.accepts,
				       exact.rejects, exact.mean,  wald.accepts, wald.mean};
}

/* ---- normal observations */

struct normal_input {
	double delta, alpha, beta, theta;
};

static const struct param normal_inputs[] = {
	{"delta_over_sigma", PARAM_NUMBER, offsetof(struct normal_input, delta), NULL, 1e-6, 100,
	 .about = "the mean of H1, in standard deviations; that of H0 is 0"},
	{"alpha", PARAM_CHANCE, offsetof(struct normal_input, alpha), "5%", 1e-12, 0.5,
	 .about = "wanted chance to reject H0 where it holds"},
	{"beta", PARAM_CHANCE, offsetof(struct normal_input, beta), "5%", 1e-12, 0.5,
	 .about = "wanted chance to accept H0 where H1 holds"},
	{"theta", PARAM_NUMBER, offsetof(struct normal_input, theta), "0", -100, 100,
	 .about = "the true mean, in standard deviations"},
	{0},
};

static const char *check_normal(const void *input, char *why, size_t size)
{
	const struct normal_input *in = input;
	return check_errors(in->alpha, in->beta, why, size);
}

struct normal_answers {
	double logA, logB, P_accept_H0, P_reject_H0, ASN, wald_P_accept_H0, wald_ASN;
};

static const struct answer normal_answers[] = {
	ANSWER_ROW(normal_answers, logA, "log-likelihood ratio from which H0 is rejected"),
	ANSWER_ROW(normal_answers, logB, "down to which it is accepted"),
	ANSWER_ROW(normal_answers, P_accept_H0, "chance of that, exactly; nan: delta is too small"),
	ANSWER_ROW(normal_answers, P_reject_H0, "the rest"),
	ANSWER_ROW(normal_answers, ASN, "mean number of observations until then, exactly"),
	ANSWER_ROW(normal_answers, wald_P_accept_H0, "by Wald's approximation"),
	ANSWER_ROW(normal_answers, wald_ASN, "likewise: too few, as what overshoots is left out"),
	{0},
};

static void normal(const void *input, void *answers, struct arena *arena)
{
	const struct normal_input *in = input;
	struct sprt sprt = sprt_limits(in->alpha, in->beta);
	struct sprt_course exact = sprt_normal(&sprt, in->delta, in->theta);
	struct sprt_course wald = sprt_normal_wald(&sprt, in->delta, in->theta);
	(void)arena;
	*(struct normal_answers *)answers =
		(struct normal_answers){sprt.reject, sprt.accept,  exact.accepts, exact.rejects,
					exact.mean,  wald.accepts, wald.mean};
}

const struct calculation calculations_of_sprt[] = {
	{.name = "sprt",
	 .about = "Wald's sequential test of a share: what it decides, and after how many.",
	 .example = "--p0 1% --p1 2% --alpha 5% --beta 10%",
	 .inputs = share_inputs,
	 .input_size = sizeof(struct share_input),
	 .answers = share_answers,
	 .answer_size = sizeof(struct share_answers),
	 .check = check_share,
	 .calculate = share},
	{.name = "sprt_normal",
	 .about = "The same of normal observations.",
	 .example = "--delta_over_sigma 0.5 --beta 10%",
	 .inputs = normal_inputs,
	 .input_size = sizeof(struct normal_input),
	 .answers = normal_answers,
	 .answer_size = sizeof(struct normal_answers),
	 .check = check_normal,
	 .calculate = normal},
	{0},
};
