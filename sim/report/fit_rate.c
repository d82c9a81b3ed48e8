/* The slow rate of a trace: levels one after another, or hour by hour of every day, whichever
 * explains the counts better; and time as it passes at that rate. */
#include "sim/report/fit.h"

#include "sim/vocabulary.h"

#include <math.h>

enum {
	BIN_ARRIVALS = 25, /* a bin has on average, at least */
	LEVEL_BINS = 5,	   /* bins of the shortest level: what is shorter is no slow change */
	BINS_FEWEST = 20,  /* for a rate that changes */
	DAYS_FEWEST = 2,   /* of a trace that may have days and nights */
	DAY_S = 86400,
	HOUR_S = 3600,
	HOURS = 24,
};

double fit_bin(double seconds)
{
	static const double nice[] = {1,   2,	5,    10,   15,	  20,	30,    60,    120,   300,
				      600, 900, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400};
	double power = pow(10, floor(log10(seconds)));
	for (size_t i = 0; i < sizeof nice / sizeof *nice && seconds > 0.5; i++)
		if (nice[i] >= seconds)
			return nice[i];
	return seconds <= power	      ? power
	       : seconds <= 2 * power ? 2 * power
	       : seconds <= 5 * power ? 5 * power
				      : 10 * power;
}

static void count_bins(struct fit *fit)
{
	struct fit_rate *rate = &fit->rate;
	double enough = BIN_ARRIVALS * fit->span_s / (double)fit->n;
	rate->bin_s = fit_bin(fmax(fit->span_s / LEVELS_BINS, enough));
	rate->bins = (int)fmin(ceil(fit->span_s / rate->bin_s), LEVELS_BINS);
	for (int b = 0; b < rate->bins; b++)
		rate->exposure[b] = fmin(rate->bin_s, fit->span_s - b * rate->bin_s);
	for (int64_t i = 1; i < fit->n; i++) /* the first one begins the time there is */
		rate->count[(int)fmin(fit->at_s[i] / rate->bin_s, rate->bins - 1)]++;
}

void fit_expect(const struct fit_rate *rate, double expected[LEVELS_BINS])
{
	double edge[LEVELS_BINS + 1] = {0};
	for (int b = 0; b < rate->bins; b++)
		edge[b + 1] = b * rate->bin_s + rate->exposure[b];
	fit_rescale(rate, edge, rate->bins + 1);
	for (int b = 0; b < rate->bins; b++)
		expected[b] = edge[b + 1] - edge[b];
}

/* What is left to explain: the deviance of the bins, and a price for each level. */
static double cost_of(const struct fit_rate *rate)
{
	double likelihood = 0, expected[LEVELS_BINS];
	fit_expect(rate, expected);
	for (int b = 0; b < rate->bins; b++)
		likelihood += rate->count[b] * log(fmax(expected[b], 1e-300)) - expected[b];
	return -2 * likelihood / rate->spread + 2 * rate->levels * log(rate->bins);
}

/* Factors are rounded first, and the average is what makes their sum right. */
static void set_levels(struct fit *fit, struct fit_rate *rate, const struct rate_level *level,
		       int levels, double bin_s, double until_s)
{
	double average = (double)(fit->n - 1) / fit->span_s, end_s = fit->span_s;
	rate->levels = levels;
	for (int k = 0; k < levels; k++) {
		double end = k + 1 < levels ? level[k + 1].from * bin_s : until_s;
		rate->lasts_s[k] = end - level[k].from * bin_s;
		rate->factor[k] = levels == 1 ? 1 : fit_round(level[k].rate / average, 3);
	}
	rate->per_second = 1;
	fit_rescale(rate, &end_s, 1);
	rate->per_second = fit_round((double)(fit->n - 1) / end_s, 4);
}

static void fit_steps(struct fit *fit)
{
	struct fit_rate *rate = &fit->rate;
	struct rate_level level[LEVELS_MOST] = {{0, 1}};
	int levels = 1;
	rate->spread = levels_spread(rate->count, rate->bins, LEVEL_BINS);
	if (rate->bins >= BINS_FEWEST)
		levels = levels_fit(rate->count, rate->exposure, rate->bins, LEVEL_BINS,
				    rate->spread, level);
	set_levels(fit, rate, level, levels, rate->bin_s, rate->bins * rate->bin_s);
}

/* The same hour of all days together. */
static void fit_days(struct fit *fit)
{
	struct fit_rate days = fit->rate;
	double count[HOURS] = {0}, exposure[HOURS] = {0};
	struct rate_level level[LEVELS_MOST];
	days.daily = true;
	days.starts_s = (double)(fit->source.first_ns / SIM_SECOND % DAY_S);
	for (int64_t i = 1; i < fit->n; i++)
		count[(int)(fmod(days.starts_s + fit->at_s[i], DAY_S) / HOUR_S)]++;
	double from_s = days.starts_s, until_s = from_s + fit->span_s;
	for (int hour = (int)(from_s / HOUR_S); hour * (double)HOUR_S < until_s; hour++) {
		double begins = fmax(from_s, hour * (double)HOUR_S);
		exposure[hour % HOURS] += fmin((hour + 1) * (double)HOUR_S, until_s) - begins;
	}
	int levels = levels_fit(count, exposure, HOURS, 1, days.spread, level);
	set_levels(fit, &days, level, levels, HOUR_S, DAY_S);
	if (levels > 1 && cost_of(&days) < cost_of(&fit->rate))
		fit->rate = days;
}

void fit_slow_rate(struct fit *fit)
{
	count_bins(fit);
	fit_steps(fit);
	if (fit->span_s >= DAYS_FEWEST * DAY_S && fit->rate.bins >= BINS_FEWEST)
		fit_days(fit);
}

/* The level at a time, and when it ends. */
static int level_at(const struct fit_rate *rate, double at_s, double *until_s)
{
	double into = rate->daily ? fmod(rate->starts_s + at_s, DAY_S) : at_s, end = 0;
	int k = 0;
	for (end = rate->lasts_s[0]; k < rate->levels - 1 && into >= end; end += rate->lasts_s[k])
		k++;
	*until_s = at_s + end - into;
	if (!rate->daily && k == rate->levels - 1)
		*until_s = INFINITY; /* it stays */
	return k;
}

double fit_factor(const struct fit_rate *rate, double at_s)
{
	double until_s;
	return rate->factor[level_at(rate, at_s, &until_s)];
}

void fit_rescale(const struct fit_rate *rate, double *at_s, int64_t n)
{
	double from = 0, until, passed = 0;
	double speed = rate->per_second * rate->factor[level_at(rate, 0, &until)];
	for (int64_t i = 0; i < n; i++) {
		while (at_s[i] >= until) {
			/* A hair further, lest rounding stays where it is. */
			double next = until + 1e-9 * fmax(until, 1);
			passed += speed * (until - from);
			from = until;
			speed = rate->per_second * rate->factor[level_at(rate, next, &until)];
		}
		at_s[i] = passed + speed * (at_s[i] - from);
	}
}
