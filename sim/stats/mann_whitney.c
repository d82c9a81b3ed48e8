/* Both samples are sorted once; every statistic is one merge of the two. */
#include "sim/stats/mann_whitney.h"

#include "sim/stats/root.h"
#include "sim/stats/sort.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* How many of each are tied at one value: adds to u1 and to the sum of t^3 - t. */
struct tally {
	double u1, ties, below; /* below: of the second, so far */
};

static void add_ties(struct tally *t, double first, double second)
{
	double both = first + second;
	t->u1 += first * (t->below + second / 2);
	t->ties += both * (both * both - 1);
	t->below += second;
}

static struct mann_whitney finish(const struct tally *t, double n1, double n2)
{
	double n = n1 + n2;
	double variance = n1 * n2 / 12 * ((n + 1) - t->ties / (n * (n - 1)));
	return (struct mann_whitney){n1, n2, t->u1, sqrt(fmax(variance, 0))};
}

/* x is shifted down by mu. */
static struct mann_whitney merge(const double *x, int n1, const double *y, int n2, double mu)
{
	struct tally t = {0};
	for (int i = 0, j = 0; i < n1 || j < n2;) {
		double value = j >= n2 || (i < n1 && x[i] - mu < y[j]) ? x[i] - mu : y[j];
		int first = 0, second = 0;
		for (; i < n1 && x[i] - mu == value; i++)
			first++;
		for (; j < n2 && y[j] == value; j++)
			second++;
		add_ties(&t, first, second);
	}
	return finish(&t, n1, n2);
}

struct mann_whitney mann_whitney_of(double *x, int n1, double *y, int n2)
{
	sort_ascending(x, (size_t)n1);
	sort_ascending(y, (size_t)n2);
	return merge(x, n1, y, n2, 0);
}

struct mann_whitney mann_whitney_of_counts(const uint64_t *x, const uint64_t *y, int bins)
{
	struct tally t = {0};
	double n1 = 0;
	for (int b = 0; b < bins; b++) {
		if (!x[b] && !y[b])
			continue;
		add_ties(&t, (double)x[b], (double)y[b]);
		n1 += (double)x[b];
	}
	return finish(&t, n1, t.below);
}

double mann_whitney_z(const struct mann_whitney *w, double continuity)
{
	double off = w->u1 - w->n1 * w->n2 / 2;
	off -= off > 0 ? continuity : off < 0 ? -continuity : 0;
	return off == 0 ? 0 : off / w->sigma;
}

/* As SciPy has it: of the larger of both statistics, whatever it is worth. */
double mann_whitney_two_sided(const struct mann_whitney *w, double continuity)
{
	double off = fabs(w->u1 - w->n1 * w->n2 / 2) - continuity;
	return w->sigma > 0 ? fmin(2 * gsl_cdf_ugaussian_Q(off / w->sigma), 1) : 1;
}

double mann_whitney_greater(const struct mann_whitney *w, double continuity)
{
	double off = w->u1 - w->n1 * w->n2 / 2 - continuity;
	return w->sigma > 0 ? gsl_cdf_ugaussian_Q(off / w->sigma) : 1;
}

double mann_whitney_effect(const struct mann_whitney *w)
{
	return w->u1 / (w->n1 * w->n2);
}

/* ---- the shift */

struct shifting {
	const double *x, *y;
	int n1, n2;
	double continuity, z;
};

static double excess(const void *context, double mu)
{
	const struct shifting *s = context;
	struct mann_whitney w = merge(s->x, s->n1, s->y, s->n2, mu);
	return mann_whitney_z(&w, s->continuity) - s->z;
}

/* The statistic falls from the smallest difference of a pair to the largest. */
static double find(const struct shifting *s, double tolerance)
{
	double low = s->x[0] - s->y[s->n2 - 1], high = s->x[s->n1 - 1] - s->y[0];
	if (!(excess(s, low) > 0))
		return low;
	if (!(excess(s, high) < 0))
		return high;
	return root_find(excess, s, low, high, tolerance);
}

double mann_whitney_shift(const double *x, int n1, const double *y, int n2, double tolerance)
{
	if (!n1 || !n2)
		return NAN;
	return find(&(struct shifting){x, y, n1, n2, 0, 0}, tolerance);
}

struct interval mann_whitney_shift_interval(const double *x, int n1, const double *y, int n2,
					    double level, double tolerance)
{
	double z = gsl_cdf_ugaussian_Qinv((1 - level) / 2);
	if (!n1 || !n2)
		return (struct interval){NAN, NAN};
	return (struct interval){find(&(struct shifting){x, y, n1, n2, 0.5, z}, tolerance),
				 find(&(struct shifting){x, y, n1, n2, 0.5, -z}, tolerance)};
}
