/* Random numbers of the tests: not the generator of the program under test. */
#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

#include <stdint.h>

/* SplitMix64 (Steele, Lea and Flood 2014). */
static inline uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* In [0, most]. */
static inline int64_t random_to(uint64_t *state, int64_t most)
{
	return (int64_t)(random_next(state) % ((uint64_t)most + 1));
}

/* In (0, 1). */
static inline double random_share(uint64_t *state)
{
	return ((double)(random_next(state) >> 12) + 0.5) * 0x1p-52;
}

#endif
