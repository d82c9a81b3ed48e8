/* The largest difference of two empirical distribution functions: Kolmogorov 1933, Smirnov 1939. */
#ifndef SIM_STATS_KOLMOGOROV_H
#define SIM_STATS_KOLMOGOROV_H

#include <stdint.h>

/* Both sorted ascending. */
double kolmogorov_distance(const double *x, int n1, const double *y, int n2);
double kolmogorov_distance_of_counts(const uint64_t *x, const uint64_t *y, int bins);

/* The limit law's upper tail at lambda = sqrt(n1 n2 / (n1 + n2)) D. */
double kolmogorov_tail(double lambda);

/* p-values of D: by the limit with Stephens's correction (1970), by the law of one sample of as
 * many values as two are worth, and exactly, counting paths; ties make the last one larger than
 * true. `work` is room for n2 + 1 numbers. */
double kolmogorov_stephens(double d, double n1, double n2);
double kolmogorov_one_sample(double d, int n);
double kolmogorov_exact(double d, int n1, int n2, double *work);

#endif
