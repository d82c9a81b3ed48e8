/* Counts of windows of all lengths at once: two neighbours of one length make one of the next, so
 * a stream is counted in constant memory and two additions a window. */
#include "sim/stats/dispersion.h"

#include <assert.h>
#include <math.h>

__extension__ typedef unsigned __int128 wide;

void dispersion_add(struct dispersion *dispersion, uint64_t count)
{
	assert(dispersion->lengths >= 1);
	assert(dispersion->lengths <= DISPERSION_LENGTHS);
	struct dispersion_sums *end = dispersion->length + dispersion->lengths;
	for (struct dispersion_sums *s = dispersion->length; s < end; s++) {
		s->sum += count;
		s->squares += count * count;
		if (s->windows++ % 2 == 0) {
			s->half = count;
			return;
		}
		count += s->half;
	}
}

struct moments dispersion_counts(const struct dispersion *dispersion, int length)
{
	const struct dispersion_sums *s = &dispersion->length[length];
	struct moments counts = {.n = (double)s->windows};
	if (!s->windows)
		return counts;
	wide deviations = (wide)s->squares * s->windows - (wide)s->sum * s->sum;
	counts.mean = counts.low = counts.high = (double)s->sum / counts.n;
	counts.m2 = (double)deviations / counts.n;
	return counts;
}

double dispersion_index(const struct moments *counts)
{
	return counts->mean > 0 ? moments_variance(counts) / counts->mean : NAN;
}
