/* A mixture of two normal laws, here of logarithms: what is fast, and what is not. */
#ifndef SIM_STATS_TWO_LOGNORMALS_H
#define SIM_STATS_TWO_LOGNORMALS_H

struct two_normals {
	double mu[2], sigma[2], share; /* the share of the first, whose mean is the lower */
	double log_likelihood;
};

/* By expectation and maximisation (Dempster, Laird and Rubin 1977) from several beginnings, each
 * part at least a thousandth of the sample and not narrower than `least` deviations. Sorted. */
struct two_normals two_normals_fit(const double *sorted, int n, double least);

double two_normals_log_density(const struct two_normals *law, double x);

#endif
