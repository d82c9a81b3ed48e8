/* Group-sequential designs: boundaries for a planned number of looks, so that all of them together
 * cross by chance with alpha. */
#ifndef SIM_STATS_GROUP_SEQUENTIAL_H
#define SIM_STATS_GROUP_SEQUENTIAL_H

/* Boundaries c (k / K)^(delta - 1/2) at K even looks, two-sided (Wang and Tsiatis 1987): delta 1/2
 * is Pocock's (1977), 0 O'Brien and Fleming's (1979). */
double group_sequential_constant(double alpha, int looks, double delta);
void group_sequential_bounds(double constant, int looks, double delta, double *z);

/* By how much the largest sample must exceed that of one look, for the same power (upward crossings
 * only); and the mean sample at no effect and at the planned one, in units of the one-look sample.
 */
struct group_sequential_cost {
	double inflation, mean_at_null, mean_at_effect;
};
struct group_sequential_cost group_sequential_cost(double alpha, double power, int looks,
						   double delta);

/* Spending functions of the information fraction t, 0 to 1 (Lan and DeMets 1983): how much of a
 * one-sided alpha may have been spent by then. */
enum spending {
	SPENDING_OBRIEN_FLEMING,
	SPENDING_POCOCK,
	SPENDING_POWER, /* alpha t^parameter (Kim and DeMets 1987) */
	SPENDING_HSD,	/* Hwang, Shih and DeCani 1990, gamma = parameter */
};

double group_sequential_spent(enum spending spending, double alpha, double parameter, double t);

/* The boundaries that spend it at these ascending fractions: upward only, or mirrored downwards
 * with as much again. Infinite where nothing that matters is spent. */
void group_sequential_spend(enum spending spending, double alpha, double parameter,
			    const double *fraction, int looks, int mirrored, double *z);

#endif
