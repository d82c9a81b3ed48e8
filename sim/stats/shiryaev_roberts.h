/* The Shiryaev-Roberts procedure: the likelihood ratios of a change at any time so far, summed. If
 * nothing changes, the sum less the time is a martingale, so a threshold A is passed after at least
 * A observations on average (Pollak 1987). */
#ifndef SIM_STATS_SHIRYAEV_ROBERTS_H
#define SIM_STATS_SHIRYAEV_ROBERTS_H

#include <math.h>

/* The logarithm of the sum, less of 1; zero is the beginning: a sum of 0. */
struct shiryaev_roberts {
	double log1p_sum;
};

/* R = (1 + R) exp(log_ratio): what the observation says of changed against unchanged. Returns the
 * logarithm of R. */
static inline double shiryaev_roberts_add(struct shiryaev_roberts *s, double log_ratio)
{
	double log_sum = s->log1p_sum + log_ratio;
	s->log1p_sum = log_sum > 700 ? log_sum : log1p(exp(log_sum));
	return log_sum;
}

/* Of a standardised normal number, for a shift. */
static inline double shiryaev_roberts_normal(double x, double shift)
{
	return shift * x - shift * shift / 2;
}

/* Of failures among n, for a share of p1 against p0. */
double shiryaev_roberts_bernoulli(double failures, double n, double p0, double p1);

/* A threshold for this average run length: A / 0.56 at a shift of 1 (Pollak 1987; Siegmund's
 * constant of the overshoot, exp(-0.583 shift)). */
static inline double shiryaev_roberts_threshold(double run_length, double shift)
{
	return run_length * exp(-0.583 * shift);
}

/* Average run length of the chart for `shift` that alarms at R >= threshold, from R = start, of
 * normal numbers shifted by `actual`. NaN where the logarithm of the threshold is above some 120
 * shifts (CHART_WIDEST). */
double shiryaev_roberts_run_length(double shift, double threshold, double start, double actual);

/* The threshold at which unshifted numbers run exactly so long; where that is NaN, with the mean
 * overshoot (Woodroofe 1982), which then is as good. Takes up to 50 milliseconds. */
double shiryaev_roberts_exact_threshold(double run_length, double shift);

#endif
