/* Calculations of how long charts run until an alarm, false or due, on average. */
#include "sim/calculator/list.h"

#include "sim/stats/chart.h"
#include "sim/stats/cusum.h"
#include "sim/stats/ewma.h"
#include "sim/stats/ladder.h"
#include "sim/stats/lattice.h"
#include "sim/stats/shiryaev_roberts.h"

#include <math.h>
#include <stdio.h>

struct length_answers {
	double ARL;
};

static const struct answer length_answers[] = {
	ANSWER_ROW(length_answers, ARL, "average observations until the alarm"),
	{0},
};

static const char shift_about[] = "shift there from the start, in standard deviations; 0: none";

/* ---- CUSUM */

struct cusum_input {
	int chart;
	double k, h, headstart, shift_sigma;
};

enum { TWO_SIDED, UPPER };
static const char *const cusum_charts[] = {"two-sided", "one-sided upper", NULL};

static const struct param cusum_inputs[] = {
	{"chart", PARAM_CHOICE, offsetof(struct cusum_input, chart), "two-sided",
	 .choices = cusum_charts, .about = "which shifts alarm"},
	{"k", PARAM_NUMBER, offsetof(struct cusum_input, k), "0.5", 0, 20,
	 .about = "half the shift to be found soonest"},
	{"h", PARAM_NUMBER, offsetof(struct cusum_input, h), "5", 0.001, CHART_WIDEST,
	 .about = "alarm above this"},
	{"headstart", PARAM_NUMBER, offsetof(struct cusum_input, headstart), "0", 0, CHART_WIDEST,
	 .about = "where the sums start"},
	{"shift_sigma", PARAM_NUMBER, offsetof(struct cusum_input, shift_sigma), "0", -20, 20,
	 .about = shift_about},
	{0},
};

static const char *check_cusum(const void *input, char *why, size_t size)
{
	const struct cusum_input *in = input;
	double most = in->chart == TWO_SIDED ? in->h / 2 + in->k : in->h;
	if (in->headstart <= most)
		return NULL;
	snprintf(why, size, "must not lie above %g, %s", most,
		 in->chart == TWO_SIDED ? "h / 2 + k: both sums would be high at once" : "h");
	return "headstart";
}

static void cusum(const void *input, void *answers, struct arena *arena)
{
	const struct cusum_input *in = input;
	struct length_answers *out = answers;
	(void)arena;
	out->ARL =
		in->chart == TWO_SIDED
			? cusum_run_length_two_sided(in->k, in->h, in->headstart, in->shift_sigma)
			: cusum_run_length(in->k, in->h, in->headstart, in->shift_sigma);
}

/* ---- EWMA */

struct ewma_input {
	double lambda, L, shift_sigma;
	int limits;
};

enum { EXACT, ASYMPTOTIC };
static const char *const ewma_limits[] = {"exact time-varying", "asymptotic", NULL};

static const struct param ewma_inputs[] = {
	{"lambda", PARAM_NUMBER, offsetof(struct ewma_input, lambda), "0.1", 0.01, 1,
	 .about = "weight of the newest"},
	{"L", PARAM_NUMBER, offsetof(struct ewma_input, L), "2.814", 0.001, 9,
	 .about = "limits, in standard deviations of the average"},
	{"limits", PARAM_CHOICE, offsetof(struct ewma_input, limits), "asymptotic",
	 .choices = ewma_limits, .about = "those of the time, or of the long run"},
	{"shift_sigma", PARAM_NUMBER, offsetof(struct ewma_input, shift_sigma), "0", -20, 20,
	 .about = shift_about},
	{0},
};

static void ewma(const void *input, void *answers, struct arena *arena)
{
	const struct ewma_input *in = input;
	struct length_answers *out = answers;
	(void)arena;
	out->ARL = in->limits == EXACT ? ewma_run_length_exact(in->lambda, in->L, in->shift_sigma)
				       : ewma_run_length(in->lambda, in->L, in->shift_sigma);
}

/* ---- Shewhart */

struct shewhart_input {
	double L, shift_sigma;
};

static const struct param shewhart_inputs[] = {
	{"L", PARAM_NUMBER, offsetof(struct shewhart_input, L), "3", 0, 30,
	 .about = "alarm further from the mean than this, in standard deviations"},
	{"shift_sigma", PARAM_NUMBER, offsetof(struct shewhart_input, shift_sigma), "0", -30, 30,
	 .about = shift_about},
	{0},
};

static void shewhart(const void *input, void *answers, struct arena *arena)
{
	const struct shewhart_input *in = input;
	(void)arena;
	((struct length_answers *)answers)->ARL = ewma_shewhart_run_length(in->L, in->shift_sigma);
}

/* ---- Shiryaev and Roberts */

struct sum_input {
	double delta, threshold, start, shift_sigma;
};

static const struct param sum_inputs[] = {
	{"delta", PARAM_NUMBER, offsetof(struct sum_input, delta), "1", 0.01, 20,
	 .about = "the shift it looks for, in standard deviations"},
	{"threshold", PARAM_NUMBER, offsetof(struct sum_input, threshold), NULL, 1e-6, 1e15,
	 .about = "alarm when the sum of likelihood ratios reaches it"},
	{"start", PARAM_NUMBER, offsetof(struct sum_input, start), "0", 0, 1e15,
	 .about = "the sum at the start"},
	{"shift_sigma", PARAM_NUMBER, offsetof(struct sum_input, shift_sigma), "0", -20, 20,
	 .about = shift_about},
	{0},
};

static void shiryaev_roberts(const void *input, void *answers, struct arena *arena)
{
	const struct sum_input *in = input;
	(void)arena;
	((struct length_answers *)answers)->ARL =
		shiryaev_roberts_run_length(in->delta, in->threshold, in->start, in->shift_sigma);
}

/* ---- Bernoulli */

struct bernoulli_input {
	double m, H, p;
};

static const struct param bernoulli_inputs[] = {
	{"m", PARAM_NUMBER, offsetof(struct bernoulli_input, m), NULL, 2, 1e6,
	 .about = "a failure counts m - 1, a success -1; a whole number"},
	{"H", PARAM_NUMBER, offsetof(struct bernoulli_input, H), NULL, 1, 1e8,
	 .about = "alarm at this"},
	{"p", PARAM_CHANCE, offsetof(struct bernoulli_input, p), NULL, 0, 1,
	 .about = "share of failures"},
	{0},
};

static const char *check_bernoulli(const void *input, char *why, size_t size)
{
	const struct bernoulli_input *in = input;
	if (in->m == nearbyint(in->m))
		return NULL;
	snprintf(why, size, "must be a whole number: the sum has to live on a lattice");
	return "m";
}

struct bernoulli_answers {
	double ARL_observations_from_0;
};

static const struct answer bernoulli_answers[] = {
	ANSWER_ROW(bernoulli_answers, ARL_observations_from_0,
		   "average requests until the alarm, from a sum of 0"),
	{0},
};

static void bernoulli(const void *input, void *answers, struct arena *arena)
{
	const struct bernoulli_input *in = input;
	struct bernoulli_answers *out = answers;
	struct ladder_level *scratch = arena_take(arena, (size_t)in->m * sizeof *scratch);
	out->ARL_observations_from_0 =
		lattice_bernoulli_run_length((int)in->m, in->H, in->p, scratch);
}

/* ---- Poisson */

struct poisson_input {
	double k, h, lambda;
};

static const struct param poisson_inputs[] = {
	{"k", PARAM_NUMBER, offsetof(struct poisson_input, k), NULL, 0, 1e6,
	 .about = "taken off each count; a multiple of 0.001"},
	{"h", PARAM_NUMBER, offsetof(struct poisson_input, h), NULL, 0.001, 1e6,
	 .about = "alarm at this"},
	{"lambda", PARAM_NUMBER, offsetof(struct poisson_input, lambda), NULL, 0, 1e6,
	 .about = "mean count"},
	{0},
};

static const char *check_poisson(const void *input, char *why, size_t size)
{
	const struct poisson_input *in = input;
	if (lattice_poisson_states(in->k, in->h))
		return NULL;
	snprintf(why, size,
		 "the sum has no lattice of up to %d places below h: take k with fewer decimals",
		 LATTICE_STATES);
	return "k";
}

struct poisson_answers {
	double ARL_from_0;
};

static const struct answer poisson_answers[] = {
	ANSWER_ROW(poisson_answers, ARL_from_0, "average counts until the alarm, from a sum of 0"),
	{0},
};

static void poisson(const void *input, void *answers, struct arena *arena)
{
	const struct poisson_input *in = input;
	struct poisson_answers *out = answers;
	size_t states = (size_t)lattice_poisson_states(in->k, in->h);
	double *scratch = arena_take(arena, states * (states + 2) * sizeof *scratch);
	out->ARL_from_0 = lattice_poisson_run_length(in->k, in->h, in->lambda, scratch);
}

const struct calculation calculations_of_run_length[] = {
	{.name = "cusum_arl",
	 .about = "How many observations does a CUSUM chart take until it alarms?",
	 .example = "--k 0.5 --h 5 --shift_sigma 1",
	 .inputs = cusum_inputs,
	 .input_size = sizeof(struct cusum_input),
	 .answers = length_answers,
	 .answer_size = sizeof(struct length_answers),
	 .check = check_cusum,
	 .calculate = cusum},
	{.name = "ewma_arl",
	 .about = "How many observations does a two-sided EWMA chart take until it alarms?",
	 .example = "--lambda 0.1 --L 2.814 --shift_sigma 1",
	 .inputs = ewma_inputs,
	 .input_size = sizeof(struct ewma_input),
	 .answers = length_answers,
	 .answer_size = sizeof(struct length_answers),
	 .calculate = ewma},
	{.name = "shewhart_arl",
	 .about = "How many observations does a two-sided Shewhart chart take until it alarms?",
	 .example = "--L 3 --shift_sigma 1",
	 .inputs = shewhart_inputs,
	 .input_size = sizeof(struct shewhart_input),
	 .answers = length_answers,
	 .answer_size = sizeof(struct length_answers),
	 .calculate = shewhart},
	{.name = "shiryaev_roberts_arl",
	 .about = "How many observations does the Shiryaev-Roberts procedure take until it alarms?",
	 .example = "--delta 1 --threshold 390 --shift_sigma 1",
	 .inputs = sum_inputs,
	 .input_size = sizeof(struct sum_input),
	 .answers = length_answers,
	 .answer_size = sizeof(struct length_answers),
	 .calculate = shiryaev_roberts},
	{.name = "bernoulli_cusum_arl",
	 .about = "How many requests does a CUSUM of failures take until it alarms?",
	 .example = "--m 50 --H 150 --p 1%",
	 .inputs = bernoulli_inputs,
	 .input_size = sizeof(struct bernoulli_input),
	 .answers = bernoulli_answers,
	 .answer_size = sizeof(struct bernoulli_answers),
	 .check = check_bernoulli,
	 .calculate = bernoulli},
	{.name = "poisson_cusum_arl",
	 .about = "How many counts does a CUSUM of counts take until it alarms?",
	 .example = "--k 1.5 --h 5 --lambda 1",
	 .inputs = poisson_inputs,
	 .input_size = sizeof(struct poisson_input),
	 .answers = poisson_answers,
	 .answer_size = sizeof(struct poisson_answers),
	 .check = check_poisson,
	 .calculate = poisson},
	{0},
};
