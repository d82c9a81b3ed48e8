/* Calculations by resampling: an interval for any statistic, from the values alone. */
#include "sim/calculator/list.h"

#include "sim/calculator/sorted.h"
#include "sim/rng.h"
#include "sim/stats/bootstrap.h"

#include <stdio.h>
#include <string.h>

struct boot_input {
	struct numbers x, y;
	int statistic;
	double q, alpha;
	int64_t resamples, seed;
};

static const char *const statistic_names[] = {"mean", "sd", "quantile", NULL};
static bootstrap_statistic *const statistics[] = {bootstrap_mean, bootstrap_sd, bootstrap_quantile};

#define HOW                                                                                        \
	{"statistic",                                                                              \
	 PARAM_CHOICE,                                                                             \
	 offsetof(struct boot_input, statistic),                                                   \
	 "mean",                                                                                   \
	 .choices = statistic_names,                                                               \
	 .about = "what is asked for"},                                                            \
		{"q",                                                                              \
		 PARAM_CHANCE,                                                                     \
		 offsetof(struct boot_input, q),                                                   \
		 "50%",                                                                            \
		 0,                                                                                \
		 1,                                                                                \
		 .about = "which quantile, if it is one"},                                         \
		{"alpha",                                                                          \
		 PARAM_CHANCE,                                                                     \
		 offsetof(struct boot_input, alpha),                                               \
		 "5%",                                                                             \
		 1e-300,                                                                           \
		 1,                                                                                \
		 .about = "one less the level of the intervals"},                                  \
		{"resamples", PARAM_COUNT, offsetof(struct boot_input, resamples),	  "10000", \
		 100,	      1e7,	   .about = "how often the values are drawn anew"},        \
	{                                                                                          \
		"seed", PARAM_COUNT, offsetof(struct boot_input, seed), "1", 0, 1e15,              \
			.about = "of the draws: the same seed gives the same answers"              \
	}

static const struct param one_inputs[] = {
	{"x", PARAM_NUMBERS, offsetof(struct boot_input, x), NULL, .about = "the values"},
	HOW,
	{0},
};

static const struct param two_inputs[] = {
	{"x", PARAM_NUMBERS, offsetof(struct boot_input, x), NULL, .about = "values of the first"},
	{"y", PARAM_NUMBERS, offsetof(struct boot_input, y), NULL, .about = "values of the second"},
	HOW,
	{0},
};

static const char *check_one(const void *input, char *why, size_t size)
{
	const struct boot_input *in = input;
	if (in->x.count > 1)
		return NULL;
	snprintf(why, size, "at least 2 values are needed");
	return "x";
}

static const char *check_two(const void *input, char *why, size_t size)
{
	const struct boot_input *in = input;
	if (check_one(input, why, size))
		return "x";
	if (in->y.count > 1)
		return NULL;
	snprintf(why, size, "at least 2 values are needed");
	return "y";
}

struct boot_answers {
	double estimate, se, bias, percentile_lo, percentile_hi, basic_lo, basic_hi, bca_lo, bca_hi;
};

static const struct answer boot_answers[] = {
	ANSWER_ROW(boot_answers, estimate, "the statistic of the values; of two, the difference"),
	ANSWER_ROW(boot_answers, se, "its standard error"),
	ANSWER_ROW(boot_answers, bias, "by how much resamples are larger"),
	ANSWER_ROW(boot_answers, percentile_lo, "lower end of its interval by percentiles"),
	ANSWER_ROW(boot_answers, percentile_hi, "upper end"),
	ANSWER_ROW(boot_answers, basic_lo, "by percentiles, reflected"),
	ANSWER_ROW(boot_answers, basic_hi, "upper end"),
	ANSWER_ROW(boot_answers, bca_lo, "bias-corrected and accelerated (Efron 1987)"),
	ANSWER_ROW(boot_answers, bca_hi, "upper end"),
	{0},
};

/* A sample and how often each of its values is in the resample at hand. */
struct sample {
	double *values; /* ascending */
	int *times, n;
	double sign; /* of its part in the statistic */
};

static struct sample read_sample(const struct numbers *list, double sign, struct arena *arena)
{
	size_t n = (size_t)list->count;
	struct sample s = {sorted(list, arena), arena_take(arena, n * sizeof *s.times), list->count,
			   sign};
	for (size_t i = 0; i < n; i++)
		s.times[i] = 1;
	return s;
}

static void draw_anew(struct sample *s, struct rng *rng)
{
	memset(s->times, 0, (size_t)s->n * sizeof *s->times);
	for (int i = 0; i < s->n; i++)
		s->times[(rng_word)rng_next(rng) * (unsigned)s->n >> 64]++;
}

static double statistic(const struct boot_input *in, const struct sample *samples, int count)
{
	double sum = 0;
	for (int s = 0; s < count; s++)
		sum += samples[s].sign * statistics[in->statistic](samples[s].values,
								   samples[s].times, samples[s].n,
								   in->q);
	return sum;
}

static double acceleration(const struct boot_input *in, struct sample *samples, int count,
			   struct arena *arena)
{
	struct bootstrap_influence sum = {0};
	/* The other sample's part is the same whichever value is left out. */
	for (int s = 0; s < count; s++) {
		struct sample *sample = &samples[s];
		double *without = arena_take(arena, (size_t)sample->n * sizeof *without);
		for (int i = 0; i < sample->n; i++) {
			sample->times[i] = 0;
			without[i] = statistic(in, sample, 1);
			sample->times[i] = 1;
		}
		bootstrap_add_influence(&sum, without, sample->n);
	}
	return bootstrap_acceleration(&sum);
}

static void resample(const struct boot_input *in, struct sample *samples, int count,
		     struct boot_answers *out, struct arena *arena)
{
	struct rng rng;
	double *replicates = arena_take(arena, (size_t)in->resamples * sizeof *replicates);
	double estimate = statistic(in, samples, count);
	double a = acceleration(in, samples, count, arena);
	rng_stream(&rng, (uint64_t)in->seed, 0, "bootstrap");
	for (int64_t r = 0; r < in->resamples; r++) {
		for (int s = 0; s < count; s++)
			draw_anew(&samples[s], &rng);
		replicates[r] = statistic(in, samples, count);
	}
	struct bootstrap b =
		bootstrap_of(estimate, replicates, (int)in->resamples, a, 1 - in->alpha);
	*out = (struct boot_answers){estimate,		b.se,	     b.bias,	   b.percentile.low,
				     b.percentile.high, b.basic.low, b.basic.high, b.bca.low,
				     b.bca.high};
}

static void one(const void *input, void *answers, struct arena *arena)
{
	const struct boot_input *in = input;
	struct sample sample = read_sample(&in->x, 1, arena);
	resample(in, &sample, 1, answers, arena);
}

static void two(const void *input, void *answers, struct arena *arena)
{
	const struct boot_input *in = input;
	struct sample samples[2] = {read_sample(&in->x, 1, arena), read_sample(&in->y, -1, arena)};
	resample(in, samples, 2, answers, arena);
}

const struct calculation calculations_of_bootstrap[] = {
	{.name = "bootstrap",
	 .about = "How sure is a mean, a spread or a quantile? By resampling.",
	 .example = "--x '12;7;3;9;30;1;8;14;11;6' --statistic quantile --q 0.9",
	 .inputs = one_inputs,
	 .input_size = sizeof(struct boot_input),
	 .answers = boot_answers,
	 .answer_size = sizeof(struct boot_answers),
	 .check = check_one,
	 .calculate = one},
	{.name = "bootstrap_difference",
	 .about = "How sure is the difference of two of them? By resampling.",
	 .example = "--x '12;7;3;9;30;1;8' --y '10;6;4;5;12;3' --statistic mean",
	 .inputs = two_inputs,
	 .input_size = sizeof(struct boot_input),
	 .answers = boot_answers,
	 .answer_size = sizeof(struct boot_answers),
	 .check = check_two,
	 .calculate = two},
	{0},
};
