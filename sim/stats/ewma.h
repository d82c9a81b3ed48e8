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

/* Average run length of a two-sided chart with long-run limits (Crowder 1987), and the width at
 * which unshifted numbers run so long. */
double ewma_run_length(double lambda, double width, double shift);
/* The same with limits that are as narrow as the average is sure, from the first number on. */
double ewma_run_length_exact(double lambda, double width, double shift);
double ewma_width(double lambda, double run_length);

/* The same of Shewhart's chart (1931), which forgets everything. */
double ewma_shewhart_run_length(double width, double shift);

#endif
