/* A log-bucket histogram of durations: 32 buckets an octave, from 1 us to 73 min. A value read back
 * lies in the right bucket, so it is off by at most 1/32 of itself (3.1 %) and 1 us; the mean by
 * half of that. Counts of two histograms add. */
#ifndef SIM_STATS_HISTOGRAM_H
#define SIM_STATS_HISTOGRAM_H

#include <stdint.h>
#include <string.h>

enum {
	HISTOGRAM_BUCKETS = 1024, /* 32 octaves above HISTOGRAM_SHIFT */
	HISTOGRAM_SHIFT = 1024,	  /* ns; added to every value, so that none lies below the range */
};

/* The width of a bucket, relative to its lower edge: the stated error. */
#define HISTOGRAM_ERROR (1.0 / 32)

/* The bucket is the exponent and the first five bits of the fraction of a double. The value must
 * be at least 0 and below 2^42 - 2^10 ns. */
static inline uint32_t histogram_bucket(double ns)
{
	double shifted = ns + HISTOGRAM_SHIFT;
	uint64_t bits;
	memcpy(&bits, &shifted, sizeof bits);
	return (uint32_t)(bits >> 47) - ((1023 + 10) << 5);
}

/* The lowest value of a bucket; that of bucket HISTOGRAM_BUCKETS is the end of the range. */
double histogram_edge(int bucket);

/* The value below which a share p of the `total` counts lies, straight between edges; NaN when
 * total is 0. */
double histogram_quantile(const uint64_t count[HISTOGRAM_BUCKETS], uint64_t total, double p);

/* The mean with every count in the middle of its bucket; NaN when total is 0. */
double histogram_mean(const uint64_t count[HISTOGRAM_BUCKETS], uint64_t total);

#endif
