/* Roberts's exponentially weighted moving average (1959) of standardised numbers. */
#ifndef SIM_STATS_EWMA_H
#define SIM_STATS_EWMA_H

/* Zero is the beginning. */
struct ewma {
	double z, t;
};

static inline void ewma_add(struct ewma *ewma, double x, double lambda)
{
	ewma->z = lambda * x + (1 - lambda) * ewma->z;
	ewma->t++;
}

/* So many (`width`) standard deviations of the average: now, and in the long run. */
double ewma_limit(const struct ewma *ewma, double lambda, double width);
double ewma_limit_in_the_long_run(double lambda, double width);

/* Average run length of a two-sided chart with long-run limits (Crowder 1987), and with limits that
 * are as narrow as the average is sure, from the first number on. NaN where 2 width /
 * sqrt(lambda (2 - lambda)) is above 130 (CHART_WIDEST). */
double ewma_run_length(double lambda, double width, double shift);
double ewma_run_length_exact(double lambda, double width, double shift);

/* The width at which unshifted numbers run so long. A few milliseconds; exact limits cost a tenth
 * of a second where lambda is 0.05, and 2 seconds where it is 0.01. */
double ewma_width(double lambda, double run_length);
double ewma_width_exact(double lambda, double run_length);

/* The same of Shewhart's chart (1931), which forgets everything. */
double ewma_shewhart_run_length(double width, double shift);
double ewma_shewhart_width(double run_length);

#endif
