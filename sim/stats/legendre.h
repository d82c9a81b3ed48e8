/* Nodes and weights of Gauss and Legendre, without memory of their own. */
#ifndef SIM_STATS_LEGENDRE_H
#define SIM_STATS_LEGENDRE_H

/* The rule of n >= 1 nodes on [low, high], ascending. */
void legendre_rule(int n, double low, double high, double *node, double *weight);

#endif
