/* Run lengths solve integral equations, by Gauss and Legendre's rule in panels (Nystrom's method).
 */
#include "sim/stats/cusum.h"

#include "sim/stats/absorbing.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>
#include <math.h>

double cusum_bernoulli_m(double p0, double p1)
{
	return log(p1 * (1 - p0) / (p0 * (1 - p1))) / log((1 - p0) / (1 - p1));
}

enum { NODES = 64, START = 0, ZERO = 1, FIRST = 2, STATES = NODES + FIRST };

/* L(u) = 1 + Phi(k - u - d) L(0) + int_0^h phi(y + k - u - d) L(y) dy: a chain over the nodes, 0,
 * and where it starts. */
double cusum_run_length(double k, double h, double head, double shift)
{
	double node[NODES], weight[NODES];
	gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(NODES);
	for (int i = 0; i < NODES; i++)
		gsl_integration_glfixed_point(0, h, (size_t)i, &node[i], &weight[i], table);
	gsl_integration_glfixed_table_free(table);
	struct absorbing chain = absorbing_make(STATES);
	for (int s = 0; s < STATES; s++) {
		double u = s == START ? head : s == ZERO ? 0 : node[s - FIRST], off = k - u - shift;
		double *to = chain.move + s * STATES;
		to[ZERO] = gsl_cdf_ugaussian_P(off);
		for (int j = 0; j < NODES; j++)
			to[FIRST + j] = weight[j] * gsl_ran_ugaussian_pdf(node[j] + off);
		chain.end[s] = gsl_cdf_ugaussian_Q(h + off);
	}
	double length = absorbing_time(&chain);
	absorbing_free(&chain);
	return length;
}

/* Both sides cannot be far out at once, so 1 / L adds up; from a head start, Lucas and Crosier
 * 1982, (A.4). */
double cusum_run_length_two_sided(double k, double h, double head, double shift)
{
	double up = cusum_run_length(k, h, 0, shift), down = cusum_run_length(k, h, 0, -shift);
	if (head <= 0)
		return up * down / (up + down);
	double up_head = cusum_run_length(k, h, head, shift);
	double down_head = cusum_run_length(k, h, head, -shift);
	return (up_head * down + down_head * up - up * down) / (up + down);
}

double cusum_threshold(double k, double run_length)
{
	double low = 0, high = 1;
	while (cusum_run_length(k, high, 0, 0) < run_length && high < 1000)
		high *= 2;
	for (int i = 0; i < 40; i++) {
		double middle = (low + high) / 2;
		if (cusum_run_length(k, middle, 0, 0) < run_length)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}
