/* Ranks of two samples: Mann and Whitney 1947, with corrections for ties and continuity; and the
 * shift that makes both alike. */
#ifndef SIM_STATS_MANN_WHITNEY_H
#define SIM_STATS_MANN_WHITNEY_H

#include "sim/stats/interval.h"

#include <stdint.h>

struct mann_whitney {
	double n1, n2, u1; /* u1: pairs in which the first is larger, ties half */
	double sigma;	   /* of u1 if both are alike; 0 where all values are equal */
};

/* Sorts both. */
struct mann_whitney mann_whitney_of(double *x, int n1, double *y, int n2);

/* The same of counts in ascending bins; those in one bin are ties. */
struct mann_whitney mann_whitney_of_counts(const uint64_t *x, const uint64_t *y, int bins);

/* z of "alike": above 0 the first is larger. Continuity takes half a pair off. */
double mann_whitney_z(const struct mann_whitney *test, double continuity);

/* p-values: either way, with and without continuity; and for "the first is larger". */
double mann_whitney_two_sided(const struct mann_whitney *test, double continuity);
double mann_whitney_greater(const struct mann_whitney *test, double continuity);

/* P(first > second) + P(equal) / 2: the common-language effect size. */
double mann_whitney_effect(const struct mann_whitney *test);

/* The shift of the first against the second (Hodges and Lehmann 1963) and its interval, as the
 * roots of that statistic; `tolerance` is absolute. R and Kayenta stop at 1e-4, which swallows
 * values that are as small themselves. x and y are sorted. */
double mann_whitney_shift(const double *x, int n1, const double *y, int n2, double tolerance);
struct interval mann_whitney_shift_interval(const double *x, int n1, const double *y, int n2,
					    double level, double tolerance);

#endif
