/* Quantities as people write them: 10m, 120/s, 5%, x2, +200ms. Printing is the inverse of parsing.
 */
#ifndef SIM_UNITS_H
#define SIM_UNITS_H

#include "sim/span.h"

#include <stddef.h>

/* How a fault or a setting bends a quantity: it adds to it or multiplies it. */
struct change {
	enum { CHANGE_ADD, CHANGE_MULTIPLY } how;
	double amount; /* a share, nanoseconds, or a factor */
};

/* A value some metric may take: what it is must match the metric. */
enum unit { UNIT_NUMBER, UNIT_SHARE, UNIT_DURATION, UNIT_RATE };

struct level {
	double amount; /* plain, a share, nanoseconds, or per second */
	enum unit unit;
};

/* One step of a ladder: `5% for 10m`. */
struct stage {
	double share;
	sim_time hold;
};

/* A factor that holds for some time: `x2 for 10m`. */
struct spell {
	double factor;
	sim_time lasts;
};

enum { UNITS_TEXT = 64 }; /* every printed quantity fits */

/* Each returns NULL, or a description of what was expected, such as
 * "a duration such as 250ms, 30s, 5m, 2h or 3d". The whole text must be used up; nothing is
 * written on failure. NaN, infinities and numbers that don't fit are refused. */
const char *units_parse_duration(const char *text, sim_time *duration);
const char *units_parse_rate(const char *text, double *per_second);
const char *units_parse_share(const char *text, double *share);	  /* 5%, 0.05% ... or 0 */
const char *units_parse_factor(const char *text, double *factor); /* x2, x0.5 */
const char *units_parse_number(const char *text, double *number); /* 3, 1.1, 2e6 */
const char *units_parse_chance(const char *text, double *chance); /* 0.05, 5% */
const char *units_parse_count(const char *text, int64_t *count);  /* 50000, 50k, 2M */
const char *units_parse_size(const char *text, int64_t *bytes);	  /* 64KiB, 2MB, 10B */
const char *units_parse_flag(const char *text, bool *flag);	  /* yes, no, true, false */
const char *units_parse_share_change(const char *text, struct change *change);	  /* +5%, x2 */
const char *units_parse_duration_change(const char *text, struct change *change); /* +20ms, x2 */
const char *units_parse_level(const char *text, struct level *level); /* 2%, 500ms, 120/s, 1.5 */
const char *units_parse_stage(const char *text, struct stage *stage); /* 5% for 10m */
const char *units_parse_spell(const char *text, struct spell *spell); /* x2 for 10m */
const char *units_parse_offset(const char *text, sim_time *offset);   /* 1h, -8h */
const char *units_parse_clock(const char *text, sim_time *of_week);   /* 9:30, fri 18:00 */
const char *units_parse_span(const char *text, struct span *span);    /* fri 18:00 to mon 8:00 */

/* Each writes at most UNITS_TEXT bytes and returns `out`: a short text that parses back to exactly
 * the same value, a duration in the largest unit in which it is a plain number. */
char *units_print_duration(char *out, sim_time duration);
char *units_print_rate(char *out, double per_second);
char *units_print_share(char *out, double share);
char *units_print_factor(char *out, double factor);
char *units_print_number(char *out, double number);
char *units_print_chance(char *out, double chance);
char *units_print_count(char *out, int64_t count);
char *units_print_size(char *out, int64_t bytes);
char *units_print_flag(char *out, bool flag);
char *units_print_share_change(char *out, struct change change);
char *units_print_duration_change(char *out, struct change change);
char *units_print_level(char *out, struct level level);
char *units_print_stage(char *out, struct stage stage);
char *units_print_spell(char *out, struct spell spell);
char *units_print_offset(char *out, sim_time offset);
char *units_print_clock(char *out, sim_time of_week);
char *units_print_span(char *out, struct span span);

/* p95 is the 95th percentile, p999 and p99.9 are the 99.9th; without the p. Of 0 to 100. */
bool units_percentile(const char *digits, double *p);

#endif
