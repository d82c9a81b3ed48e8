/* Cumulative sums of whole numbers: their average run lengths, exactly, as hitting times of a
 * chain. */
#ifndef SIM_STATS_LATTICE_H
#define SIM_STATS_LATTICE_H

/* S rises by m - 1 on a failure of chance p and falls by 1 otherwise, never below 0; alarm at S >=
 * h. m and h are whole numbers, h at most 4000. NaN beyond. */
double lattice_bernoulli_run_length(double m, double h, double p);

/* S = max(0, S + X - k) with Poisson counts X of this mean; alarm at S >= h. k and h are multiples
 * of 1 / 100. */
double lattice_poisson_run_length(double k, double h, double mean);

#endif
