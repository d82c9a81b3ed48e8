/* The sum is a chain over the places below the alarm (Brook and Evans 1972). */
#include "sim/stats/lattice.h"

#include "sim/stats/absorption.h"
#include "sim/stats/ladder.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

double lattice_bernoulli_run_length(int m, double h, double p, struct ladder_level *scratch)
{
	assert(m >= 2);
	struct ladder ladder = {.climb = m - 1, .p = p, .recent = scratch};
	do
		ladder_grow(&ladder);
	while (ladder.levels < h);
	return ladder_run_length(&ladder);
}

/* ---- Poisson */

enum { FINEST = 1000 }; /* places of the lattice between two counts */

/* Nearer than this to a whole number is one: a decimal k is not a binary one. */
static const double same_place = 1e-9;

/* The lattice on which k is whole; 0: there is none. */
static int finest_part(double k)
{
	for (int parts = 1; parts <= FINEST; parts++)
		if (fabs(k * parts - nearbyint(k * parts)) < same_place * parts)
			return parts;
	return 0;
}

static double places_below(double h, int parts)
{
	return fmax(1, ceil(h * parts - same_place * parts));
}

int lattice_poisson_states(double k, double h)
{
	int parts = finest_part(k);
	double states = places_below(h, parts);
	return parts && states <= LATTICE_STATES ? (int)states : 0;
}

static double exactly(double x, double mean)
{
	if (mean <= 0)
		return x == 0;
	return exp(x * log(mean) - mean - lgamma(x + 1));
}

/* P(x) + P(x + 1) + ..., where the terms fall. */
static double terms_from(double x, double mean)
{
	double sum = 0, term = exactly(x, mean);
	while (term > 1e-17 * sum) {
		sum += term;
		term *= mean / ++x;
	}
	return sum;
}

/* P(x) + P(x - 1) + ... + P(0), where they fall. */
static double terms_down_from(double x, double mean)
{
	double sum = 0, term = exactly(x, mean);
	while (x >= 0 && term > 1e-17 * sum) {
		sum += term;
		term *= x-- / mean;
	}
	return sum;
}

/* Tails that are small are sums of their own terms; only what is not may be left over from 1. */
static double at_least(double x, double mean)
{
	if (x <= 0)
		return 1;
	return x > mean ? terms_from(x, mean) : 1 - terms_down_from(x - 1, mean);
}

static double at_most(double x, double mean)
{
	if (x < 0)
		return 0;
	return x < mean ? terms_down_from(x, mean) : 1 - terms_from(x + 1, mean);
}

/* A row of the chain: from a place, each count leads `parts` places up, less `down`. */
static double fill_row(int states, int place, int parts, double down, double mean, double *row)
{
	double fallen = floor((down - place) / parts); /* counts that lead to 0 or below */
	memset(row, 0, (size_t)states * sizeof *row);
	row[0] = at_most(fallen, mean);
	double x = fmax(0, fallen + 1);
	for (; place + x * parts - down < states; x++)
		row[(int)(place + x * parts - down)] = exactly(x, mean);
	return at_least(x, mean);
}

double lattice_poisson_run_length(double k, double h, double mean, double *scratch)
{
	int states = lattice_poisson_states(k, h), parts = finest_part(k);
	if (!states)
		return NAN;
	double *move = scratch, *leave = move + states * states, *time = leave + states;
	double down = nearbyint(k * parts);
	for (int place = 0; place < states; place++)
		leave[place] = fill_row(states, place, parts, down, mean, move + place * states);
	absorption_times(states, move, leave, time);
	return time[0];
}

/* ---- thresholds */

enum {
	FINEST_M = 2048,	/* beyond, numbers are taken several at a time */
	MOST_LEVELS = 10000000, /* a tenth of a second */
	MOST_STATES = 256,
};

/* Run lengths are rounded: one this much shorter is what was wanted. */
static const double same_run_length = 1 - 1e-12;

/* Levels of a ladder do not depend on how many come below, so one climb down tries all thresholds.
 */
double lattice_bernoulli_threshold(double m, double p, double run_length)
{
	struct ladder_level recent[FINEST_M];
	double whole = fmax(2, nearbyint(m)), coarse = fmin(whole, FINEST_M);
	double at_a_time = whole / coarse;
	double chance = at_a_time > 1 ? -expm1(at_a_time * log1p(-p)) : p;
	double enough = run_length * same_run_length;
	struct ladder ladder = {.climb = (int)coarse - 1, .p = chance, .recent = recent};
	do
		ladder_grow(&ladder);
	while (at_a_time * ladder_run_length(&ladder) < enough && ladder.levels < MOST_LEVELS);
	return ladder.levels < MOST_LEVELS ? ceil(ladder.levels * at_a_time) : NAN;
}

/* Doubling, then halving: the last that is too low and the first that will do. */
double lattice_poisson_threshold(double k, double mean, double run_length)
{
	double scratch[MOST_STATES * (MOST_STATES + 2)], enough = run_length * same_run_length;
	int parts = lattice_poisson_states(k, 1), low = 0, high = 1;
	if (!parts)
		return NAN;
	while (lattice_poisson_run_length(k, (double)high / parts, mean, scratch) < enough) {
		if (high == MOST_STATES)
			return NAN;
		low = high;
		high = 2 * high;
	}
	while (high - low > 1) {
		int middle = (low + high) / 2;
		double h = (double)middle / parts;
		bool will_do = lattice_poisson_run_length(k, h, mean, scratch) >= enough;
		if (will_do)
			high = middle;
		else
			low = middle;
	}
	return (double)high / parts;
}
