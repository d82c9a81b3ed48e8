/* One Cholesky factorisation an index: A is symmetric and positive. */
#include "sim/stats/linucb.h"

#include <math.h>
#include <string.h>

void linucb_begin(struct linucb *arm, int d, double lambda)
{
	memset(arm, 0, sizeof *arm);
	arm->d = d;
	for (int i = 0; i < d; i++)
		arm->A[i * d + i] = lambda;
}

void linucb_learn(struct linucb *arm, const double *x, double reward)
{
	linucb_learn_many(arm, x, 1, reward);
}

void linucb_learn_many(struct linucb *arm, const double *x, double pulls, double rewards)
{
	for (int i = 0; i < arm->d; i++) {
		for (int j = 0; j < arm->d; j++)
			arm->A[i * arm->d + j] += pulls * x[i] * x[j];
		arm->b[i] += rewards * x[i];
	}
}

/* Lower triangle of the root. */
static void factorise(const double *A, double *L, int d)
{
	for (int i = 0; i < d; i++)
		for (int j = 0; j <= i; j++) {
			double sum = A[i * d + j];
			for (int k = 0; k < j; k++)
				sum -= L[i * d + k] * L[j * d + k];
			L[i * d + j] = i == j ? sqrt(sum) : sum / L[j * d + j];
		}
}

static void solve_lower(const double *L, const double *right, double *out, int d)
{
	for (int i = 0; i < d; i++) {
		double sum = right[i];
		for (int k = 0; k < i; k++)
			sum -= L[i * d + k] * out[k];
		out[i] = sum / L[i * d + i];
	}
}

/* With L u = x and L v = b: x' A^-1 b = u' v, x' A^-1 x = u' u. */
double linucb_index(const struct linucb *arm, const double *x, double alpha)
{
	double L[LINUCB_MOST * LINUCB_MOST], u[LINUCB_MOST], v[LINUCB_MOST], mean = 0, square = 0;
	factorise(arm->A, L, arm->d);
	solve_lower(L, x, u, arm->d);
	solve_lower(L, arm->b, v, arm->d);
	for (int i = 0; i < arm->d; i++) {
		mean += u[i] * v[i];
		square += u[i] * u[i];
	}
	return mean + alpha * sqrt(square);
}
