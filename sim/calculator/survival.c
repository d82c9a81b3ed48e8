/* Calculations of times to an event that not everybody waits for. */
#include "sim/calculator/list.h"

#include "sim/stats/log_rank.h"
#include "sim/stats/survival.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>

struct group {
	struct numbers times, happened;
};

/* `at`: the place of a struct group in the input. */
#define GROUP(at, key, came_key, whose)                                                            \
	{key, PARAM_NUMBERS, (at) + offsetof(struct group, times),	NULL,                      \
	 0,   1e300,	     .about = "how long " whose " were watched"},                          \
	{                                                                                          \
		came_key, PARAM_NUMBERS, (at) + offsetof(struct group, happened), "", 0, 1,        \
			.about = "1: the event came then; 0: it had not come; left out: all 1"     \
	}

#define ALPHA(struct_name)                                                                         \
	{                                                                                          \
		"alpha", PARAM_CHANCE, offsetof(struct struct_name, alpha), "5%", 1e-300, 1,       \
			.about = "one less the level of the interval"                              \
	}

static bool is_whole(const struct group *g, char *why, size_t size)
{
	for (int i = 0; i < g->happened.count; i++)
		if (g->happened.number[i] > 0 && g->happened.number[i] < 1) {
			snprintf(why, size, "%g is neither 0 nor 1", g->happened.number[i]);
			return false;
		}
	if (!g->happened.count || g->happened.count == g->times.count)
		return true;
	snprintf(why, size, "%d numbers for %d times", g->happened.count, g->times.count);
	return false;
}

static struct survival_time *read_times(const struct group *g, struct arena *arena)
{
	struct survival_time *times = arena_take(arena, (size_t)g->times.count * sizeof *times);
	for (int i = 0; i < g->times.count; i++)
		times[i] = (struct survival_time){g->times.number[i],
						  !g->happened.count || g->happened.number[i] > 0};
	return times;
}

struct curve {
	struct survival_step *steps;
	size_t count;
};

static struct curve read_curve(const struct group *g, struct arena *arena)
{
	size_t n = (size_t)g->times.count;
	struct curve curve = {arena_take(arena, n * sizeof *curve.steps), 0};
	curve.count = survival_curve(read_times(g, arena), n, curve.steps);
	return curve;
}

/* ---- the curve */

struct curve_input {
	struct group group;
	double alpha;
};

static const struct param curve_inputs[] = {
	GROUP(offsetof(struct curve_input, group), "times", "happened", "they"),
	ALPHA(curve_input),
	{0},
};

static const char *check_curve(const void *input, char *why, size_t size)
{
	const struct curve_input *in = input;
	return is_whole(&in->group, why, size) ? NULL : "happened";
}

struct curve_answers {
	struct numbers time, at_risk, events, waiting, lo, hi, greenwood_lo, greenwood_hi;
	double median, median_lo, median_hi;
};

static const struct answer curve_answers[] = {
	ANSWER_LIST_ROW(curve_answers, time, "times of events"),
	ANSWER_LIST_ROW(curve_answers, at_risk, "how many were still watched then"),
	ANSWER_LIST_ROW(curve_answers, events, "to how many it came"),
	ANSWER_LIST_ROW(curve_answers, waiting, "the share that waits for longer"),
	ANSWER_LIST_ROW(curve_answers, lo, "its lower end on the log-log scale"),
	ANSWER_LIST_ROW(curve_answers, hi, "upper end"),
	ANSWER_LIST_ROW(curve_answers, greenwood_lo, "lower end by Greenwood (1926), plain"),
	ANSWER_LIST_ROW(curve_answers, greenwood_hi, "upper end"),
	ANSWER_ROW(curve_answers, median, "the time by which it has come to half of them"),
	ANSWER_ROW(curve_answers, median_lo, "its lower end (Brookmeyer and Crowley 1982)"),
	ANSWER_ROW(curve_answers, median_hi, "upper end"),
	{0},
};

enum { CURVE_LISTS = 8 };

/* One step of the curve, a number a list. */
static void write_step(const struct curve *curve, size_t i, double level,
		       double *lists[CURVE_LISTS])
{
	const struct survival_step *step = &curve->steps[i];
	struct interval log_log = survival_interval(curve->steps, curve->count, step->time, level);
	struct interval plain =
		survival_plain_interval(curve->steps, curve->count, step->time, level);
	const double numbers[CURVE_LISTS] = {step->time,
					     (double)step->at_risk,
					     (double)step->events,
					     step->waiting,
					     log_log.low,
					     log_log.high,
					     plain.low,
					     plain.high};
	for (int l = 0; l < CURVE_LISTS; l++)
		lists[l][i] = numbers[l];
}

static void kaplan_meier(const void *input, void *answers, struct arena *arena)
{
	const struct curve_input *in = input;
	struct curve_answers *out = answers;
	struct numbers *fields[CURVE_LISTS] = {&out->time,	   &out->at_risk,     &out->events,
					       &out->waiting,	   &out->lo,	      &out->hi,
					       &out->greenwood_lo, &out->greenwood_hi};
	double *lists[CURVE_LISTS], level = 1 - in->alpha;
	struct curve curve = read_curve(&in->group, arena);
	for (int l = 0; l < CURVE_LISTS; l++) {
		lists[l] = arena_take(arena, curve.count * sizeof **lists);
		*fields[l] = (struct numbers){lists[l], (int)curve.count};
	}
	for (size_t i = 0; i < curve.count; i++)
		write_step(&curve, i, level, lists);
	struct interval ends = survival_quantile_interval(curve.steps, curve.count, 0.5, level);
	out->median = survival_quantile(curve.steps, curve.count, 0.5);
	out->median_lo = ends.low;
	out->median_hi = ends.high;
}

/* ---- the restricted mean */

struct mean_input {
	struct group group;
	double horizon, alpha;
};

static const struct param mean_inputs[] = {
	GROUP(offsetof(struct mean_input, group), "times", "happened", "they"),
	{"horizon", PARAM_NUMBER, offsetof(struct mean_input, horizon), NULL, 0, 1e300,
	 .about = "longer times count as this"},
	ALPHA(mean_input),
	{0},
};

/* After the longest time the curve is not known, unless it has come down to 0. */
static const char *check_mean(const void *input, char *why, size_t size)
{
	const struct mean_input *in = input;
	double longest = 0;
	for (int i = 0; i < in->group.times.count; i++)
		longest = fmax(longest, in->group.times.number[i]);
	if (!is_whole(&in->group, why, size))
		return "happened";
	if (in->horizon <= longest)
		return NULL;
	snprintf(why, size, "nobody was watched for longer than %g", longest);
	return "horizon";
}

struct mean_answers {
	double mean, se, lo, hi;
};

static const struct answer mean_answers[] = {
	ANSWER_ROW(mean_answers, mean, "area under the curve up to the horizon"),
	ANSWER_ROW(mean_answers, se, "its standard error"),
	ANSWER_ROW(mean_answers, lo, "lower end of its interval"),
	ANSWER_ROW(mean_answers, hi, "upper end"),
	{0},
};

static void restricted_mean(const void *input, void *answers, struct arena *arena)
{
	const struct mean_input *in = input;
	struct curve curve = read_curve(&in->group, arena);
	struct survival_mean m = survival_restricted_mean(curve.steps, curve.count, in->horizon);
	double se = sqrt(m.variance), half = gsl_cdf_ugaussian_Qinv(in->alpha / 2) * se;
	*(struct mean_answers *)answers =
		(struct mean_answers){m.mean, se, m.mean - half, m.mean + half};
}

/* ---- two groups */

struct two_input {
	struct group x, y;
	double alpha;
};

static const struct param two_inputs[] = {
	GROUP(offsetof(struct two_input, x), "x", "x_happened", "the first"),
	GROUP(offsetof(struct two_input, y), "y", "y_happened", "the second"),
	ALPHA(two_input),
	{0},
};

static const char *check_two(const void *input, char *why, size_t size)
{
	const struct two_input *in = input;
	if (!is_whole(&in->x, why, size))
		return "x_happened";
	return is_whole(&in->y, why, size) ? NULL : "y_happened";
}

struct two_answers {
	double observed, expected, variance, z, chi2, p, hazard_ratio, lo, hi;
};

static const struct answer two_answers[] = {
	ANSWER_ROW(two_answers, observed, "events of the first"),
	ANSWER_ROW(two_answers, expected, "if both were alike"),
	ANSWER_ROW(two_answers, variance, "of the difference of these"),
	ANSWER_ROW(two_answers, z, "above 0: it comes sooner to the first"),
	ANSWER_ROW(two_answers, chi2, "its square"),
	ANSWER_ROW(two_answers, p, "chance of a difference as large, either way"),
	ANSWER_ROW(two_answers, hazard_ratio, "the first's hazard over the second's (Peto 1977)"),
	ANSWER_ROW(two_answers, lo, "lower end of its interval"),
	ANSWER_ROW(two_answers, hi, "upper end"),
	{0},
};

static void log_rank(const void *input, void *answers, struct arena *arena)
{
	const struct two_input *in = input;
	struct log_rank test = log_rank_of(read_times(&in->x, arena), (size_t)in->x.times.count,
					   read_times(&in->y, arena), (size_t)in->y.times.count);
	double z = log_rank_z(&test);
	struct interval ratio = log_rank_hazard_ratio_interval(&test, 1 - in->alpha);
	*(struct two_answers *)answers = (struct two_answers){
		test.observed,
		test.expected,
		test.variance,
		z,
		z * z,
		2 * gsl_cdf_ugaussian_Q(fabs(z)),
		log_rank_hazard_ratio(&test),
		ratio.low,
		ratio.high,
	};
}

const struct calculation calculations_of_survival[] = {
	{.name = "kaplan_meier",
	 .alias = "survival",
	 .about = "What share still waits for an event? Kaplan and Meier's curve.",
	 .example = "--times '6;6;7;9;10;13' --happened '1;0;1;0;1;1'",
	 .inputs = curve_inputs,
	 .input_size = sizeof(struct curve_input),
	 .answers = curve_answers,
	 .answer_size = sizeof(struct curve_answers),
	 .check = check_curve,
	 .calculate = kaplan_meier},
	{.name = "restricted_mean",
	 .alias = "rmst",
	 .about = "How long do they wait for an event, up to a horizon?",
	 .example = "--times '6;6;7;9;10;13' --happened '1;0;1;0;1;1' --horizon 12",
	 .inputs = mean_inputs,
	 .input_size = sizeof(struct mean_input),
	 .answers = mean_answers,
	 .answer_size = sizeof(struct mean_answers),
	 .check = check_mean,
	 .calculate = restricted_mean},
	{.name = "log_rank",
	 .about = "Does an event come later to one group than to another?",
	 .example = "--x '6;7;10;13;16;22' --x_happened '1;1;1;1;1;0' --y '1;2;3;4;5;8'",
	 .inputs = two_inputs,
	 .input_size = sizeof(struct two_input),
	 .answers = two_answers,
	 .answer_size = sizeof(struct two_answers),
	 .check = check_two,
	 .calculate = log_rank},
	{0},
};
