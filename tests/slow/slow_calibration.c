/* Promises: over a whole rollout of a healthy candidate, tests that look once and tests that may
 * look at any time must keep theirs at low and at high traffic, and with tides that hit both
 * versions; a test for one look that looks sixty times must break it. */
#include "bench/calibration.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>

enum { TRIALS = 400 };

static void expect_promises(enum calibration_condition condition)
{
	struct calibration_rate rates[CALIBRATION_MOST];
	gsl_set_error_handler_off();
	cr_assert(calibration_run(condition, TRIALS, 1, rates));
	for (int r = 0; calibration_rows[r].name; r++) {
		const struct calibration_row *row = &calibration_rows[r];
		struct interval at = rates[r].alarms_between;
		if (row->claim == KEEPS)
			cr_expect_leq(at.low, row->promised, "%s, %s: %g to %g, promised %g",
				      row->name, calibration_conditions[condition], at.low, at.high,
				      row->promised);
		if (row->claim == BREAKS)
			cr_expect_gt(at.low, row->promised, "%s, %s: %g to %g should break %g",
				     row->name, calibration_conditions[condition], at.low, at.high,
				     row->promised);
	}
}

Test(slow_calibration, promises_are_kept_at_low_traffic)
{
	expect_promises(CALM_FEW);
}

Test(slow_calibration, promises_are_kept_when_both_versions_fail_in_tides)
{
	expect_promises(TIDES);
}

/* People who fail again and again are no independent requests: no test here allows for that. */
Test(slow_calibration, clumps_break_what_counts_requests)
{
	struct calibration_rate rates[CALIBRATION_MOST];
	gsl_set_error_handler_off();
	cr_assert(calibration_run(CLUMPS, TRIALS, 1, rates));
	for (int r = 0; calibration_rows[r].name; r++) {
		const struct calibration_row *row = &calibration_rows[r];
		if (row->claim == KEEPS && row->check[0] == 'e')
			cr_expect_gt(rates[r].alarms_between.low, row->promised, "%s", row->name);
	}
}
