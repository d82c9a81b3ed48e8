/* Laws fitted to times by maximum likelihood, and told apart by BIC (Schwarz 1978). */
#ifndef SIM_STATS_LAW_FIT_H
#define SIM_STATS_LAW_FIT_H

#include <stdbool.h>

enum law_kind {
	LAW_CONSTANT,
	LAW_EXPONENTIAL,
	LAW_LOGNORMAL,
	LAW_GAMMA,
	LAW_WEIBULL,
	LAW_PARETO,
	LAW_NORMAL,
	LAW_TWO_LOGNORMALS,
	LAW_KINDS
};

/* What the parameters are, by kind: its value · its mean · mu and sigma of the logarithm · shape
 * and scale (gamma, Weibull) · shape and least value · mean and deviation of a bell cut off at 0 ·
 * mu and sigma of both, and the share of the first, which is the faster. */
struct law_fit {
	enum law_kind kind;
	double value[4], share;
	double log_likelihood, bic;
	double distance; /* Kolmogorov's, from the sample */
};

/* False if there is no such member: no time may be 0 then, or the sample is too small. */
bool law_fit(enum law_kind kind, const double *sorted, int n, struct law_fit *fit);

/* P(at most x). */
double law_fit_below(const struct law_fit *fit, double x);

/* Kolmogorov's distance of a sorted sample, which may have ties, from a law that has none; from
 * `least` on: what is shorter was not measured well. */
double law_distance(const double *sorted, int n, double least,
		    double (*below)(const void *context, double x), const void *context);

/* Of those within `most` of the sample the one with the least BIC; false if none is. `all` gets
 * every fit, with a BIC of infinity where there is none. */
bool law_fit_choose(const double *sorted, int n, double most, struct law_fit all[LAW_KINDS],
		    struct law_fit *chosen);

#endif
