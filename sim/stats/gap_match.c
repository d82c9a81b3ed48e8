/* The index is 1 + A (1 - (1 - exp(-r t)) / (r t)): A says how rough, r how fast. Both are looked
 * for on a grid that is finer than what a trace can tell. */
#include "sim/stats/gap_match.h"

#include "sim/stats/law_fit.h"

#include <math.h>

enum { GRID = 120 };

static double approach(double rt)
{
	return rt > 1e-6 ? 1 + expm1(-rt) / rt : rt / 2;
}

/* What one over the mean length of a state sums to. */
static double relaxation(const struct gap_law *law)
{
	return 1 / (law->lasts * (1 - law->share));
}

double gap_match_index(const struct gap_law *law, double window)
{
	double quiet = (1 - law->share * law->burst) / (1 - law->share), off = law->burst - quiet;
	double variance = law->share * (1 - law->share) * off * off, r = relaxation(law);
	return 1 + 2 * variance / r * approach(r * window);
}

static double misfit(const double *window, const double *index, int windows, double rough, double r)
{
	double sum = 0;
	for (int k = 0; k < windows; k++) {
		double off = log(index[k]) - log1p(rough * approach(r * window[k]));
		sum += off * off;
	}
	return sum;
}

/* Quiet times have this rate; bursts follow from it and the variance of the rate. */
static struct gap_law member(double quiet, double variance, double r)
{
	struct gap_law law = {.kind = GAP_MMPP, .bic = INFINITY};
	double excess = (1 - quiet) * (1 - quiet);
	law.share = fmax(excess / (excess + variance), 1e-4);
	law.burst = (1 - (1 - law.share) * quiet) / law.share;
	law.lasts = 1 / (r * (1 - law.share));
	return law;
}

static double below(const void *context, double x)
{
	return gap_law_below(context, x);
}

static void find_quiet(double variance, double r, const double *sorted, int n, double tick,
		       struct gap_law *law)
{
	static const double quiets[] = {0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.4, 0.6, 0.8};
	double least = INFINITY;
	for (int k = 0; k < 10; k++) {
		struct gap_law guess = member(quiets[k], variance, r);
		double distance = law_distance(sorted, n, tick, below, &guess);
		if (distance < least) {
			least = distance;
			*law = guess;
		}
	}
}

bool gap_match(const double *window, const double *index, int windows, const double *sorted, int n,
	       double tick, struct gap_law *law)
{
	double least = INFINITY, rough = 0, r = 0;
	double most = 0;
	for (int k = 0; k < windows; k++)
		most = fmax(most, index[k] - 1);
	if (windows < 2 || !(most > 0))
		return false;
	for (int i = 0; i < GRID; i++)
		for (int j = 0; j < GRID; j++) {
			double a = most * pow(10, 2.0 * j / GRID - 0.5);
			double b = pow(10, 5.0 * i / GRID - 4) / window[0];
			double off = misfit(window, index, windows, a, b);
			if (off >= least)
				continue;
			least = off;
			rough = a;
			r = b;
		}
	find_quiet(rough * r / 2, r, sorted, n, tick, law);
	return true;
}
