/* Tests and intervals of a mean difference that hold however often one looks. */
#ifndef SIM_STATS_ALWAYS_VALID_H
#define SIM_STATS_ALWAYS_VALID_H

/* The mixture sequential probability ratio test (Johari, Koomen, Pekelis and Walsh 2022) of "the
 * difference is 0", in terms of an estimate and its variance; tau2 is the variance of the effects
 * one expects. After n pairs of variance V the estimate's is V / n. */
double always_valid_msprt(double estimate, double variance, double tau2); /* log e */
double always_valid_msprt_half(double variance, double tau2, double alpha);

/* The asymptotic confidence sequence (Waudby-Smith et al. 2024), tightest when `tuned_for` are in
 * the test: rho, half the width, and the log e-value of "the estimate is 0". n counts all units. */
double always_valid_rho(double alpha, double tuned_for);
double always_valid_half(double se2, double n, double rho, double alpha);
double always_valid_log_e(double estimate, double se2, double n, double rho);

/* A coefficient of a linear model (Lindon, Ham, Tingley and Bojinov 2022): t statistic with nu
 * degrees of freedom, z2 = (sigma / standard error)^2, phi the prior's precision. */
double always_valid_linear(double nu, double t, double phi, double z2); /* log Bayes factor */
double always_valid_linear_radius(double nu, double phi, double z2, double alpha); /* in se */

#endif
