/* The law of the two-sample statistic, exact and in its limits. */
#include "sim/stats/kolmogorov.h"

#include <math.h>

double kolmogorov_distance(const double *x, int n1, const double *y, int n2)
{
	double most = 0;
	for (int i = 0, j = 0; i < n1 && j < n2;) {
		double value = x[i] < y[j] ? x[i] : y[j];
		while (i < n1 && x[i] == value)
			i++;
		while (j < n2 && y[j] == value)
			j++;
		most = fmax(most, fabs((double)i / n1 - (double)j / n2));
	}
	return most;
}

double kolmogorov_distance_of_counts(const uint64_t *x, const uint64_t *y, int bins)
{
	uint64_t n1 = 0, n2 = 0, below1 = 0, below2 = 0;
	double most = 0;
	for (int b = 0; b < bins; b++) {
		n1 += x[b];
		n2 += y[b];
	}
	double each1 = 1 / (double)n1, each2 = 1 / (double)n2;
	for (int b = 0; b < bins; b++) {
		below1 += x[b];
		below2 += y[b];
		double off = fabs((double)below1 * each1 - (double)below2 * each2);
		most = off > most ? off : most;
	}
	return most;
}

/* 2 sum (-1)^(k-1) exp(-2 k^2 lambda^2), or for small lambda what a theta function makes of it. */
double kolmogorov_tail(double lambda)
{
	double sum = 0;
	if (lambda <= 0)
		return 1;
	if (lambda < 1) {
		double q = -M_PI * M_PI / (8 * lambda * lambda);
		for (int k = 1; k <= 7; k += 2)
			sum += exp(k * k * q);
		return 1 - sqrt(2 * M_PI) / lambda * sum;
	}
	for (int k = 1, sign = 1; k <= 10; k++, sign = -sign)
		sum += sign * exp(-2 * lambda * lambda * k * k);
	return 2 * sum;
}

double kolmogorov_stephens(double d, double n1, double n2)
{
	double root = sqrt(n1 * n2 / (n1 + n2));
	return kolmogorov_tail((root + 0.12 + 0.11 / root) * d);
}

/* A random path of n1 steps right and n2 up: the chance that it ever strays by d or more. Each
 * place is reached from below or from the left with chances of how many steps of each lie behind.
 */
double kolmogorov_exact(double d, int n1, int n2, double *work)
{
	double limit = d - 1e-9 / ((double)n1 * n2);
	for (int i = 0; i <= n1; i++)
		for (int j = 0; j <= n2; j++) {
			double off = fabs((double)i / n1 - (double)j / n2);
			double left = i ? work[j] : 0, below = j ? work[j - 1] : 0;
			if (off >= limit)
				work[j] = 1;
			else
				work[j] = i + j ? (i * left + j * below) / (i + j) : 0;
		}
	return work[n2];
}
