/* Exact draws: by ziggurat where a request needs one, by transformed rejection where a window does,
 * so that the cost of a count does not grow with the count.
 *
 * A fill takes the words of its next FILL_BLOCK values at once, one word for each. The few values
 * which their word does not settle (1 in 45 exponentials, 1 in 67 normals) then take more, in
 * order, from where the block ended. So the stream stands right behind the last word used, and a
 * fill gives other values than single draws would, except for uniforms, where one word always
 * settles the value.
 */
#include "sim/draw.h"

#include "sim/ziggurat.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum {
	FILL_BLOCK = 256,   /* words: 2 kB stay in the first cache beside the tables */
	SEARCH_LIMIT = 110, /* passed with probability below 1e-70 when the mean is below 10 */
};

/* Hormann's constants are fitted from this mean upwards; below it a search from zero is as fast. */
#define REJECTION_FROM 10.0

/* When a + b is below this, a beta is 0 or 1 to the last bit but with probability below 1e-16. */
#define TWO_POINTS_BELOW 1e-20

#define LARGEST_COUNT (UINT64_C(1) << 53) /* beyond it a double skips integers */

/* The layer is of bits 0 to 7, the position of bits 11 to 63: Doornik 2005 shows what sharing does.
 */
static inline unsigned layer_of(uint64_t word)
{
	return word % ZIGGURAT_LAYERS;
}

static inline double position_of(uint64_t word)
{
	return (double)(int64_t)(word >> 11) * 0x1p-53;
}

/* The same with a sign, in [-1, 1), of bits 10 to 63. */
static inline double signed_position_of(uint64_t word)
{
	return (double)((int64_t)word >> 10) * 0x1p-53;
}

static double height_in(struct rng *rng, const double *density, unsigned layer)
{
	return density[layer] + rng_uniform(rng) * (density[layer + 1] - density[layer]);
}

/* What lies beyond the base edge is that edge and another exponential: it has no memory. */
static __attribute__((noinline)) double exponential_settle(struct rng *rng, uint64_t word)
{
	double past = 0;
	for (;; word = rng_next(rng)) {
		unsigned layer = layer_of(word);
		double x = position_of(word) * exponential_edge[layer];
		if (x < exponential_edge[layer + 1])
			return past + x;
		if (layer == 0)
			past += exponential_edge[1];
		else if (height_in(rng, exponential_density, layer) < exp(-x))
			return past + x;
	}
}

static inline double exponential_from(struct rng *rng, uint64_t word)
{
	unsigned layer = layer_of(word);
	double x = position_of(word) * exponential_edge[layer];
	if (__builtin_expect(x < exponential_edge[layer + 1], 1))
		return x;
	return exponential_settle(rng, word);
}

double draw_exponential(struct rng *rng)
{
	return exponential_from(rng, rng_next(rng));
}

/* Marsaglia 1964: an exponential of rate r, kept with probability exp(-x^2/2). */
static double normal_tail(struct rng *rng)
{
	double x, y;
	do {
		x = draw_exponential(rng) / normal_edge[1];
		y = draw_exponential(rng);
	} while (2 * y < x * x);
	return normal_edge[1] + x;
}

static __attribute__((noinline)) double normal_settle(struct rng *rng, uint64_t word)
{
	for (;; word = rng_next(rng)) {
		unsigned layer = layer_of(word);
		double x = signed_position_of(word) * normal_edge[layer];
		if (fabs(x) < normal_edge[layer + 1])
			return x;
		if (layer == 0)
			return copysign(normal_tail(rng), x);
		if (height_in(rng, normal_density, layer) < exp(-x * x / 2))
			return x;
	}
}

static inline double normal_from(struct rng *rng, uint64_t word)
{
	unsigned layer = layer_of(word);
	double x = signed_position_of(word) * normal_edge[layer];
	if (__builtin_expect(fabs(x) < normal_edge[layer + 1], 1))
		return x;
	return normal_settle(rng, word);
}

double draw_normal(struct rng *rng)
{
	return normal_from(rng, rng_next(rng));
}

/* Marsaglia & Tsang 2000, "A simple method for generating gamma variables", for shapes from 1 up.
 * With v = (1 + w)^3 their 1 - v + log v is written in w, lest large shapes lose it to
 * cancellation. */
static double gamma_from_one(struct rng *rng, double shape)
{
	double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
	for (;;) {
		double x = draw_normal(rng), w = c * x;
		if (w <= -1)
			continue;
		double u = rng_open_uniform(rng), v = (1 + w) * (1 + w) * (1 + w);
		if (u < 1 - 0.0331 * (x * x) * (x * x))
			return d * v;
		if (log(u) < x * x / 2 + d * (3 * (log1p(w) - w) - w * w * (3 + w)))
			return d * v;
	}
}

double draw_gamma(struct rng *rng, double shape)
{
	assert(shape > 0);
	if (shape >= 1)
		return gamma_from_one(rng, shape);
	double larger = gamma_from_one(rng, shape + 1);
	return larger * pow(rng_open_uniform(rng), 1 / shape);
}

/* A gamma of tiny shape is below every double, its logarithm is not. */
static double log_gamma(struct rng *rng, double shape)
{
	if (shape >= 1)
		return log(gamma_from_one(rng, shape));
	double larger = gamma_from_one(rng, shape + 1);
	return log(larger) + log(rng_open_uniform(rng)) / shape;
}

double draw_beta(struct rng *rng, double a, double b)
{
	assert(a > 0);
	assert(b > 0);
	if (a >= 1 && b >= 1) {
		double x = gamma_from_one(rng, a), y = gamma_from_one(rng, b);
		return x / (x + y);
	}
	if (a + b < TWO_POINTS_BELOW)
		return rng_open_uniform(rng) < a / (a + b);
	double x = log_gamma(rng, a), y = log_gamma(rng, b);
	return 1 / (1 + exp(y - x));
}

/* A count by search from zero, in a law of Panjer's class (1981): P(k) = P(k-1) (a + b / k). */
static uint64_t search(struct rng *rng, double at_zero, double a, double b, uint64_t limit)
{
	for (;;) {
		double left = rng_uniform(rng), mass = at_zero;
		for (uint64_t k = 0; k <= limit; k++) {
			if (left < mass)
				return k;
			left -= mass;
			mass *= a + b / (double)(k + 1);
		}
	}
}

/* log k! less its approximation by Stirling, sqrt(2 pi k) (k/e)^k; the series as in Loader 2000. */
static double stirling_error(double k)
{
	static const double small[] = {
		0,
		0.08106146679532726,
		0.04134069595540929,
		0.02767792568499834,
		0.02079067210376509,
		0.01664469118982119,
		0.01387612882307075,
		0.01189670994589177,
		0.01041126526197209,
		0.009255462182712733,
	};
	if (k < 10)
		return small[(int)k];
	double r = 1 / (k * k);
	return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - r / 1680) * r) * r) / k;
}

/* x log(x / mean) + mean - x, half the deviance: Loader 2000; log1p keeps it exact near the mean.
 */
static double deviance(double x, double mean)
{
	double d = (x - mean) / mean;
	return mean * ((1 + d) * log1p(d) - d);
}

/* Loader 2000, "Fast and accurate computation of binomial probabilities": differences of log
 * factorials, which Hormann uses, would be all rounding at counts of 1e12. */
static double poisson_log_mass(double k, double mean)
{
	if (k == 0)
		return -mean;
	return -stirling_error(k) - deviance(k, mean) - log(2 * M_PI * k) / 2;
}

static double binomial_log_mass(double k, double n, double p)
{
	double rest = n - k;
	if (k == 0)
		return n * log1p(-p);
	if (rest == 0)
		return n * log(p);
	return stirling_error(n) - stirling_error(k) - stirling_error(rest) - deviance(k, n * p) -
	       deviance(rest, n * (1 - p)) - log(2 * M_PI * k * (rest / n)) / 2;
}

/* Algorithm BTRS of Hormann 1993, "The generation of binomial random variates"; p is at most 1/2.
 */
static uint64_t binomial_rejection(struct rng *rng, double n, double p)
{
	double spread = sqrt(n * p * (1 - p));
	double b = 1.15 + 2.53 * spread, a = -0.0873 + 0.0248 * b + 0.01 * p;
	double centre = n * p + 0.5, sure = 0.92 - 4.2 / b, alpha = (2.83 + 5.1 / b) * spread;
	for (;;) {
		double u = rng_open_uniform(rng) - 0.5, v = rng_open_uniform(rng);
		double edge = 0.5 - fabs(u), k = floor((2 * a / edge + b) * u + centre);
		if (edge >= 0.07 && v <= sure)
			return (uint64_t)k;
		if (k < 0 || k > n)
			continue;
		double mode = floor((n + 1) * p);
		if (log(v * alpha / (a / (edge * edge) + b)) <=
		    binomial_log_mass(k, n, p) - binomial_log_mass(mode, n, p))
			return (uint64_t)k;
	}
}

static uint64_t binomial_lower(struct rng *rng, uint64_t n, double p)
{
	double count = (double)n, odds = p / (1 - p);
	if (count * p >= REJECTION_FROM)
		return binomial_rejection(rng, count, p);
	uint64_t limit = n < SEARCH_LIMIT ? n : SEARCH_LIMIT;
	return search(rng, exp(count * log1p(-p)), -odds, (count + 1) * odds, limit);
}

uint64_t draw_binomial(struct rng *rng, uint64_t n, double p)
{
	assert(n <= LARGEST_COUNT);
	assert(p >= 0);
	assert(p <= 1);
	if (n == 0 || p == 0)
		return 0;
	if (p == 1)
		return n;
	return p <= 0.5 ? binomial_lower(rng, n, p) : n - binomial_lower(rng, n, 1 - p);
}

/* Algorithm PTRS of Hormann 1993, "The transformed rejection method for generating Poisson random
 * variables". */
static uint64_t poisson_rejection(struct rng *rng, double mean)
{
	double b = 0.931 + 2.53 * sqrt(mean), a = -0.059 + 0.02483 * b;
	double alpha = 1.1239 + 1.1328 / (b - 3.4), sure = 0.9277 - 3.6224 / (b - 2);
	for (;;) {
		double u = rng_open_uniform(rng) - 0.5, v = rng_open_uniform(rng);
		double edge = 0.5 - fabs(u), k = floor((2 * a / edge + b) * u + mean + 0.43);
		if (edge >= 0.07 && v <= sure)
			return (uint64_t)k;
		if (k < 0 || (edge < 0.013 && v > edge))
			continue;
		if (log(v * alpha / (a / (edge * edge) + b)) <= poisson_log_mass(k, mean))
			return (uint64_t)k;
	}
}

uint64_t draw_poisson(struct rng *rng, double mean)
{
	assert(mean >= 0);
	assert(mean <= 1e15); /* far enough below LARGEST_COUNT for the tail */
	if (mean >= REJECTION_FROM)
		return poisson_rejection(rng, mean);
	return search(rng, exp(-mean), 0, mean, SEARCH_LIMIT);
}

/* Cell after cell a binomial of what is left. The last cell that can have any takes the rest, so
 * that rounding in the sum of the shares cannot lose an item or give one to an empty cell. */
void draw_multinomial(struct rng *rng, uint64_t n, int cells, const double *share, uint64_t *out)
{
	double rest = 0;
	int last = -1;
	for (int i = 0; i < cells; i++) {
		assert(share[i] >= 0);
		rest += share[i];
		out[i] = 0;
		if (share[i] > 0)
			last = i;
	}
	assert(last >= 0 || n == 0);
	for (int i = 0; i < last; i++) {
		double p = share[i] < rest ? share[i] / rest : 1;
		out[i] = draw_binomial(rng, n, p);
		n -= out[i];
		rest -= share[i];
	}
	if (last >= 0)
		out[last] = n;
}

static inline size_t block_of(size_t left)
{
	return left < FILL_BLOCK ? left : FILL_BLOCK;
}

/* rng_open_uniform, by placing the bits in [1, 2): every processor has this in vectors. */
static inline double open_uniform_from(uint64_t word)
{
	uint64_t bits = word >> 12 | UINT64_C(0x3ff) << 52;
	double above_one;
	memcpy(&above_one, &bits, sizeof above_one);
	return above_one - (1 - 0x1p-53);
}

void draw_fill_uniform(struct rng *rng, double *out, size_t count)
{
	uint64_t word[FILL_BLOCK];
	for (size_t block; count > 0; out += block, count -= block) {
		block = block_of(count);
		rng_fill64(rng, word, block);
		for (size_t i = 0; i < block; i++)
			out[i] = open_uniform_from(word[i]);
	}
}

void draw_fill_exponential(struct rng *rng, double *out, size_t count)
{
	uint64_t word[FILL_BLOCK];
	for (size_t block; count > 0; out += block, count -= block) {
		block = block_of(count);
		rng_fill64(rng, word, block);
		for (size_t i = 0; i < block; i++)
			out[i] = exponential_from(rng, word[i]);
	}
}

void draw_fill_normal(struct rng *rng, double *out, size_t count)
{
	uint64_t word[FILL_BLOCK];
	for (size_t block; count > 0; out += block, count -= block) {
		block = block_of(count);
		rng_fill64(rng, word, block);
		for (size_t i = 0; i < block; i++)
			out[i] = normal_from(rng, word[i]);
	}
}
