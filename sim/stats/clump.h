/* Failures that come together: whether they do, and a chance of failing that jumps between two
 * levels, which would make them. */
#ifndef SIM_STATS_CLUMP_H
#define SIM_STATS_CLUMP_H

#include <stdint.h>

/* Of requests in order: does one fail more often if the one before it did? */
struct clump_pairs {
	double requests, failures, after_failure, both;
	int last;
};

void clump_add(struct clump_pairs *pairs, int failed);

/* P(fail | the one before failed) / P(fail); 1 if they are independent; NaN without failures. */
double clump_ratio(const struct clump_pairs *pairs);

/* Variance of failures in windows over what it is if all requests fail alike: Pearson's chi-square
 * by its degrees of freedom. Windows without requests don't count; NaN below two windows. */
double clump_index(const double *requests, const double *failures, int windows);

/* By how many standard deviations the index is above 1: those it has if so many failures fall on
 * requests at random, however few a window has (Haldane 1937, for few among many). */
double clump_sigmas(double index, const double *requests, double failures, int windows);

/* A window is calm or in a burst, and the next one is as it is but for a chance. */
struct clump {
	double calm, burst;  /* chances to fail */
	double begins, ends; /* of a burst, a window */
	double log_likelihood;
};

/* The likeliest one (Baum, Petrie, Soules and Weiss 1970). `work` is room for six numbers a
 * window. */
struct clump clump_fit(const double *requests, const double *failures, int windows, double *work);

#endif
