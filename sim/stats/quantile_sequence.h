/* Quantiles compared at all times together (Howard and Ramdas 2022). Values are given as counts in
 * ascending bins; a bin a value makes it exact. */
#ifndef SIM_STATS_QUANTILE_SEQUENCE_H
#define SIM_STATS_QUANTILE_SEQUENCE_H

#include "sim/stats/interval.h"

#include <stdint.h>

/* The log e-value of "both have the same p-quantile": the least surprising value it could have.
 * Some microseconds. t_opt: after how many values it knows the most. */
double quantile_sequence_ab(const uint64_t *x, const uint64_t *y, int bins, double p, double t_opt,
			    double alpha_opt);

/* How far an empirical distribution function may be off anywhere, at all times from t_min on
 * (ibid., theorem 2): in closed form, and with the constant found exactly, somewhat tighter. */
double quantile_sequence_band(double t, double t_min, double alpha);
double quantile_sequence_exact_band(double t, double t_min, double alpha);

/* By how much the number of values of t that lie below the p-quantile may exceed p t, for all p and
 * at all times together (ibid., theorem 3): tightest at t_opt; delta is the spacing of the p's that
 * are stitched, eta that of the times, s how fast their levels fall. */
double quantile_sequence_stitched(double p, double t, double alpha, double t_opt, double delta,
				  double s, double eta);

/* A share of successes x of n at all times: all that a two-sided mixture does not reject. */
struct interval quantile_sequence_share(double x, double n, double alpha, double t_opt,
					double alpha_opt);

#endif
