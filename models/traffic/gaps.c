/* Gaps drawn in bulk and added up with as little waiting for the sum as possible. */
#include "models/traffic/gaps.h"

#include "sim/draw.h"
#include "sim/stats/lanes.h"

#include <assert.h>

enum { CHUNK = 256 }; /* gaps drawn at a time; a multiple of four */

/* Four are added up before they meet the clock: the sum that everything waits for is then one step
 * in four. */
void gaps_add(double *ns, double unit_ns, double *last_ns, int count)
{
	double last = *last_ns;
	for (int i = 0; i < count; i += 4) {
		double a = ns[i] * unit_ns, b = a + ns[i + 1] * unit_ns;
		double c = b + ns[i + 2] * unit_ns, d = c + ns[i + 3] * unit_ns;
		ns[i] = last + a;
		ns[i + 1] = last + b;
		ns[i + 2] = last + c;
		last = ns[i + 3] = last + d;
	}
	*last_ns = last;
}

/* Gaps are -log(u) of the mean. In bulk, logarithms in vectors beat the ziggurat, one value at a
 * time. */
int gaps_fill(const struct arrivals *to, double per_second, double *last_ns, int room)
{
	double unit_ns = -(double)SIM_SECOND / per_second;
	int count = 0;
	assert(room % 4 == 0);
	while (count < room && (!count || to->ns[count - 1] < to->until)) {
		int want = room - count < CHUNK ? room - count : CHUNK;
		double *ns = to->ns + count;
		draw_fill_uniform(to->rng, ns, (size_t)want);
		lanes_log(ns, want);
		gaps_add(ns, unit_ns, last_ns, want);
		count += want;
	}
	while (count && to->ns[count - 1] >= to->until)
		count--;
	return count;
}
