/* Calculations of thresholds: a false alarm every so often, on average, and what that costs. */
#include "sim/calculator/list.h"

#include "sim/stats/cusum.h"
#include "sim/stats/ewma.h"
#include "sim/stats/lattice.h"
#include "sim/stats/shiryaev_roberts.h"

#include <math.h>
#include <stdio.h>

static const char arl_about[] = "observations between false alarms, on average";

/* ---- CUSUM */

struct cusum_input {
	int chart;
	double arl, shift;
};

enum { TWO_SIDED, UPPER };
static const char *const cusum_charts[] = {"two-sided", "one-sided upper", NULL};

static const struct param cusum_inputs[] = {
	{"chart", PARAM_CHOICE, offsetof(struct cusum_input, chart), "two-sided",
	 .choices = cusum_charts, .about = "which shifts alarm"},
	{"arl", PARAM_NUMBER, offsetof(struct cusum_input, arl), NULL, 1, 1e15, .about = arl_about},
	{"shift", PARAM_NUMBER, offsetof(struct cusum_input, shift), "1", 0.02, 20,
	 .about = "the shift to be found soonest, in standard deviations"},
	{0},
};

struct cusum_answers {
	double k, h, delay;
};

static const struct answer cusum_answers[] = {
	ANSWER_ROW(cusum_answers, k, "reference: half the shift"),
	ANSWER_ROW(cusum_answers, h, "threshold"),
	ANSWER_ROW(cusum_answers, delay, "observations until a shift of that size alarms"),
	{0},
};

static void cusum(const void *input, void *answers, struct arena *arena)
{
	const struct cusum_input *in = input;
	bool two_sided = in->chart == TWO_SIDED;
	double k = in->shift / 2;
	double h = two_sided ? cusum_threshold_two_sided(k, in->arl) : cusum_threshold(k, in->arl);
	(void)arena;
	*(struct cusum_answers *)answers =
		(struct cusum_answers){k, h,
				       two_sided ? cusum_run_length_two_sided(k, h, 0, in->shift)
						 : cusum_run_length(k, h, 0, in->shift)};
}

/* ---- EWMA and Shewhart */

struct ewma_input {
	double lambda, arl, shift;
	int limits;
};

enum { EXACT, ASYMPTOTIC };
static const char *const ewma_limits[] = {"exact time-varying", "asymptotic", NULL};

static const struct param ewma_inputs[] = {
	{"lambda", PARAM_NUMBER, offsetof(struct ewma_input, lambda), "0.1", 0.01, 1,
	 .about = "weight of the newest; 1: a Shewhart chart"},
	{"arl", PARAM_NUMBER, offsetof(struct ewma_input, arl), NULL, 1, 1e15, .about = arl_about},
	{"limits", PARAM_CHOICE, offsetof(struct ewma_input, limits), "asymptotic",
	 .choices = ewma_limits, .about = "those of the time, or of the long run"},
	{"shift", PARAM_NUMBER, offsetof(struct ewma_input, shift), "1", 0, 20,
	 .about = "a shift whose delay is told, in standard deviations"},
	{0},
};

struct ewma_answers {
	double L, limit, delay;
};

static const struct answer ewma_answers[] = {
	ANSWER_ROW(ewma_answers, L, "limits, in standard deviations of the average"),
	ANSWER_ROW(ewma_answers, limit, "the long-run limit of the average"),
	ANSWER_ROW(ewma_answers, delay, "observations until the shift alarms"),
	{0},
};

static void ewma(const void *input, void *answers, struct arena *arena)
{
	const struct ewma_input *in = input;
	bool exact = in->limits == EXACT;
	double L = exact ? ewma_width_exact(in->lambda, in->arl) : ewma_width(in->lambda, in->arl);
	(void)arena;
	*(struct ewma_answers *)answers =
		(struct ewma_answers){L, ewma_limit_in_the_long_run(in->lambda, L),
				      exact ? ewma_run_length_exact(in->lambda, L, in->shift)
					    : ewma_run_length(in->lambda, L, in->shift)};
}

/* ---- Shiryaev and Roberts */

struct sum_input {
	double arl, delta;
};

static const struct param sum_inputs[] = {
	{"arl", PARAM_NUMBER, offsetof(struct sum_input, arl), NULL, 1, 1e15, .about = arl_about},
	{"delta", PARAM_NUMBER, offsetof(struct sum_input, delta), "1", 0.001, 20,
	 .about = "the shift it looks for, in standard deviations"},
	{0},
};

struct sum_answers {
	double threshold, log_threshold, delay;
};

static const struct answer sum_answers[] = {
	ANSWER_ROW(sum_answers, threshold, "of the sum of likelihood ratios"),
	ANSWER_ROW(sum_answers, log_threshold, "of its logarithm"),
	ANSWER_ROW(sum_answers, delay, "observations until a shift of that size alarms"),
	{0},
};

static void shiryaev_roberts(const void *input, void *answers, struct arena *arena)
{
	const struct sum_input *in = input;
	double threshold = shiryaev_roberts_exact_threshold(in->arl, in->delta);
	(void)arena;
	*(struct sum_answers *)answers = (struct sum_answers){
		threshold, log(threshold),
		shiryaev_roberts_run_length(in->delta, threshold, 0, in->delta)};
}

/* ---- counts */

struct bernoulli_input {
	double p0, p1, arl;
};

static const struct param bernoulli_inputs[] = {
	{"p0", PARAM_CHANCE, offsetof(struct bernoulli_input, p0), NULL, 1e-9, 0.999999,
	 .about = "share of failures while all is well"},
	{"p1", PARAM_CHANCE, offsetof(struct bernoulli_input, p1), NULL, 1e-9, 0.999999,
	 .about = "share to be found soonest"},
	{"arl", PARAM_NUMBER, offsetof(struct bernoulli_input, arl), NULL, 1, 1e15,
	 .about = "requests between false alarms, on average"},
	{0},
};

static const char *check_bernoulli(const void *input, char *why, size_t size)
{
	const struct bernoulli_input *in = input;
	if (in->p1 > in->p0)
		return NULL;
	snprintf(why, size, "must be above p0: only rises are looked for");
	return "p1";
}

struct bernoulli_answers {
	double m, H;
};

static const struct answer bernoulli_answers[] = {
	ANSWER_ROW(bernoulli_answers, m, "a failure counts m - 1, a success -1"),
	ANSWER_ROW(bernoulli_answers, H, "the least whole threshold with no more false alarms"),
	{0},
};

static void bernoulli(const void *input, void *answers, struct arena *arena)
{
	const struct bernoulli_input *in = input;
	double m = fmax(2, nearbyint(cusum_bernoulli_m(in->p0, in->p1)));
	(void)arena;
	*(struct bernoulli_answers *)answers =
		(struct bernoulli_answers){m, lattice_bernoulli_threshold(m, in->p0, in->arl)};
}

struct poisson_input {
	double lambda0, lambda1, k, arl;
};

static const struct param poisson_inputs[] = {
	{"lambda0", PARAM_NUMBER, offsetof(struct poisson_input, lambda0), NULL, 1e-9, 1e6,
	 .about = "mean count while all is well"},
	{"lambda1", PARAM_NUMBER, offsetof(struct poisson_input, lambda1), NULL, 1e-9, 1e6,
	 .about = "mean to be found soonest"},
	{"k", PARAM_NUMBER, offsetof(struct poisson_input, k), "", 0.001, 1e6,
	 .about = "taken off each count; left out: the best for the means, to a quarter"},
	{"arl", PARAM_NUMBER, offsetof(struct poisson_input, arl), NULL, 1, 1e15,
	 .about = "counts between false alarms, on average"},
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

struct poisson_answers {
	double k, h;
};

static const struct answer poisson_answers[] = {
	ANSWER_ROW(poisson_answers, k, "taken off each count"),
	ANSWER_ROW(poisson_answers, h, "the least threshold with no more false alarms"),
	{0},
};

static void poisson(const void *input, void *answers, struct arena *arena)
{
	const struct poisson_input *in = input;
	double best = fmax(1, nearbyint(4 * cusum_poisson_k(in->lambda0, in->lambda1))) / 4;
	double k = isnan(in->k) ? best : in->k;
	(void)arena;
	*(struct poisson_answers *)answers =
		(struct poisson_answers){k, lattice_poisson_threshold(k, in->lambda0, in->arl)};
}

const struct calculation calculations_of_threshold[] = {
	{.name = "cusum_threshold",
	 .about = "The threshold of a CUSUM chart with a false alarm every so many observations.",
	 .example = "--arl 2000 --shift 1",
	 .inputs = cusum_inputs,
	 .input_size = sizeof(struct cusum_input),
	 .answers = cusum_answers,
	 .answer_size = sizeof(struct cusum_answers),
	 .calculate = cusum},
	{.name = "ewma_threshold",
	 .about = "The limits of an EWMA chart with a false alarm every so many observations.",
	 .example = "--lambda 0.2 --arl 2000",
	 .inputs = ewma_inputs,
	 .input_size = sizeof(struct ewma_input),
	 .answers = ewma_answers,
	 .answer_size = sizeof(struct ewma_answers),
	 .calculate = ewma},
	{.name = "shiryaev_roberts_threshold",
	 .about = "The Shiryaev-Roberts threshold with a false alarm every so many observations.",
	 .example = "--arl 2000 --delta 1",
	 .inputs = sum_inputs,
	 .input_size = sizeof(struct sum_input),
	 .answers = sum_answers,
	 .answer_size = sizeof(struct sum_answers),
	 .calculate = shiryaev_roberts},
	{.name = "bernoulli_cusum_threshold",
	 .about = "The threshold of a CUSUM of failures with a false alarm every so many requests.",
	 .example = "--p0 1% --p1 2% --arl 100000",
	 .inputs = bernoulli_inputs,
	 .input_size = sizeof(struct bernoulli_input),
	 .answers = bernoulli_answers,
	 .answer_size = sizeof(struct bernoulli_answers),
	 .check = check_bernoulli,
	 .calculate = bernoulli},
	{.name = "poisson_cusum_threshold",
	 .about = "The threshold of a CUSUM of counts with a false alarm every so many counts.",
	 .example = "--lambda0 4 --lambda1 6 --arl 2000",
	 .inputs = poisson_inputs,
	 .input_size = sizeof(struct poisson_input),
	 .answers = poisson_answers,
	 .answer_size = sizeof(struct poisson_answers),
	 .check = check_poisson,
	 .calculate = poisson},
	{0},
};
