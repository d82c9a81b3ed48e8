/* Random numbers that are looked up, not drawn in order: the same place gives the same number,
 * whoever asks first and however often. */
#ifndef SIM_HASH_H
#define SIM_HASH_H

#include <stdint.h>

/* The finaliser of splitmix64 (Steele, Lea and Flood 2014): a bijection. */
static inline uint64_t hash_mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* 64 random bits of the n-th thing of a kind that somebody does. */
static inline uint64_t hash_of(uint64_t salt, uint64_t who, uint64_t kind, uint64_t n)
{
	const uint64_t golden = UINT64_C(0x9e3779b97f4a7c15); /* as splitmix64 steps */
	return hash_mix(hash_mix(hash_mix(salt + golden * (who + 1)) + golden * (kind + 1)) +
			golden * (n + 1));
}

/* The bits of a further attempt, from those of the first. */
static inline uint32_t hash_again(uint32_t bits, int attempt)
{
	return attempt ? (uint32_t)hash_mix(bits | (uint64_t)attempt << 32) : bits;
}

enum { HASH_OF_COPY = 256 }; /* in place of the attempt: there are never so many */

/* Whether a request fares alike each time some version serves it, as such a share of all do. */
static inline int hash_repeats(uint32_t outcome, uint32_t latency, double share)
{
	uint64_t bits = hash_mix(((uint64_t)latency << 32 | outcome) + HASH_OF_COPY);
	return (double)(bits >> 11) * 0x1p-53 < share;
}

/* In (0, 1), of 32 of the bits, so that every quantile function may take it. */
static inline double hash_uniform(uint64_t bits)
{
	return ((double)(bits >> 32) + 0.5) * 0x1p-32;
}

#endif
