/* Placements from ranks (Sun and Xu 2014): n log n instead of every pair. */
#include "sim/stats/delong.h"

#include <stdlib.h>

struct scored {
	double score;
	double place; /* in the list */
};

static int by_score(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;
	return (x->score > y->score) - (x->score < y->score);
}

/* For each, the share of the other class that scores lower, ties half; and the area. */
static double find_placements(const double *positive, const double *score, int n, double *placement,
			      struct scored *order)
{
	double below[2] = {0, 0}, count[2] = {0, 0}, area = 0;
	for (int i = 0; i < n; i++) {
		order[i] = (struct scored){score[i], i};
		count[positive[i] > 0]++;
	}
	qsort(order, (size_t)n, sizeof *order, by_score);
	for (int from = 0, to; from < n; from = to) {
		double here[2] = {0, 0};
		for (to = from; to < n && order[to].score == order[from].score; to++)
			here[positive[(int)order[to].place] > 0]++;
		for (int i = from; i < to; i++) {
			int at = (int)order[i].place, own = positive[at] > 0;
			placement[at] = (below[!own] + here[!own] / 2) / count[!own];
			area += own ? placement[at] : 0;
		}
		below[0] += here[0];
		below[1] += here[1];
	}
	return area / count[1];
}

/* Of a class, the covariance of two placements. */
static double covariance(const double *positive, const double *a, const double *b, int n, int class)
{
	double count = 0, mean_a = 0, mean_b = 0, sum = 0;
	for (int i = 0; i < n; i++)
		if ((positive[i] > 0) == class) {
			count++;
			mean_a += a[i];
			mean_b += b[i];
		}
	mean_a /= count;
	mean_b /= count;
	for (int i = 0; i < n; i++)
		if ((positive[i] > 0) == class)
			sum += (a[i] - mean_a) * (b[i] - mean_b);
	return sum / (count - 1) / count;
}

static double both(const double *positive, const double *a, const double *b, int n)
{
	return covariance(positive, a, b, n, 0) + covariance(positive, a, b, n, 1);
}

struct delong delong_compare(const double *positive, const double *score1, const double *score2,
			     int n, double *work)
{
	double *a = work, *b = work + n;
	struct scored *order = (struct scored *)(work + 2 * n);
	struct delong d;
	d.area1 = find_placements(positive, score1, n, a, order);
	d.area2 = find_placements(positive, score2, n, b, order);
	d.variance1 = both(positive, a, a, n);
	d.variance2 = both(positive, b, b, n);
	d.covariance = both(positive, a, b, n);
	return d;
}
