/* One pass over the sorted values: upwards with a running maximum, or downwards with a running
 * minimum. */
#include "sim/stats/multiplicity.h"

#include <math.h>
#include <stdbool.h>

/* Shell's sort (1959) with Ciura's gaps (2001): needs no memory and no function, and keeps the
 * order of equal values by their places. */
static void sort(const double *value, int *order, int n)
{
	static const int gaps[] = {510774, 227011, 100894, 44842, 19930, 8858, 3937, 1750,
				   701,	   301,	   132,	   57,	  23,	 10,   4,    1};
	for (int i = 0; i < n; i++)
		order[i] = i;
	for (unsigned g = 0; g < sizeof gaps / sizeof *gaps; g++)
		for (int i = gaps[g]; i < n; i++) {
			int moved = order[i], j = i;
			double v = value[moved];
			for (; j >= gaps[g]; j -= gaps[g]) {
				int other = order[j - gaps[g]];
				double w = value[other];
				if (w < v || (w == v && other < moved))
					break;
				order[j] = other;
			}
			order[j] = moved;
		}
}

static double sidak(double p, double tests)
{
	return -expm1(tests * log1p(-p));
}

static double harmonic(int n)
{
	double sum = 0;
	for (int i = n; i >= 1; i--)
		sum += 1.0 / i;
	return sum;
}

/* What the p-value of rank r (from 1) of n is multiplied by, or raised to. */
static double step(enum multiplicity method, double p, int rank, int n, double sum)
{
	switch (method) {
	case MULTIPLICITY_BONFERRONI:
		return p * n;
	case MULTIPLICITY_SIDAK:
		return sidak(p, n);
	case MULTIPLICITY_HOLM_SIDAK:
		return sidak(p, n - rank + 1);
	case MULTIPLICITY_BH:
		return p * n / rank;
	case MULTIPLICITY_BY:
		return p * n / rank * sum;
	default:
		return p * (n - rank + 1); /* Holm, Hochberg */
	}
}

void multiplicity_adjust(enum multiplicity method, const double *p, double *adjusted, int *order,
			 int n)
{
	bool down = method == MULTIPLICITY_HOCHBERG || method == MULTIPLICITY_BH ||
		    method == MULTIPLICITY_BY;
	double sum = method == MULTIPLICITY_BY ? harmonic(n) : 1, bound = down ? 1 : 0;
	sort(p, order, n);
	for (int i = 0; i < n; i++) {
		int rank = down ? n - i : i + 1, at = order[rank - 1];
		double value = step(method, p[at], rank, n, sum);
		if (method == MULTIPLICITY_BONFERRONI || method == MULTIPLICITY_SIDAK)
			bound = value;
		else
			bound = down ? fmin(bound, value) : fmax(bound, value);
		adjusted[at] = fmin(bound, 1);
	}
}

int multiplicity_e_bh(const double *log_e, int *order, int n, double rate, double *log_least)
{
	sort(log_e, order, n);
	*log_least = INFINITY;
	for (int k = n; k >= 1; k--)
		if (log_e[order[n - k]] >= log((double)n / k / rate)) {
			*log_least = log_e[order[n - k]];
			return k;
		}
	return 0;
}
