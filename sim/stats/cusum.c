/* Run lengths solve Page's integral equation (1954), and thresholds are their roots. */
#include "sim/stats/cusum.h"

#include "sim/stats/chart.h"

#include <assert.h>
#include <math.h>

/* log1p: p0 and p1 are small and near each other. */
double cusum_bernoulli_m(double p0, double p1)
{
	return 1 + log(p1 / p0) / log1p((p1 - p0) / (1 - p1));
}

double cusum_poisson_k(double l0, double l1)
{
	return (l1 - l0) / log(l1 / l0);
}

/* ---- run lengths */

static double moved(const void *context, double value)
{
	return value + *(const double *)context;
}

/* From 0 and from the head start. */
struct lengths {
	double zero, head;
};

static struct lengths run_lengths(double k, double h, double head, double shift)
{
	double drift = shift - k;
	const struct chart chart = {.low = 0,
				    .high = h,
				    .sd = 1,
				    .floor = CHART_STOPS_BELOW,
				    .mean = moved,
				    .context = &drift};
	struct chart_times times;
	if (!chart_solve(&chart, &times))
		return (struct lengths){NAN, NAN};
	return (struct lengths){times.time[0],
				head > 0 ? chart_time_from(&chart, &times, head) : times.time[0]};
}

double cusum_run_length(double k, double h, double head, double shift)
{
	return run_lengths(k, h, head, shift).head;
}

/* Steps lower the sum of both by 2 k until one is 0; so when one alarms the other stands at 0,
 * unless they start too high, and alarms per number add up: Lucas and Crosier 1982, after van
 * Dobben de Bruyn 1968. */
double cusum_run_length_two_sided(double k, double h, double head, double shift)
{
	if (2 * head - 2 * k > h)
		return NAN;
	struct lengths up = run_lengths(k, h, head, shift), down = run_lengths(k, h, head, -shift);
	double left = up.head / up.zero + down.head / down.zero - 1;
	return left / (1 / up.zero + 1 / down.zero);
}

/* ---- thresholds */

static double run_length_at(const void *k, double h)
{
	return cusum_run_length(*(const double *)k, h, 0, 0);
}

/* Siegmund 1985: the run length of a Brownian motion whose limit is 1.166 higher, for
 * what a walk overshoots at both ends: e^b - 1 - b = 2 k^2 L, b = 2 k (h + 1.166). By Newton's
 * method from above, where it cannot fail. */
static double siegmund_threshold(double k, double run_length)
{
	const double overshoot = 1.166;
	double scaled = 2 * k * k * run_length, b = fmin(log1p(scaled) + 3, sqrt(2 * scaled));
	if (k < 1e-6)
		return sqrt(run_length) - overshoot;
	for (int i = 0; i < 20; i++)
		b -= (expm1(b) - b - scaled) / expm1(b);
	return b / (2 * k) - overshoot;
}

double cusum_threshold(double k, double run_length)
{
	assert(k >= 0);
	assert(run_length >= 1);
	double guess = siegmund_threshold(k, run_length);
	return chart_limit(run_length_at, &k, run_length, guess, 0.05, 1e-6);
}

double cusum_threshold_two_sided(double k, double run_length)
{
	return cusum_threshold(k, 2 * run_length);
}
