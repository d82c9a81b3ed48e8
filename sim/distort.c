/* Counts go astray one by one: how many is binomial. */
#include "sim/distort.h"

#include "sim/draw.h"

/* The bucket in which a latency ends up when clocks disagree. */
static int skewed_bucket(int bucket, double skew_ns)
{
	double ns = 0.5 * (histogram_edge(bucket) + histogram_edge(bucket + 1)) + skew_ns;
	int skewed = ns > 0 ? (int)histogram_bucket(ns) : 0;
	return skewed < HISTOGRAM_BUCKETS ? skewed : HISTOGRAM_BUCKETS - 1;
}

static void add(uint32_t count, const struct sight *sight, struct rng *rng, uint32_t *own,
		uint32_t *stable)
{
	uint32_t twice = (uint32_t)draw_binomial(rng, count, sight->doubled);
	uint32_t astray = (uint32_t)draw_binomial(rng, count + twice, sight->mislabelled);
	*own += count + twice - astray;
	*stable += astray;
}

void distort_window(const struct tally *window, const struct sight *sight, struct rng *rng,
		    struct tally *own, struct tally *stable)
{
	double skew = (double)sight->skew_ns;
	if (sight->reset)
		return; /* what was counted since the last scrape is lost with the old counter */
	for (int f = 0; f < FLAGS; f++)
		if (window->flags[f])
			add(window->flags[f], sight, rng, &own->flags[f], &stable->flags[f]);
	for (int b = 0; b < HISTOGRAM_BUCKETS; b++)
		if (window->bucket[b]) {
			int to = skew != 0 ? skewed_bucket(b, skew) : b;
			add(window->bucket[b], sight, rng, &own->bucket[to], &stable->bucket[to]);
		}
}
