/* The area under the ROC curve and its variance, in two passes over the bins. */
#include "sim/stats/ranking.h"

#include <math.h>

static double total(const uint64_t *count, int bins)
{
	double sum = 0;
	for (int b = 0; b < bins; b++)
		sum += (double)count[b];
	return sum;
}

/* Of everybody in `count`, the mean and the squared deviations of the share of `others` that lie
 * below, those in the same bin by half. */
static void place(const uint64_t *count, const uint64_t *others, int bins, double *mean,
		  double *squares)
{
	double n = total(count, bins), m = total(others, bins), below = 0, sum = 0;
	for (int b = 0; b < bins; b++) {
		sum += (double)count[b] * (below + (double)others[b] / 2) / m;
		below += (double)others[b];
	}
	*mean = sum / n;
	*squares = below = 0;
	for (int b = 0; b < bins; b++) {
		double share = (below + (double)others[b] / 2) / m;
		*squares += (double)count[b] * (share - *mean) * (share - *mean);
		below += (double)others[b];
	}
}

struct ranking ranking_of(const uint64_t *positive, const uint64_t *negative, int bins)
{
	double p = total(positive, bins), n = total(negative, bins);
	double area, complement, of_positive, of_negative;
	if (p < 1 || n < 1)
		return (struct ranking){NAN, NAN};
	place(positive, negative, bins, &area, &of_positive);
	place(negative, positive, bins, &complement, &of_negative);
	double variance = of_positive / (p - 1) / p + of_negative / (n - 1) / n;
	return (struct ranking){area, p > 1 && n > 1 ? variance : NAN};
}
