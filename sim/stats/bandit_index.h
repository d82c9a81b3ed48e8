/* Indices of bandits for rewards of 0 or 1: how good an arm may still be. */
#ifndef SIM_STATS_BANDIT_INDEX_H
#define SIM_STATS_BANDIT_INDEX_H

/* Divergence of Bernoulli laws; 0 log 0 is 0, infinite where q says never to what p does. */
double bandit_index_kl(double p, double q);

/* The largest, the smallest q with n kl(mean, q) <= level n (Garivier and Cappe 2011). */
double bandit_index_kl_upper(double mean, double level);
double bandit_index_kl_lower(double mean, double level);

double bandit_index_ucb1(double mean, double n, double t);	/* Auer et al. 2002: 2 log t / n */
double bandit_index_hoeffding(double mean, double n, double t); /* log t / 2n */

#endif
