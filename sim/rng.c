/* Streams of PCG64-DXSM (O'Neill 2014) are found by hashing their names, left by jumping, and
 * filled from several places at once, because one chain of multiplications waits for itself. */
#include "sim/rng.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "storing a word must store its low half first");

enum {
	PARTS = 4,	/* chains of one stream that overlap in a scalar processor */
	PART = 4,	/* words of a part: short, so that short fills have full rounds */
	ROUND = 16,	/* words of a round, of parts or of lanes */
	WIDE_FROM = 20, /* words from which spreading the lanes pays for itself */
};

struct hash {
	uint64_t a, b;
};

/* For a given word a permutation of the 128 bits; from a given hash, different words part for good.
 */
static inline void absorb(struct hash *hash, uint64_t word)
{
	hash->a = rng_mix(hash->a ^ word);
	hash->b = rng_mix(hash->b + hash->a);
}

static inline uint64_t squeeze(const struct hash *hash, uint64_t index)
{
	return rng_mix(hash->b ^ rng_expand(hash->a, index));
}

/* Up to seven bytes of the name, and in the eighth how many: no two names give the same words. */
static inline uint64_t take_word(const char **name)
{
	uint64_t word = 0, taken = 0;
	for (; taken < 7 && **name; taken++)
		word = word << 8 | (unsigned char)*(*name)++;
	return word | taken << 56;
}

void rng_stream(struct rng *rng, uint64_t seed, uint64_t trial, const char *name)
{
	/* The first digits of pi, so that seed 0 of trial 0 is no special case. */
	struct hash hash = {UINT64_C(0x243f6a8885a308d3), UINT64_C(0x13198a2e03707344)};
	absorb(&hash, seed);
	absorb(&hash, trial);
	uint64_t word;
	do {
		word = take_word(&name);
		absorb(&hash, word);
	} while (word >> 56 == 7);
	rng->state = (rng_word)squeeze(&hash, 1) << 64 | squeeze(&hash, 2);
	rng->increment = (rng_word)squeeze(&hash, 3) << 64 | squeeze(&hash, 4) | 1;
}

/* Steps compose to state * multiplier + addend; squaring doubles them: Brown 1994. */
rng_word rng_leap(rng_word state, rng_word multiplier, rng_word addend, rng_word steps)
{
	for (; steps; steps >>= 1) {
		if (steps & 1)
			state = state * multiplier + addend;
		addend *= multiplier + 1;
		multiplier *= multiplier;
	}
	return state;
}

void rng_advance(struct rng *rng, rng_word delta)
{
	rng->state = rng_leap(rng->state, RNG_MULTIPLIER, rng->increment, delta);
}

struct jump {
	rng_word multiplier, addend;
};

/* With a constant number of steps the loop is done by the compiler but for one multiplication. */
static inline struct jump jump_of(int steps, rng_word increment)
{
	rng_word multiplier = 1, sum = 0;
	for (int i = 0; i < steps; i++) {
		sum = sum * RNG_MULTIPLIER + 1;
		multiplier *= RNG_MULTIPLIER;
	}
	return (struct jump){multiplier, sum * increment};
}

static inline rng_word after(rng_word state, struct jump jump)
{
	return state * jump.multiplier + jump.addend;
}

static inline void put(unsigned char *out, size_t index, uint64_t word)
{
	memcpy(out + index * sizeof word, &word, sizeof word);
}

/* Each round is cut into consecutive parts, each made by a chain of its own. */
static void fill_parts(struct rng *rng, unsigned char *out, size_t words)
{
	struct jump jump = jump_of(PART, rng->increment);
	struct rng chain[PARTS] = {*rng};
	for (; words >= ROUND; words -= ROUND, out += ROUND * sizeof(uint64_t)) {
		for (int part = 1; part < PARTS; part++) {
			chain[part].state = after(chain[part - 1].state, jump);
			chain[part].increment = chain[0].increment;
		}
		for (size_t i = 0; i < PART; i++)
			for (size_t part = 0; part < PARTS; part++)
				put(out, part * PART + i, rng_next(&chain[part]));
		chain[0].state = chain[PARTS - 1].state;
	}
	for (size_t i = 0; i < words; i++)
		put(out, i, rng_next(&chain[0]));
	rng->state = chain[0].state;
}

#ifdef __x86_64__

#include <immintrin.h>

#define WIDE __attribute__((target("avx512f,avx512dq")))

enum { LANES = 8 };

/* Eight 128-bit numbers by halves. */
struct lanes {
	__m512i low, high;
};

WIDE static inline __m512i everywhere(uint64_t word)
{
	return _mm512_set1_epi64((long long)word);
}

WIDE static inline struct lanes lanes_all(rng_word number)
{
	return (struct lanes){everywhere((uint64_t)number), everywhere((uint64_t)(number >> 64))};
}

/* The high halves of the 64-bit products, by schoolbook multiplication of 32-bit digits. */
WIDE static inline __m512i multiply_high(__m512i x, __m512i y)
{
	__m512i x_top = _mm512_srli_epi64(x, 32), y_top = _mm512_srli_epi64(y, 32);
	__m512i bottom = _mm512_srli_epi64(_mm512_mul_epu32(x, y), 32);
	__m512i left = _mm512_add_epi64(_mm512_mul_epu32(x_top, y), bottom);
	__m512i digit = _mm512_and_si512(left, everywhere(UINT32_MAX));
	__m512i right = _mm512_add_epi64(_mm512_mul_epu32(x, y_top), digit);
	__m512i top = _mm512_add_epi64(_mm512_mul_epu32(x_top, y_top), _mm512_srli_epi64(left, 32));
	return _mm512_add_epi64(top, _mm512_srli_epi64(right, 32));
}

/* state * multiplier + addend, modulo 2^128 */
WIDE static inline struct lanes lanes_after(struct lanes state, struct lanes multiplier,
					    struct lanes addend)
{
	__m512i cross = _mm512_add_epi64(_mm512_mullo_epi64(state.high, multiplier.low),
					 _mm512_mullo_epi64(state.low, multiplier.high));
	__m512i high = _mm512_add_epi64(multiply_high(state.low, multiplier.low), addend.high);
	__m512i low = _mm512_mullo_epi64(state.low, multiplier.low);
	low = _mm512_add_epi64(low, addend.low);
	high = _mm512_add_epi64(high, cross);
	__mmask8 carry = _mm512_cmplt_epu64_mask(low, addend.low);
	return (struct lanes){low, _mm512_mask_add_epi64(high, carry, high, everywhere(1))};
}

/* The output function of rng_next */
WIDE static inline __m512i lanes_output(struct lanes state)
{
	__m512i high = _mm512_xor_si512(state.high, _mm512_srli_epi64(state.high, 32));
	high = _mm512_mullo_epi64(high, everywhere(RNG_MULTIPLIER));
	high = _mm512_xor_si512(high, _mm512_srli_epi64(high, 48));
	return _mm512_mullo_epi64(high, _mm512_or_si512(state.low, everywhere(1)));
}

/* Word by word through registers: a wide load must not wait for eight narrow stores. */
WIDE static inline __m512i gather(const uint64_t word[LANES])
{
	return _mm512_set_epi64((long long)word[7], (long long)word[6], (long long)word[5],
				(long long)word[4], (long long)word[3], (long long)word[2],
				(long long)word[1], (long long)word[0]);
}

/* The next sixteen states of the stream, one to a lane. */
WIDE static inline void lanes_spread(const struct rng *rng, struct lanes lanes[2])
{
	uint64_t low[ROUND], high[ROUND];
	rng_word near = rng->state, far = after(near, jump_of(LANES, rng->increment));
	for (int i = 0; i < LANES; i++) {
		low[i] = (uint64_t)near, high[i] = (uint64_t)(near >> 64);
		low[i + LANES] = (uint64_t)far, high[i + LANES] = (uint64_t)(far >> 64);
		near = near * RNG_MULTIPLIER + rng->increment;
		far = far * RNG_MULTIPLIER + rng->increment;
	}
	for (int i = 0; i < 2; i++)
		lanes[i] = (struct lanes){gather(low + i * LANES), gather(high + i * LANES)};
}

WIDE static inline rng_word lanes_pick(const struct lanes lanes[2], size_t index)
{
	uint64_t low[ROUND], high[ROUND];
	for (int i = 0; i < 2; i++) {
		_mm512_storeu_si512(low + i * LANES, lanes[i].low);
		_mm512_storeu_si512(high + i * LANES, lanes[i].high);
	}
	return (rng_word)high[index] << 64 | low[index];
}

/* Lane i makes words i, i + 16, i + 32, ...: each round is stored whole, the last under a mask. */
WIDE static void fill_lanes(struct rng *rng, unsigned char *out, size_t words)
{
	struct jump jump = jump_of(ROUND, rng->increment);
	struct lanes multiplier = lanes_all(jump.multiplier), addend = lanes_all(jump.addend);
	struct lanes lanes[2];
	lanes_spread(rng, lanes);
	for (; words >= ROUND; words -= ROUND, out += ROUND * sizeof(uint64_t)) {
		_mm512_storeu_si512(out, lanes_output(lanes[0]));
		_mm512_storeu_si512(out + sizeof(__m512i), lanes_output(lanes[1]));
		lanes[0] = lanes_after(lanes[0], multiplier, addend);
		lanes[1] = lanes_after(lanes[1], multiplier, addend);
	}
	unsigned last = (1u << words) - 1;
	_mm512_mask_storeu_epi64(out, (__mmask8)last, lanes_output(lanes[0]));
	_mm512_mask_storeu_epi64(out + sizeof(__m512i), (__mmask8)(last >> LANES),
				 lanes_output(lanes[1]));
	rng->state = lanes_pick(lanes, words);
}

static bool is_wide(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
}

#else

static void fill_lanes(struct rng *rng, unsigned char *out, size_t words)
{
	fill_parts(rng, out, words);
}

static bool is_wide(void)
{
	return false;
}

#endif

static inline void fill(struct rng *rng, void *out, size_t words)
{
	if (words >= WIDE_FROM && is_wide())
		fill_lanes(rng, out, words);
	else
		fill_parts(rng, out, words);
}

void rng_fill64(struct rng *rng, uint64_t *out, size_t count)
{
	fill(rng, out, count);
}

void rng_fill32(struct rng *rng, uint32_t *out, size_t count)
{
	assert(count % 2 == 0);
	fill(rng, out, count / 2);
}

static void fill_three(struct rng *rngs[3], uint32_t *outs[3], size_t words)
{
	struct rng a = *rngs[0], b = *rngs[1], c = *rngs[2];
	unsigned char *out_a = (unsigned char *)outs[0], *out_b = (unsigned char *)outs[1],
		      *out_c = (unsigned char *)outs[2];
	for (size_t i = 0; i < words; i++) {
		put(out_a, i, rng_next(&a));
		put(out_b, i, rng_next(&b));
		put(out_c, i, rng_next(&c));
	}
	*rngs[0] = a, *rngs[1] = b, *rngs[2] = c;
}

void rng_fill32_three(struct rng *rngs[3], uint32_t *outs[3], size_t count)
{
	assert(count % 2 == 0);
	if (count / 2 < WIDE_FROM || !is_wide())
		fill_three(rngs, outs, count / 2);
	else
		for (int i = 0; i < 3; i++)
			fill_lanes(rngs[i], (unsigned char *)outs[i], count / 2);
}
