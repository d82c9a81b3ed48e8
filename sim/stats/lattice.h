/* Cumulative sums of whole numbers: their average run lengths, exactly, as hitting times of a
 * chain; and the thresholds that give wanted ones. */
#ifndef SIM_STATS_LATTICE_H
#define SIM_STATS_LATTICE_H

struct ladder_level;

/* S rises by m - 1 on a failure of chance p and falls by 1 otherwise, never below 0; alarm at S >=
 * h. m is a whole number of 2 or more; `scratch` has m - 1 places. */
double lattice_bernoulli_run_length(int m, double h, double p, struct ladder_level *scratch);

/* S = max(0, S + X - k) with Poisson counts X of this mean; alarm at S >= h. k is a multiple of
 * 1 / 1000. `scratch` has states x (states + 2) places; 0 states: no multiple, or more states than
 * LATTICE_STATES. */
enum { LATTICE_STATES = 4000 };
int lattice_poisson_states(double k, double h);
double lattice_poisson_run_length(double k, double h, double mean, double *scratch);

/* The least h at which sums without a change run so long or longer: whole, or on the lattice of k.
 * Milliseconds and no scratch. Exact for m up to 2048, else to a part in a thousand. NaN: there is
 * none below 1e7 steps of the sum, or of a Poisson sum within 256 states. */
double lattice_bernoulli_threshold(double m, double p, double run_length);
double lattice_poisson_threshold(double k, double mean, double run_length);

#endif
