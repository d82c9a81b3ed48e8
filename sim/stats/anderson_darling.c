/* The statistic is one merge of both samples. The limit law is that of a weighted sum of squared
 * normal numbers, whose tail has an integral that does not cancel. */
#include "sim/stats/anderson_darling.h"

#include <math.h>

/* One step of the merge: what is tied at one value, and what lies below. */
struct place {
	double tied, tied1, below, below1;
};

/* A term of equations 6 and 7 for one of the samples. */
static double term(const struct place *at, double n, double n1, double ties_below)
{
	double b = at->below + ties_below * at->tied, m = at->below1 + ties_below * at->tied1;
	double off = n * m - n1 * b;
	double spread = b * (n - b) - (1 - ties_below) * n * at->tied / 2;
	return spread > 0 ? at->tied * off * off / spread : 0;
}

/* Both samples' terms differ only in 1 / n1 and 1 / n2: off is the same but for its sign. */
static void add_terms(struct anderson_darling *sum, const struct place *at, double n1, double n2)
{
	double n = n1 + n2, share = 1 / (n * n1) + 1 / (n * n2);
	sum->a2 += share * term(at, n, n1, 1);
	sum->a2_midrank += share * (n - 1) / n * term(at, n, n1, 0.5);
}

/* Equation 4 for two samples. */
static double variance(int n1, int n2)
{
	int n = n1 + n2;
	double h = 0, g = 0, ends = 1.0 / n1 + 1.0 / n2;
	for (int i = n - 1; i >= 1; i--) {
		g += h / (n - i);
		h += 1.0 / i;
	}
	double a = 4 * g - 6 + (10 - 6 * g) * ends;
	double b = 4 * (2 * g - 4) + 16 * h + (2 * g - 14 * h - 4) * ends - 8 * h + 4 * g - 6;
	double c = 4 * (6 * h + 2 * g - 2) + 2 * (4 * h - 4 * g + 6) + (2 * h - 6) * ends + 4 * h;
	double d = 4 * (2 * h + 6) - 8 * h, N = n;
	return (((a * N + b) * N + c) * N + d) / ((N - 1) * (N - 2) * (N - 3));
}

/* What the limit law has. */
static const double limit_variance = 2 * (M_PI * M_PI - 9) / 3;

static struct anderson_darling judge(struct anderson_darling sum, int n1, int n2)
{
	sum.t = (sum.a2_midrank - 1) / sqrt(variance(n1, n2));
	sum.p = anderson_darling_tail(1 + sum.t * sqrt(limit_variance));
	return sum;
}

struct anderson_darling anderson_darling_of(const double *x, int n1, const double *y, int n2)
{
	struct anderson_darling sum = {0, 0, NAN, NAN};
	struct place at = {0};
	if (!n1 || !n2 || n1 + n2 < 4 || fmin(x[0], y[0]) == fmax(x[n1 - 1], y[n2 - 1]))
		return (struct anderson_darling){NAN, NAN, NAN, NAN};
	for (int i = 0, j = 0; i < n1 || j < n2;) {
		double value = j >= n2 || (i < n1 && x[i] < y[j]) ? x[i] : y[j];
		int first = i, second = j;
		while (i < n1 && x[i] == value)
			i++;
		while (j < n2 && y[j] == value)
			j++;
		at.tied1 = i - first;
		at.tied = at.tied1 + j - second;
		add_terms(&sum, &at, n1, n2);
		at.below += at.tied;
		at.below1 += at.tied1;
	}
	return judge(sum, n1, n2);
}

enum {
	NODES = 128, /* enough for a statistic of 700, where exp ends */
	PIECES = 32, /* what is left out is under exp(-2 a2 PIECES^2) */
};

/* The k-th piece, from v = 4 k - 1 to 4 k + 1, by the rule of Gauss and Chebyshev. */
static double piece(double a2, int k)
{
	double sum = 0;
	for (int i = 0; i < NODES; i++) {
		double s = cos((i + 0.5) * M_PI / NODES), v = 4 * k + s, u = (v * v - 1) / 4;
		sum += exp(-a2 * u / 2) * v * sqrt((1 - s * s) / (u * cos(M_PI_2 * s)));
	}
	return sum * sqrt(M_PI) / (2 * NODES);
}

/* A^2 is the sum of chi-square numbers over j (j + 1) (Anderson and Darling 1952), and Smirnov's
 * formula (1937) turns the product of 1 - u / (j (j + 1)), -cos(pi v / 2) / (pi u) with v^2 = 1 + 4
 * u, into the tail. */
double anderson_darling_tail(double a2)
{
	double sum = 0;
	if (isnan(a2) || a2 < 0.03)
		return isnan(a2) ? a2 : 1; /* the law has 1e-17 below that */
	for (int k = PIECES; k >= 1; k--)
		sum += k % 2 ? piece(a2, k) : -piece(a2, k);
	return fmin(sum, 1);
}
