/* Page's cumulative sums (1954): small changes that stay add up, chance does not. */
#ifndef SIM_STATS_CUSUM_H
#define SIM_STATS_CUSUM_H

/* Of standardised numbers, upwards and downwards; zero is the beginning. */
struct cusum {
	double up, down;
};

/* k, the reference, is half of the change that is found soonest. */
static inline void cusum_add(struct cusum *cusum, double x, double k)
{
	double up = cusum->up + x - k, down = cusum->down - x - k;
	cusum->up = up > 0 ? up : 0;
	cusum->down = down > 0 ? down : 0;
}

/* Steps of +(m - 1) on a failure and -1 otherwise, alarm at S >= h: the likelihood ratio of p1
 * against p0 for this m (Reynolds and Stoumbos 1999). */
double cusum_bernoulli_m(double p0, double p1);

/* Average run lengths of standardised normal numbers shifted by `shift`, from a start at 0 or at
 * `head`. One-sided: Page's integral equation; two-sided: Siegmund 1985 (2.55), for a start at 0.
 */
double cusum_run_length(double k, double h, double head, double shift);
double cusum_run_length_two_sided(double k, double h, double head, double shift);

/* The h at which a one-sided chart of unshifted numbers runs so long on average. */
double cusum_threshold(double k, double run_length);

#endif
