/* Elementary functions over arrays, written so that the compiler turns them into vector code: the
 * system's library computes one value at a time, and its vector variant trades accuracy and
 * reproducibility away. No operation is fused or reordered, so every instruction set gives the
 * same bytes. Errors stay below 1 unit in the last place (8 for lanes_normal_quantile). */
#ifndef SIM_STATS_LANES_H
#define SIM_STATS_LANES_H

#include <stdint.h>

/* Hot loops are compiled once per instruction set and chosen at start-up. Sanitizers don't survive
 * the resolver that does this. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
	!defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define LANES_CLONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LANES_CLONED
#endif

/* Uniforms in (0, 1) from 32 random bits, (bits + 1/2) / 2^32, and one less each of them, exact. */
void lanes_uniform(const uint32_t *bits, double *u, int count);
void lanes_complement(const uint32_t *bits, double *u, int count);

/* Whole numbers, rounded towards zero, at most `most`. */
void lanes_whole(const double *x, int64_t *whole, int count, double most);

void lanes_log(double *x, int count); /* in place; x normal and positive */
void lanes_exp(double *x, int count); /* in place; |x| < 700 */

/* Standard normal quantiles, in place; 1e-300 < x < 1. */
void lanes_normal_quantile(double *x, int count);

#endif
