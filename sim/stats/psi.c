/* Groups are made on the way, from the counts of the second. */
#include "sim/stats/psi.h"

#include <math.h>

static double total(const uint64_t *count, int bins)
{
	double sum = 0;
	for (int b = 0; b < bins; b++)
		sum += (double)count[b];
	return sum;
}

static double term(double x, double n1, double y, double n2, int groups)
{
	double p = (x + 0.5) / (n1 + 0.5 * groups), q = (y + 0.5) / (n2 + 0.5 * groups);
	return (p - q) * log(p / q);
}

double psi_of_counts(const uint64_t *x, const uint64_t *y, int bins, int groups)
{
	double n1 = total(x, bins), n2 = total(y, bins), sum = 0, in_x = 0, in_y = 0, done = 0;
	int made = 0;
	if (n1 < 1 || n2 < 1)
		return NAN;
	for (int b = 0; b < bins; b++) {
		in_x += (double)x[b];
		in_y += (double)y[b];
		if (made == groups - 1 || done + in_y < n2 * (made + 1) / groups)
			continue;
		sum += term(in_x, n1, in_y, n2, groups);
		done += in_y;
		in_x = in_y = 0;
		made++;
	}
	return sum + term(in_x, n1, in_y, n2, groups);
}

double psi_expected(double n1, double n2, int groups)
{
	return (groups - 1) * (1 / n1 + 1 / n2);
}
