/* The two-sample test of Anderson and Darling: like Kolmogorov's, but it hears the tails. */
#ifndef SIM_STATS_ANDERSON_DARLING_H
#define SIM_STATS_ANDERSON_DARLING_H

struct anderson_darling {
	double a2;	   /* Scholz and Stephens 1987, equation 6: each value after its ties */
	double a2_midrank; /* equation 7: half of the ties on either side */
	double t;	   /* the second by its mean and spread if both are alike */
	double p;	   /* small: the two differ */
};

/* Both sorted ascending. NaN where either is empty, there are fewer than 4 values in all, or all
 * are equal. */
struct anderson_darling anderson_darling_of(const double *x, int n1, const double *y, int n2);

/* The limit law's upper tail. */
double anderson_darling_tail(double a2);

#endif
