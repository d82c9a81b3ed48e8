/* Page's cumulative sums (1954): small changes that stay add up, chance does not. */
#ifndef SIM_STATS_CUSUM_H
#define SIM_STATS_CUSUM_H

/* Of standardised numbers, upwards and downwards; zero is the beginning, or half the threshold for
 * a fast first response (Lucas and Crosier 1982). */
struct cusum {
	double up, down;
};

/* k, the reference, is half of the change that is found soonest. Alarm when a sum lies above the
 * threshold. */
static inline void cusum_add(struct cusum *cusum, double x, double k)
{
	double up = cusum->up + x - k, down = cusum->down - x - k;
	cusum->up = up > 0 ? up : 0;
	cusum->down = down > 0 ? down : 0;
}

/* Sums of counts, which alarm at the threshold: `up` with k 0 of steps of +(m - 1) on a failure and
 * -1 otherwise is the likelihood ratio of p1 against p0 for this m (Reynolds and Stoumbos 1999), in
 * all failures x m - n; with this k, of Poisson counts of mean l1 against l0 (Lucas 1985). */
double cusum_bernoulli_m(double p0, double p1);
double cusum_poisson_k(double l0, double l1);

/* Average run lengths of standardised normal numbers shifted by `shift`, from a start at 0 or at
 * `head`; NaN beyond h = 130 (CHART_WIDEST), and where two sums start above h / 2 + k. */
double cusum_run_length(double k, double h, double head, double shift);
double cusum_run_length_two_sided(double k, double h, double head, double shift);

/* The h at which a chart of unshifted numbers runs so long on average; 0 if it runs longer at any.
 * Takes a few milliseconds. */
double cusum_threshold(double k, double run_length);
double cusum_threshold_two_sided(double k, double run_length);

#endif
