/* Dynamic programming over where the last level begins. */
#include "sim/stats/levels.h"

#include "sim/stats/sort.h"

#include <assert.h>
#include <math.h>

/* The median of chi-square with one degree of freedom. */
#define MEDIAN_SQUARE 0.45493642

static double median_of(double *value, int n)
{
	sort_ascending(value, (size_t)n);
	return n % 2 ? value[n / 2] : (value[n / 2 - 1] + value[n / 2]) / 2;
}

/* A Poisson count has its mean as its variance, so the squared second difference of three has
 * expectation c1 + 4 c2 + c3. */
static double spread_of(const double *count, int bins, int together)
{
	double square[LEVELS_BINS], last[3] = {0};
	int squares = 0;
	for (int i = 0; i < bins / together; i++) {
		double sum = 0;
		for (int b = 0; b < together; b++)
			sum += count[i * together + b];
		last[0] = last[1];
		last[1] = last[2];
		last[2] = sum;
		double bend = last[0] - 2 * last[1] + last[2];
		double variance = last[0] + 4 * last[1] + last[2];
		if (i >= 2 && variance > 0)
			square[squares++] = bend * bend / variance;
	}
	return squares ? median_of(square, squares) / MEDIAN_SQUARE : 1;
}

double levels_spread(const double *count, int bins, int together)
{
	assert(bins <= LEVELS_BINS);
	return fmax(1, fmax(spread_of(count, bins, 1), spread_of(count, bins, together)));
}

/* ---- the best levels for every number of them */

struct search {
	const double *count, *exposure; /* sums of those before each bin */
	int bins, shortest;
	double best[LEVELS_MOST]
		   [LEVELS_BINS + 1];		/* log likelihood up to a bin, in so many levels */
	int from[LEVELS_MOST][LEVELS_BINS + 1]; /* where the last of them begins */
};

/* Of one rate from bin to bin, up to what is the same for all rates. */
static double likelihood(const struct search *s, int from, int until)
{
	double count = s->count[until] - s->count[from];
	return count > 0 ? count * log(count / (s->exposure[until] - s->exposure[from])) : 0;
}

static void extend(struct search *s, int levels, int until)
{
	s->best[levels][until] = -INFINITY;
	for (int from = levels * s->shortest; from <= until - s->shortest; from++) {
		double sum = s->best[levels - 1][from] + likelihood(s, from, until);
		if (sum > s->best[levels][until]) {
			s->best[levels][until] = sum;
			s->from[levels][until] = from;
		}
	}
}

static int search(struct search *s, double spread)
{
	int chosen = 0;
	double least = INFINITY;
	for (int k = 0; k < LEVELS_MOST && (k + 1) * s->shortest <= s->bins; k++) {
		for (int b = s->shortest; b <= s->bins; b++)
			if (k)
				extend(s, k, b);
			else
				s->best[0][b] = likelihood(s, 0, b);
		double cost = -2 * s->best[k][s->bins] / spread + 2 * (k + 1) * log(s->bins);
		if (cost < least) {
			least = cost;
			chosen = k;
		}
	}
	return chosen + 1;
}

int levels_fit(const double *count, const double *exposure, int bins, int shortest, double spread,
	       struct rate_level level[LEVELS_MOST])
{
	double counts[LEVELS_BINS + 1] = {0}, exposures[LEVELS_BINS + 1] = {0};
	struct search s = {counts, exposures, bins, shortest < bins ? shortest : bins,
			   {{0}},  {{0}}};
	assert(bins >= 1 && bins <= LEVELS_BINS && shortest >= 1);
	for (int b = 0; b < bins; b++) {
		counts[b + 1] = counts[b] + count[b];
		exposures[b + 1] = exposures[b] + exposure[b];
	}
	int levels = search(&s, spread);
	for (int k = levels - 1, until = bins; k >= 0; k--) {
		int from = k ? s.from[k][until] : 0;
		double length = exposures[until] - exposures[from];
		level[k] = (struct rate_level){from, (counts[until] - counts[from]) / length};
		until = from;
	}
	return levels;
}
