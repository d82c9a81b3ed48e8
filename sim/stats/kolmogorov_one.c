/* The law of one sample's distance from its true distribution function, by whichever of four ways
 * is exact, or as good, where it is needed (Simard and L'Ecuyer 2011). */
#include "sim/stats/kolmogorov.h"

#include <gsl/gsl_sf_gamma.h>
#include <math.h>

/* One-sided: the chance that the sample's function exceeds the true one by d (Birnbaum and Tingey
 * 1951). All terms are positive. */
static double smirnov(int n, double d)
{
	double sum = 0;
	int last = (int)floor(n * (1 - d));
	for (int j = 0; j <= last; j++) {
		double up = d + (double)j / n, down = 1 - up;
		if (down <= 0) {
			sum += j == n ? pow(up, j - 1) : 0;
			continue;
		}
		sum += exp(gsl_sf_lnchoose((unsigned)n, (unsigned)j) + (j - 1) * log(up) +
			   (n - j) * log(down));
	}
	return fmin(d * sum, 1);
}

static void multiply(const double *a, const double *b, double *c, int m)
{
	for (int i = 0; i < m; i++)
		for (int j = 0; j < m; j++) {
			double sum = 0;
			for (int k = 0; k < m; k++)
				sum += a[i * m + k] * b[k * m + j];
			c[i * m + j] = sum;
		}
}

/* Scaled by powers of two, so that nothing overflows. */
static int rescale(double *a, int m)
{
	int exponent;
	frexp(a[(m / 2) * m + m / 2], &exponent);
	for (int i = 0; i < m * m; i++)
		a[i] = ldexp(a[i], -exponent);
	return exponent;
}

/* a^n in place, by squares. `work` is room for two matrices. */
static int power(double *a, int m, int n, double *work)
{
	double *result = work, *product = work + m * m;
	int exponent = 0, scale = 0;
	for (int i = 0; i < m * m; i++)
		result[i] = i / m == i % m;
	for (; n; n >>= 1) {
		if (n & 1) {
			multiply(result, a, product, m);
			for (int i = 0; i < m * m; i++)
				result[i] = product[i];
			exponent += scale + rescale(result, m);
		}
		multiply(a, a, product, m);
		for (int i = 0; i < m * m; i++)
			a[i] = product[i];
		scale = 2 * scale + rescale(a, m);
	}
	for (int i = 0; i < m * m; i++)
		a[i] = result[i];
	return exponent;
}

/* Durbin's matrix (1973), whose n-th power holds the chance of staying below d (Marsaglia, Tsang
 * and Wang 2003). */
static double durbin(int n, double d)
{
	enum { ROWS = 41 };
	double matrix[ROWS * ROWS] = {0}, work[2 * ROWS * ROWS];
	int k = (int)(n * d) + 1, m = 2 * k - 1;
	double h = k - n * d;
	if (m > ROWS)
		return NAN;
	for (int i = 0; i < m; i++)
		for (int j = 0; j < m; j++)
			matrix[i * m + j] = i - j + 1 >= 0;
	for (int i = 0; i < m; i++) {
		matrix[i * m] -= pow(h, i + 1);
		matrix[(m - 1) * m + i] -= pow(h, m - i);
	}
	matrix[(m - 1) * m] += 2 * h - 1 > 0 ? pow(2 * h - 1, m) : 0;
	for (int i = 0; i < m; i++)
		for (int j = 0; j < m; j++)
			for (int g = 1; g <= i - j + 1; g++)
				matrix[i * m + j] /= g;
	int exponent = power(matrix, m, n, work);
	double chance = matrix[(k - 1) * m + k - 1];
	return ldexp(chance * exp(gsl_sf_lnfact((unsigned)n) - n * log(n)), exponent);
}

/* Pelz and Good 1976: the limit and three terms of its expansion in 1 / sqrt(n). */
static double pelz_good(int n, double d)
{
	double root = sqrt(n), z = root * d, z2 = z * z, z4 = z2 * z2, z6 = z4 * z2;
	double p2 = M_PI * M_PI, p4 = p2 * p2, p6 = p4 * p2, k0 = 0, k1 = 0, k2 = 0, k3 = 0;
	double extra2 = 0, extra3 = 0;
	for (int k = 1; k <= 40; k++) {
		double m2 = (2.0 * k - 1) * (2.0 * k - 1), q = exp(-p2 * m2 / (8 * z2));
		double all = (double)k * k, r = exp(-p2 * all / (2 * z2));
		k0 += q;
		k1 += (p2 / 4 * m2 - z2) * q;
		k2 += (6 * z6 + 2 * z4 + p2 / 4 * (2 * z4 - 5 * z2) * m2 +
		       p4 / 16 * (1 - 2 * z2) * m2 * m2) *
		      q;
		k3 += (-30 * z6 - 90 * z6 * z2 + p2 / 4 * (135 * z4 - 96 * z6) * m2 +
		       p4 / 16 * (212 * z4 - 60 * z2) * m2 * m2 +
		       p6 / 64 * (5 - 30 * z2) * m2 * m2 * m2) *
		      q;
		extra2 += all * r;
		extra3 += (3 * z2 - p2 * all) * all * r;
	}
	double s = sqrt(2 * M_PI);
	k0 *= s / z;
	k1 *= s / (6 * z4);
	k2 = k2 * s / (72 * z6 * z) - extra2 * p2 * s / (36 * z2 * z);
	k3 = k3 * s / (6480 * z6 * z4) + extra3 * p2 * s / (216 * z6);
	return k0 + k1 / root + k2 / n + k3 / (n * root);
}

/* The tail where both sides of the function cannot stray at once is twice one side's. */
double kolmogorov_one_sample(double d, int n)
{
	double t = n * d, square = t * d;
	if (n < 1 || d >= 1)
		return n < 1 ? NAN : 0;
	if (t <= 0.5)
		return 1;
	if (t <= 1)
		return 1 - exp(gsl_sf_lnfact((unsigned)n) + n * (log(2 * t - 1) - log(n)));
	if (t >= n - 1)
		return 2 * pow(1 - d, n);
	if (d >= 0.5 || square > (n <= 140 ? 4 : 2.2))
		return fmin(2 * smirnov(n, d), 1);
	double below = n <= 140 || n * pow(d, 1.5) <= 1.4 ? durbin(n, d) : NAN;
	return 1 - (isnan(below) ? pelz_good(n, d) : below);
}
