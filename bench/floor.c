/* The cheapest honest program for each job: one loop, numbers in registers, xoshiro256++ (Blackman
 * and Vigna 2019) and the ziggurat (Marsaglia and Tsang 2000), nothing configurable. */
#include "bench/floor.h"

#include "sim/ziggurat.h"

#include <math.h>
#include <string.h>

struct xoshiro {
	uint64_t s[4];
};

static inline uint64_t rotate(uint64_t x, int by)
{
	return (x << by) | (x >> (64 - by));
}

static inline uint64_t next(struct xoshiro *x)
{
	uint64_t *s = x->s, result = rotate(s[0] + s[3], 23) + s[0], t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

/* The parts of a layer that need no more than one comparison. */
struct layers {
	uint64_t inside[ZIGGURAT_LAYERS];
	double width[ZIGGURAT_LAYERS];
};

static void make_layers(struct layers *layers)
{
	for (int i = 0; i < ZIGGURAT_LAYERS; i++) {
		layers->width[i] = exponential_edge[i] * 0x1p-53;
		layers->inside[i] =
			(uint64_t)(exponential_edge[i + 1] / exponential_edge[i] * 0x1p53);
	}
}

static __attribute__((noinline)) double draw_slowly(struct xoshiro *x, const struct layers *layers,
						    uint64_t word)
{
	for (;; word = next(x)) {
		unsigned layer = word & 255;
		double at = (double)(word >> 11) * layers->width[layer];
		if (word >> 11 < layers->inside[layer])
			return at;
		if (!layer)
			return exponential_edge[1] - log(((double)(next(x) >> 12) + 0.5) * 0x1p-52);
		double low = exponential_density[layer], high = exponential_density[layer + 1];
		if (low + (double)(next(x) >> 11) * 0x1p-53 * (high - low) < exp(-at))
			return at;
	}
}

static inline double exponential(struct xoshiro *x, const struct layers *layers)
{
	uint64_t word = next(x);
	unsigned layer = word & 255;
	if (__builtin_expect(word >> 11 < layers->inside[layer], 1))
		return (double)(word >> 11) * layers->width[layer];
	return draw_slowly(x, layers, word);
}

static const struct xoshiro seed = {
	{0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb, 7}};

double floor_canary(int64_t requests)
{
	struct layers layers;
	struct xoshiro x = seed;
	make_layers(&layers);
	const uint32_t candidate = (uint32_t)(0.1 * 0x1p32);
	const uint32_t error[2] = {(uint32_t)(0.001 * 0x1p32), (uint32_t)(0.02 * 0x1p32)};
	const double mean[2] = {1, 8};
	uint32_t histogram[2][1024] = {{0}}, errors[2] = {0};
	double free_at[2] = {0}, now = 0, sum = 0;
	for (int64_t i = 0; i < requests; i++) {
		now += exponential(&x, &layers) * 1.3;
		uint64_t word = next(&x);
		int version = (uint32_t)word < candidate;
		errors[version] += (uint32_t)(word >> 32) < error[version];
		double start = free_at[version] > now ? free_at[version] : now;
		start += exponential(&x, &layers) * mean[version];
		free_at[version] = start;
		double latency = start - now, shifted = latency + 0x1p-8;
		uint64_t bits;
		memcpy(&bits, &shifted, sizeof bits);
		histogram[version][((bits >> 48) - (UINT64_C(0x3f7) << 4)) & 1023]++;
		sum += latency;
	}
	return sum / (double)requests + errors[0] + errors[1] + histogram[0][100];
}

double floor_lindley(int64_t customers)
{
	struct layers layers;
	struct xoshiro x = seed;
	make_layers(&layers);
	double stay = 0, sum = 0;
	for (int64_t i = 0; i < customers; i++) {
		double wait = stay - exponential(&x, &layers) / 0.9;
		stay = (wait > 0 ? wait : 0) + exponential(&x, &layers);
		sum += stay;
	}
	return sum / (double)customers;
}

enum { SERVERS_MOST = 64 };

static inline void sift_root(double *heap, int count, double value)
{
	int hole = 0;
	for (int child = 1; child < count; child = 2 * hole + 1) {
		child += child + 1 < count && heap[child + 1] < heap[child];
		if (heap[child] >= value)
			break;
		heap[hole] = heap[child];
		hole = child;
	}
	heap[hole] = value;
}

double floor_servers(int64_t customers, int servers)
{
	struct layers layers;
	struct xoshiro x = seed;
	make_layers(&layers);
	double free_at[SERVERS_MOST] = {0}, now = 0, sum = 0;
	for (int64_t i = 0; i < customers; i++) {
		now += exponential(&x, &layers) / (0.9 * servers);
		double done = (free_at[0] > now ? free_at[0] : now) + exponential(&x, &layers);
		sum += done - now;
		sift_root(free_at, servers, done);
	}
	return sum / (double)customers;
}

void floor_record(struct floor_customer *customer, int64_t customers)
{
	struct layers layers;
	struct xoshiro x = seed;
	make_layers(&layers);
	for (int64_t i = 0; i < customers; i++) {
		customer[i].gap = (float)rint(exponential(&x, &layers) * 100e3 / 0.9);
		customer[i].service = (float)rint(exponential(&x, &layers) * 100e3);
	}
}

double floor_replay(const struct floor_customer *customer, int64_t customers)
{
	double stay = 0, sum = 0;
	for (int64_t i = 0; i < customers; i++) {
		double wait = stay - customer[i].gap;
		stay = (wait > 0 ? wait : 0) + customer[i].service;
		sum += stay;
	}
	return sum / (double)customers;
}
