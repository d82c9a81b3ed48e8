/* Buckets count all that is shorter: the rates up to each bound ascend. */
#include "replay/law.h"

#include <math.h>

/* Of all that are counted: buckets are scraped one after another, and rates are extrapolated. */
#define LITTLE 1e-3

bool law_settle(struct law *law, int *at)
{
	bool whole = law->count && isinf(law->bound[law->count - 1]);
	bool good = true;
	if (!whole)
		law->count = 0;
	law->total = 0;
	for (int b = 0; b < law->count; b++) {
		if (good && law->upto[b] < law->total * (1 - LITTLE)) {
			*at = b;
			good = false;
		}
		law->total = fmax(law->total, law->upto[b]);
		law->upto[b] = law->total;
	}
	return good;
}

/* The first bucket that reaches a rate; the last always does. */
static int find_bucket(const struct law *law, double rate)
{
	int low = 0, high = law->count - 1;
	while (low < high) {
		int middle = (low + high) / 2;
		if (law->upto[middle] < rate)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

double law_quantile(const struct law *law, double share, bool *beyond)
{
	double rate = share * law->total;
	*beyond = false;
	if (law->count < 2 || !(law->total > 0))
		return NAN;
	int b = find_bucket(law, rate);
	if (b == law->count - 1) {
		*beyond = true;
		return law->bound[b - 1];
	}
	double from = b ? law->bound[b - 1] : 0, below = b ? law->upto[b - 1] : 0;
	double inside = law->upto[b] - below;
	return from + (law->bound[b] - from) * (inside > 0 ? (rate - below) / inside : 1);
}
