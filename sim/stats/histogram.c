/* Reading a log-bucket histogram. Writing one is a single addition, in the header. */
#include "sim/stats/histogram.h"

#include <math.h>

double histogram_edge(int bucket)
{
	uint64_t bits = (uint64_t)(bucket + ((1023 + 10) << 5)) << 47;
	double shifted;
	memcpy(&shifted, &bits, sizeof shifted);
	return shifted - HISTOGRAM_SHIFT;
}

double histogram_quantile(const uint64_t count[HISTOGRAM_BUCKETS], uint64_t total, double p)
{
	if (!total)
		return NAN;
	double rank = p * (double)total, below = 0;
	int bucket = 0;
	while (bucket < HISTOGRAM_BUCKETS - 1 && below + (double)count[bucket] < rank)
		below += (double)count[bucket++];
	while (bucket < HISTOGRAM_BUCKETS - 1 && !count[bucket])
		bucket++;
	double low = histogram_edge(bucket), high = histogram_edge(bucket + 1);
	double inside = count[bucket] ? (rank - below) / (double)count[bucket] : 0;
	return low + (high - low) * inside;
}

double histogram_mean(const uint64_t count[HISTOGRAM_BUCKETS], uint64_t total)
{
	double sum = 0;
	for (int b = 0; b < HISTOGRAM_BUCKETS; b++)
		if (count[b])
			sum += (double)count[b] * 0.5 * (histogram_edge(b) + histogram_edge(b + 1));
	return total ? sum / (double)total : NAN;
}
