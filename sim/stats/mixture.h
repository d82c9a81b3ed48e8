/* Mixture boundaries (Howard, Ramdas, McAuliffe and Sekhon 2021): how far a centred sum `s` may go
 * at intrinsic time `v` (its variance so far) and still be chance, at all times together. Each is
 * the logarithm of a mixture of exponential supermartingales, an e-process; where that reaches
 * log(1 / alpha) the boundary is crossed. */
#ifndef SIM_STATS_MIXTURE_H
#define SIM_STATS_MIXTURE_H

#include <stdbool.h>

/* How a mixture spreads its guesses: tightest at intrinsic time v, for the level alpha. One-sided
 * mixtures of this level are two-sided ones of twice it. */
double mixture_rho(double v, double alpha, bool one_sided);

double mixture_normal(double s, double v, double rho, bool one_sided);
/* Skewed as sums of exponential, of Poisson variables are, of scale c. One-sided. */
double mixture_gamma_exponential(double s, double v, double rho, double c);
double mixture_gamma_poisson(double s, double v, double rho, double c);
/* Increments between -g and h, as of centred successes: g = p, h = 1 - p. */
double mixture_beta_binomial(double s, double v, double rho, double g, double h, bool one_sided);
/* What its beta law is of, beside the successes: rho, less what one increment varies. */
double mixture_beta_binomial_prior(double rho, double g, double h);

/* The s at which a mixture reaches log(1 / alpha). */
double mixture_normal_bound(double v, double rho, double alpha, bool one_sided);
double mixture_gamma_exponential_bound(double v, double rho, double alpha, double c);
double mixture_gamma_poisson_bound(double v, double rho, double alpha, double c);
double mixture_beta_binomial_bound(double v, double rho, double alpha, double g, double h,
				   bool one_sided);

/* Polynomial stitching (ibid., theorem 1): no mixture, a closed form; from v_min on. */
double mixture_stitched_bound(double v, double v_min, double alpha, double c, double s, double eta);

#endif
