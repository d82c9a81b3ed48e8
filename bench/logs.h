/* What a line of a log costs, beside programs that everybody has. */
#ifndef BENCH_LOGS_H
#define BENCH_LOGS_H

void bench_logs(void);

#endif
