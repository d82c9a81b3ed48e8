/* The table of the Site Reliability Workbook must come out, and alerts must do what a window
 * counted minute by minute does. */
#include "sim/stats/burn_rate.h"

#include <criterion/criterion.h>

#include <math.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static bool near(double a, double b, double tolerance)
{
	return a == b || fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

/* Share of the budget of 30 days, window in hours, burn rate: Site Reliability Workbook 2018,
 * chapter 5, tables 5-6 and 5-8. */
static const double workbook[][3] = {{0.02, 1, 14.4}, {0.05, 6, 6}, {0.10, 72, 1}, {0.05, 1, 36}};

Test(burn_rate, thresholds_are_those_of_the_workbook)
{
	for (size_t i = 0; i < LENGTH(workbook); i++) {
		const double *r = workbook[i];
		cr_expect(near(burn_rate_threshold(r[0], r[1], 720), r[2], 1e-14));
		cr_expect(near(burn_rate_spent(r[2], r[1], 720), r[0], 1e-14));
	}
}

/* Ibid., table 5-3: error rate for a 99.9 % objective and the time until the budget is gone. */
Test(burn_rate, budgets_last_as_long_as_in_the_workbook)
{
	static const double known[][3] = {
		{0.001, 1, 30}, {0.002, 2, 15}, {0.01, 10, 3}, {1, 1000, 0.03}};
	for (size_t i = 0; i < LENGTH(known); i++) {
		double rate = burn_rate(known[i][0] * 1e6, 1e6, 0.001);
		cr_expect(near(rate, known[i][1], 1e-13));
		cr_expect(near(burn_rate_exhaustion(rate, 30), known[i][2], 1e-13));
	}
	cr_expect_eq(burn_rate_exhaustion(0, 30), INFINITY);
}

Test(burn_rate, without_requests_there_is_none)
{
	cr_expect(isnan(burn_rate(0, 0, 0.001)));
	cr_expect_eq(burn_rate(0, 5, 0.001), 0);
	cr_expect_not(burn_rate_fires(NAN, NAN, 1));
	cr_expect_not(burn_rate_fires(20, NAN, 1));
}

Test(burn_rate, fires_only_while_both_windows_burn)
{
	cr_expect(burn_rate_fires(14.4, 14.4, 14.4));
	cr_expect_not(burn_rate_fires(14.3, 100, 14.4));
	cr_expect_not(burn_rate_fires(100, 14.3, 14.4));
}

/* Step by step: the share of a window that has burned, times the rate. */
static double steps_until(double rate, double threshold, int window, bool fills)
{
	for (int step = 0; step <= window; step++) {
		double burned = fills ? step : window - step;
		bool above = rate * burned / window >= threshold;
		if (above == fills)
			return step;
	}
	return INFINITY;
}

Test(burn_rate, windows_fill_and_empty_as_they_do_step_by_step)
{
	enum { WINDOW = 36000 };
	for (double threshold = 1; threshold < 50; threshold *= 2.4)
		for (double rate = 0.5; rate < 1000; rate *= 1.7) {
			double found = steps_until(rate, threshold, WINDOW, true);
			double ended = steps_until(rate, threshold, WINDOW, false);
			double detection = burn_rate_detection(rate, threshold, WINDOW);
			double reset = burn_rate_reset(rate, threshold, WINDOW);
			if (rate >= threshold)
				cr_expect_float_eq(detection, found, 1.01, "%g", detection);
			else
				cr_expect_eq(detection, found);
			cr_expect_float_eq(reset, ended, 1.01, "%g at %g: %g", rate, threshold,
					   reset);
		}
}

/* An outage of everything: an hour's window at 14.4 times a thousandth takes 52 seconds. */
Test(burn_rate, an_outage_is_found_in_a_minute)
{
	double rate = burn_rate(1, 1, 0.001);
	cr_expect_float_eq(burn_rate_detection(rate, 14.4, 3600), 51.84, 1e-9);
	cr_expect_float_eq(burn_rate_reset(rate, 14.4, 300), 295.68, 1e-9);
}
