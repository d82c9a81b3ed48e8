/* The shipped scenarios, checked as CI checks them. */
#ifndef BENCH_SUITE_H
#define BENCH_SUITE_H

void bench_suite(void);

#endif
