/* What a recorded request costs in each variant that meets it. */
#ifndef BENCH_WHATIF_H
#define BENCH_WHATIF_H

void bench_whatif(void);

#endif
