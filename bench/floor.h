/* The floor: what a request costs on this machine when nothing is general. Each returns something
 * that depends on every step, so that none is left out. */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include <stdint.h>

/* Poisson arrival, weighted route, error, exponential service, FIFO per version, histogram. */
double floor_canary(int64_t requests);

/* Lindley's recursion for M/M/1 at load 0.9: returns the mean time in the system (theory: 10). */
double floor_lindley(int64_t customers);

/* M/M/c at load 0.9, first come first served: a heap of the times at which servers are free.
 * Returns the mean time in the system, in services. */
double floor_servers(int64_t customers, int servers);

/* A recorded customer: 8 bytes, and what a queue needs to know. Whole ns below 2^24 are exact. */
struct floor_customer {
	float gap, service; /* gap: since the one before */
};

/* Lindley's recursion over customers in memory: the mean time in the system. */
double floor_replay(const struct floor_customer *customer, int64_t customers);

/* Such customers, Poisson, at load 0.9, with services of mean 100 us. */
void floor_record(struct floor_customer *customer, int64_t customers);

#endif
