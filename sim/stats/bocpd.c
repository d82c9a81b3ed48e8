/* For each run length its chance and the sum of its numbers: all a normal mean needs. */
#include "sim/stats/bocpd.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static double precision(double n, double spread)
{
	return 1 / (spread * spread) + n;
}

/* Density of the next number after a run. */
static double predictive(double x, double n, double sum, double spread)
{
	double p = precision(n, spread), mean = sum / p, variance = 1 + 1 / p;
	double off = x - mean;
	return exp(-off * off / (2 * variance)) / sqrt(variance);
}

void bocpd_add(struct bocpd *b, double x, double hazard, double spread)
{
	double changed = 0, total = 0, likelihood[BOCPD_RUNS + 1];
	if (!b->runs) {
		b->runs = 1;
		b->chance[0] = 1;
	}
	for (int r = 0; r < b->runs; r++) {
		likelihood[r] = b->chance[r] * predictive(x, b->n[r], b->sum[r], spread);
		changed += likelihood[r] * hazard;
	}
	/* The number ends the run it belongs to, or that run goes on: all are one longer. */
	int last = b->runs < BOCPD_RUNS ? b->runs : BOCPD_RUNS;
	double kept = b->runs > BOCPD_RUNS ? likelihood[BOCPD_RUNS] * (1 - hazard) : 0;
	for (int r = last; r > 0; r--) {
		b->chance[r] = likelihood[r - 1] * (1 - hazard) + (r == BOCPD_RUNS ? kept : 0);
		b->sum[r] = b->sum[r - 1] + x;
		b->n[r] = b->n[r - 1] + 1;
	}
	b->chance[0] = changed;
	b->sum[0] = b->n[0] = 0;
	b->runs = last + 1;
	for (int r = 0; r < b->runs; r++)
		total += b->chance[r];
	for (int r = 0; r < b->runs; r++)
		b->chance[r] = total > 0 ? b->chance[r] / total : r == 0;
}

/* A run that is only about to begin says nothing yet. */
double bocpd_above(const struct bocpd *b, double limit, double spread)
{
	double above = 0, all = 0;
	for (int r = 1; r < b->runs; r++) {
		double p = precision(b->n[r], spread);
		all += b->chance[r];
		if (b->chance[r] > 1e-12)
			above += b->chance[r] *
				 gsl_cdf_ugaussian_Q((limit - b->sum[r] / p) * sqrt(p));
	}
	return all > 0 ? above / all : gsl_cdf_ugaussian_Q(limit / spread);
}

double bocpd_younger(const struct bocpd *b, int runs)
{
	double sum = 0;
	for (int r = 0; r < b->runs && r <= runs; r++)
		sum += b->chance[r];
	return sum;
}
