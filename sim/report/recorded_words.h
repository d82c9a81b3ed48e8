/* Numbers of a log in words: times, counts, shares. */
#ifndef SIM_REPORT_RECORDED_WORDS_H
#define SIM_REPORT_RECORDED_WORDS_H

#include "sim/report/words.h"

#include <stdint.h>

/* In the largest unit of which there is at least one. */
const char *recorded_seconds(char out[WORDS_TEXT], double s);
const char *recorded_ns(char out[WORDS_TEXT], int64_t ns);

/* Thousands set apart. */
const char *recorded_whole(char out[WORDS_TEXT], int64_t count);

/* Never 100 % of less than all. */
const char *recorded_share(char out[WORDS_TEXT], int64_t part, int64_t all);

#endif
