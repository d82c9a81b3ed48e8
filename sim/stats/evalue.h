/* E-processes of counts: how surprising they are under a hypothesis, at all times together. Each
 * returns the logarithm of the e-value. */
#ifndef SIM_STATS_EVALUE_H
#define SIM_STATS_EVALUE_H

#include "sim/stats/interval.h"

/* Events of n kinds with chances theta under the hypothesis, against a Dirichlet mixture that is as
 * concentrated around them as k events would make it (Lindon and Malek 2022). */
double evalue_multinomial(const double *count, const double *theta, int n, double k);

/* Two kinds: all chances of the first that are not rejected at alpha. */
struct interval evalue_multinomial_interval(double x1, double x2, double theta1, double k,
					    double alpha);

/* A Poisson process with known cumulative intensity, against a gamma mixture of factors. */
double evalue_poisson(double events, double intensity, double shape, double rate);
struct interval evalue_poisson_interval(double events, double shape, double rate, double alpha);

/* Calibrators (Vovk and Wang 2021): p to e by kappa p^(kappa - 1), or by the mean of that over all
 * kappa, (1 - p + p log p) / (p log^2 p); e to p by 1 / e. The first two are logarithms. */
double evalue_of_p(double p, double kappa);
double evalue_of_p_mixed(double p);
double evalue_to_p(double log_e);

/* Means of e-values are e-values whatever depends on what; products if they are independent. */
double evalue_mean(const double *log_e, int n);

#endif
