/* What a look of each detector costs. */
#ifndef BENCH_LOOKS_H
#define BENCH_LOOKS_H

void bench_looks(void);

#endif
