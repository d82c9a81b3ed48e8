/* Run lengths in the logarithm of the sum, where a step is normal: log R' = log(1 + R) + it
 * (Moustakides, Polunchenko and Tartakovsky 2009). */
#include "sim/stats/shiryaev_roberts.h"

#include "sim/stats/chart.h"

#include <assert.h>
#include <gsl/gsl_math.h>

double shiryaev_roberts_bernoulli(double failures, double n, double p0, double p1)
{
	return failures * log(p1 / p0) - (n - failures) * log1p((p1 - p0) / (1 - p1));
}

struct shifts {
	double assumed, actual;
};

static double mean_of_next(const void *context, double log_sum)
{
	const struct shifts *s = context;
	double more = log_sum > 0 ? log_sum + log1p(exp(-log_sum)) : log1p(exp(log_sum));
	return more + shiryaev_roberts_normal(s->actual, s->assumed);
}

double shiryaev_roberts_run_length(double shift, double threshold, double start, double actual)
{
	const struct shifts shifts = {shift, actual};
	double high = log(threshold);
	/* Nine standard deviations below the lowest mean, where nobody comes. */
	double low = fmin(mean_of_next(&shifts, -INFINITY) - 9 * shift, high - shift);
	const struct chart chart = {.low = low,
				    .high = high,
				    .sd = shift,
				    .floor = CHART_STOPS_BELOW,
				    .mean = mean_of_next,
				    .context = &shifts};
	struct chart_times times;
	if (!chart_solve(&chart, &times))
		return NAN;
	return chart_time_from(&chart, &times, start > 0 ? log(start) : -INFINITY);
}

static double run_length_at(const void *shift, double log_threshold)
{
	return shiryaev_roberts_run_length(*(const double *)shift, exp(log_threshold), 0, 0);
}

/* Mean of exp(-overshoot) of the log-likelihood ratio over a high limit. */
static double overshoot_factor(double shift)
{
	if (shift <
	    0.02) /* thousands of terms; this errs by less than shift cubed (Siegmund 1985) */
		return exp(-0.58259716 * shift);
	double sum = 0, term = 1;
	for (double n = 1; term > 1e-12; n++) {
		term = erfc(shift * sqrt(n) / 2 * M_SQRT1_2) / 2 / n;
		sum += term;
	}
	return 2 / (shift * shift) * exp(-2 * sum);
}

double shiryaev_roberts_exact_threshold(double run_length, double shift)
{
	assert(run_length >= 1);
	assert(shift > 0);
	if (run_length <= 1)
		return 0;
	double guess = log(run_length * overshoot_factor(shift));
	double exact = chart_limit(run_length_at, &shift, run_length, guess, 0.01, -1e4);
	return exp(isnan(exact) ? guess : exact);
}
