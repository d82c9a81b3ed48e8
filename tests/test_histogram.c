/* What a histogram gives back must lie as close to what went in as its header promises. */
#include "sim/stats/histogram.h"

#include "tests/random.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

enum { SAMPLES = 1001 };

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Spread evenly over orders of magnitude from 1 ns to an hour. */
static double draw_ns(uint64_t *random)
{
	return exp(random_share(random) * log(3600e9));
}

Test(histogram, edges_bound_their_buckets)
{
	for (int b = 0; b < HISTOGRAM_BUCKETS; b++) {
		double low = histogram_edge(b), high = histogram_edge(b + 1);
		cr_assert_lt(low, high);
		cr_assert_eq((int)histogram_bucket(low), b);
		double last = nextafter(high + HISTOGRAM_SHIFT, 0) - HISTOGRAM_SHIFT;
		cr_assert_eq((int)histogram_bucket(last), b);
	}
	cr_assert_eq(histogram_edge(0), 0);
	cr_assert_eq(histogram_edge(HISTOGRAM_BUCKETS), 0x1p42 - 0x1p10);
}

Test(histogram, buckets_are_as_narrow_as_promised)
{
	for (int b = 0; b < HISTOGRAM_BUCKETS; b++) {
		double low = histogram_edge(b), width = histogram_edge(b + 1) - low;
		cr_assert_leq(width, HISTOGRAM_ERROR * (low + HISTOGRAM_SHIFT));
	}
}

Test(histogram, the_longest_timeout_has_a_bucket)
{
	cr_assert_lt(histogram_bucket(3600e9), HISTOGRAM_BUCKETS);
}

static void fill(uint64_t count[HISTOGRAM_BUCKETS], const double *ns, int samples)
{
	memset(count, 0, HISTOGRAM_BUCKETS * sizeof *count);
	for (int i = 0; i < samples; i++)
		count[histogram_bucket(ns[i])]++;
}

/* A quantile lies in the bucket of the value it stands for. */
Test(histogram, quantiles_lie_in_the_right_bucket)
{
	uint64_t random = 5, count[HISTOGRAM_BUCKETS];
	double ns[SAMPLES];
	for (int round = 0; round < 100; round++) {
		for (int i = 0; i < SAMPLES; i++)
			ns[i] = draw_ns(&random);
		qsort(ns, SAMPLES, sizeof *ns, by_size);
		fill(count, ns, SAMPLES);
		for (int k = 0; k < SAMPLES; k++) {
			double read = histogram_quantile(count, SAMPLES, (k + 0.5) / SAMPLES);
			int bucket = (int)histogram_bucket(ns[k]);
			cr_assert_geq(read, histogram_edge(bucket));
			cr_assert_leq(read, histogram_edge(bucket + 1));
		}
	}
}

/* Every request takes the same time: whatever is asked, the answer is that time, give or take the
 * bucket. */
Test(histogram, quantiles_of_a_single_time_are_off_by_a_bucket_at_most)
{
	const double p[] = {0.01, 0.5, 0.95, 0.99, 0.999};
	uint64_t random = 6, count[HISTOGRAM_BUCKETS];
	for (int round = 0; round < 1000; round++) {
		double ns = draw_ns(&random), bucket = HISTOGRAM_ERROR * ns + 1000;
		memset(count, 0, sizeof count);
		count[histogram_bucket(ns)] = 1000;
		for (int i = 0; i < 5; i++)
			cr_assert_float_eq(histogram_quantile(count, 1000, p[i]), ns, bucket);
		cr_assert_float_eq(histogram_quantile(count, 1000, 0.5), ns, bucket / 2);
	}
}

Test(histogram, means_are_as_close_as_promised)
{
	uint64_t random = 7, count[HISTOGRAM_BUCKETS];
	double ns[SAMPLES];
	for (int round = 0; round < 200; round++) {
		double sum = 0;
		for (int i = 0; i < SAMPLES; i++)
			sum += ns[i] = draw_ns(&random);
		fill(count, ns, SAMPLES);
		cr_assert_float_eq(histogram_mean(count, SAMPLES), sum / SAMPLES,
				   HISTOGRAM_ERROR / 2 * sum / SAMPLES + 500);
	}
}

Test(histogram, quantiles_never_fall_as_p_rises)
{
	uint64_t random = 8, count[HISTOGRAM_BUCKETS];
	double ns[SAMPLES];
	for (int i = 0; i < SAMPLES; i++)
		ns[i] = draw_ns(&random);
	fill(count, ns, SAMPLES);
	double last = histogram_quantile(count, SAMPLES, 0);
	cr_assert_geq(last, 0);
	for (int i = 1; i <= 10000; i++) {
		double next = histogram_quantile(count, SAMPLES, i / 10000.0);
		cr_assert_geq(next, last);
		last = next;
	}
}

Test(histogram, the_ends_are_the_ends_of_the_sample)
{
	uint64_t count[HISTOGRAM_BUCKETS] = {0};
	int low = (int)histogram_bucket(5e6), high = (int)histogram_bucket(9e8);
	count[low] = 3;
	count[high] = 1;
	cr_assert_eq(histogram_quantile(count, 4, 0), histogram_edge(low));
	cr_assert_eq(histogram_quantile(count, 4, 1), histogram_edge(high + 1));
	cr_assert_eq(histogram_quantile(count, 4, 0.75), histogram_edge(low + 1));
}

Test(histogram, nothing_has_no_quantile_and_no_mean)
{
	const uint64_t count[HISTOGRAM_BUCKETS] = {0};
	cr_assert(isnan(histogram_quantile(count, 0, 0.5)));
	cr_assert(isnan(histogram_mean(count, 0)));
}
