/* What a row of a table costs in the calculator. */
#ifndef BENCH_TABLES_H
#define BENCH_TABLES_H

void bench_tables(void);

#endif
