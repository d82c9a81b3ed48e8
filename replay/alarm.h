/* A rule over a series, as people write it on a dashboard: `p95 >= x1.5 median 3.5m`, which is half
 * as much again as the median of the last minutes; `errors > 2`; several joined by `or`. */
#ifndef REPLAY_ALARM_H
#define REPLAY_ALARM_H

#include "replay/curve.h"

enum { MOST_TERMS = 16, ALARM_WORD = 64 };

struct term {
	int column; /* of the series */
	bool below, equal;
	double level;	   /* a value, or a factor */
	int64_t median_ns; /* of so long; 0: the level is a value */
};

struct alarm_rule {
	struct term term[MOST_TERMS];
	int terms;
	struct columns columns; /* that it looks at */
	char name[MOST_TERMS][ALARM_WORD];
};

/* False, with a sentence in `why`. */
bool alarm_read(struct alarm_rule *rule, const char *text, char *why, size_t size);

enum alarm_answer { ALARM_QUIET, ALARM_RINGS, ALARM_BLIND };

/* A check that begins at `at_ns` and goes on for `within_ns`: alarm at the first sample that breaks
 * the rule, whose time is *alarm_ns. What it is held against are the samples before, up to half a
 * step ahead of `at_ns`; samples count from a step after it on, when they speak of nothing before.
 * Blind: there is nothing to look at, or to hold it against. */
enum alarm_answer alarm_check(const struct alarm_rule *rule, const struct curve *curve,
			      int64_t at_ns, int64_t within_ns, int64_t *alarm_ns);

#endif
