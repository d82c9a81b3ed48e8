/* The sum is a chain over the values below the alarm. */
#include "sim/stats/lattice.h"

#include "sim/stats/absorbing.h"

#include <gsl/gsl_randist.h>
#include <math.h>

enum { MOST_STATES = 4000 };

static void move(struct absorbing *chain, long from, long to, double chance)
{
	to = to < 0 ? 0 : to;
	if (to < chain->states)
		chain->move[from * chain->states + to] += chance;
	else
		chain->end[from] += chance;
}

double lattice_bernoulli_run_length(double m, double h, double p)
{
	if (!(h >= 1 && h <= MOST_STATES && m >= 1))
		return NAN;
	struct absorbing chain = absorbing_make((int)ceil(h));
	for (long s = 0; s < chain.states; s++) {
		move(&chain, s, s + (long)m - 1, p);
		move(&chain, s, s - 1, 1 - p);
	}
	double length = absorbing_time(&chain);
	absorbing_free(&chain);
	return length;
}

/* The smallest unit of which both are multiples. */
static long units_of(double k, double h)
{
	for (long units = 1; units <= 100; units++)
		if (fabs(k * (double)units - rint(k * (double)units)) < 1e-9 &&
		    fabs(h * (double)units - rint(h * (double)units)) < 1e-9)
			return units;
	return 0;
}

/* P(X >= x): the far terms matter, so they are summed and not left over. */
static double poisson_tail(long x, double mean)
{
	double sum = 0, term = gsl_ran_poisson_pdf((unsigned)x, mean);
	for (; term > 1e-17 * sum || (double)x < mean; term *= mean / (double)++x)
		sum += term;
	return sum;
}

double lattice_poisson_run_length(double k, double h, double mean)
{
	long units = units_of(k, h), states = (long)rint(h * (double)units);
	long back = (long)rint(k * (double)units);
	if (!units || states < 1 || states > MOST_STATES)
		return NAN;
	struct absorbing chain = absorbing_make((int)states);
	for (long s = 0; s < states; s++) {
		long x = 0;
		for (; s + x * units - back < states; x++)
			move(&chain, s, s + x * units - back,
			     gsl_ran_poisson_pdf((unsigned)x, mean));
		chain.end[s] = poisson_tail(x, mean);
	}
	double length = absorbing_time(&chain);
	absorbing_free(&chain);
	return length;
}
