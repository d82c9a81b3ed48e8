/* What the arrivals of a plan look like over many trials, before anybody is served. */
#ifndef SIM_REPORT_ARRIVALS_H
#define SIM_REPORT_ARRIVALS_H

#include "sim/plan.h"
#include "sim/report/cell.h"

/* Variance over mean of the counts in windows of one length. */
struct arrival_width {
	double seconds;
	struct estimate dispersion;
};

struct arrival_survey {
	int trials;
	double horizon_s, bin_s;
	int bins;
	const double *rate; /* per second in each bin, of trial 0 */
	double mean_bin_s;  /* some bins together, */
	int mean_bins;
	const double *mean; /* per second in these, of all trials */
	int64_t arrivals;   /* of trial 0 */
	double first_s;	    /* its first arrival; NaN: none */
	double busiest;	    /* per second, in the fullest bin of trial 0 */
	struct estimate per_second;
	struct estimate gap_cv; /* standard deviation over mean of the gaps; NaN: too few */
	int widths;		/* 0: too few arrivals to tell */
	const struct arrival_width *width;
};

/* Draws as many trials as have about `budget` arrivals together, but some at least and not too
 * many; the numbers are the same whoever calls. Memory depends on neither arrivals nor horizon. */
void arrivals_survey(const struct plan *plan, double budget, struct arena *arena,
		     struct arrival_survey *survey);

#endif
