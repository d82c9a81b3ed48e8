/* PCG64-DXSM, and the named streams every random draw of a trial comes from. */
#ifndef SIM_RNG_H
#define SIM_RNG_H

#include <stddef.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 rng_word;

#define RNG_NAME "PCG64-DXSM"

/* Multiplier of the 128-bit congruence and of the DXSM output function: O'Neill 2014; the "cheap
 * multiplier" variant of numpy's PCG64DXSM. */
#define RNG_MULTIPLIER UINT64_C(0xda942042e4dd58b5)

struct rng {
	rng_word state, increment; /* the increment is odd; it names the stream */
};

/* The stream `name` of trial `trial` under `seed`. Neighbouring arguments give unrelated streams.
 */
void rng_stream(struct rng *rng, uint64_t seed, uint64_t trial, const char *name);

/* As after `delta` calls of rng_next, in time log(delta). */
void rng_advance(struct rng *rng, rng_word delta);

/* Any congruence after so many steps of state * multiplier + addend. */
rng_word rng_leap(rng_word state, rng_word multiplier, rng_word addend, rng_word steps);

static inline uint64_t rng_next(struct rng *rng)
{
	rng_word old = rng->state;
	rng->state = old * RNG_MULTIPLIER + rng->increment;
	uint64_t high = (uint64_t)(old >> 64), low = (uint64_t)old | 1;
	high ^= high >> 32;
	high *= RNG_MULTIPLIER;
	high ^= high >> 48;
	return high * low;
}

/* The finaliser of splitmix64: Stafford 2011, "variant 13"; Steele, Lea & Flood 2014. A bijection.
 */
static inline uint64_t rng_mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* The word a random word stands for at a place: one draw is enough for many decisions about one
 * request, and none depends on how many were needed before it. The step is splitmix64's. */
static inline uint64_t rng_expand(uint64_t word, uint64_t place)
{
	return rng_mix(word + place * UINT64_C(0x9e3779b97f4a7c15));
}

/* 53 random bits in [0, 1). */
static inline double rng_uniform(struct rng *rng)
{
	return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

/* 52 random bits and a half: never 0, never 1, so that every quantile function may take it. */
static inline double rng_open_uniform(struct rng *rng)
{
	return ((double)(rng_next(rng) >> 12) + 0.5) * 0x1p-52;
}

/* Each 64-bit word gives two 32-bit ones, the low half first; `count` is even. */
void rng_fill32(struct rng *rng, uint32_t *out, size_t count);
void rng_fill64(struct rng *rng, uint64_t *out, size_t count);

/* The same as three calls of rng_fill32, faster: the three chains overlap in the processor. */
void rng_fill32_three(struct rng *rngs[3], uint32_t *outs[3], size_t count);

#endif
