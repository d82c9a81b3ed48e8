/* Numbers as people read them: three digits, a unit, and their interval. */
#ifndef SIM_REPORT_WORDS_H
#define SIM_REPORT_WORDS_H

#include "sim/report/cell.h"

enum { WORDS_TEXT = 128 };

/* Each writes at most WORDS_TEXT bytes and returns `out`. A share of exactly none or all is never
 * printed as 0 % or 100 %: a finite sample cannot say that. "-" where there is nothing to say. */
char *words_share(char *out, struct estimate share);   /* 1.2 % [0.8, 1.9] */
char *words_time(char *out, struct estimate seconds);  /* 2.5 min [2.4, 2.7] */
char *words_count(char *out, struct estimate count);   /* 1,240 [1,190, 1,290] */
char *words_change(char *out, struct estimate change); /* +12 [3, 21] */

struct quantity;
char *words_quantity(char *out, const struct quantity *quantity, struct estimate estimate);

/* +1.2 pp [0.3, 2.1] of shares; seconds and numbers as they are */
char *words_quantity_change(char *out, const struct quantity *quantity, struct estimate change);
char *words_seconds(char *out, double seconds); /* 90 s, 2.5 min, 1.2 h */

#endif
