/* Doubles as their bits, in the one way that is defined and that every compiler sees through. */
#ifndef SIM_STATS_BITS_H
#define SIM_STATS_BITS_H

#include <stdint.h>
#include <string.h>

static inline uint64_t bits_of(double x)
{
	uint64_t bits;
	memcpy(&bits, &x, sizeof bits);
	return bits;
}

static inline double double_of(uint64_t bits)
{
	double x;
	memcpy(&x, &bits, sizeof x);
	return x;
}

#endif
