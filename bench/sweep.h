/* What a sweep of thresholds costs beside one setting. */
#ifndef BENCH_SWEEP_H
#define BENCH_SWEEP_H

void bench_sweep(void);

#endif
