/* Axes as people read them, and numbers in words. */
#ifndef SIM_REPORT_FIGURE_SCALE_H
#define SIM_REPORT_FIGURE_SCALE_H

#include "sim/report/figure.h"

enum { TICKS_MOST = 40 };

struct ticks {
	int count;
	double at[TICKS_MOST];
	const char *text[TICKS_MOST];
};

/* A logarithmic axis of times, in seconds, that takes this share of a panel; widens the range to
 * whole ticks. */
void figure_log_times(struct ticks *ticks, double *low_s, double *high_s, double width);
void figure_ticks(struct figure *figure, const char *name, const struct ticks *ticks);

/* A linear axis of times in the unit that suits it. */
struct time_axis {
	const char *unit;
	double seconds, step; /* of the unit; in units */
};

struct time_axis figure_time_axis(double span_s);

double figure_round_up(double value); /* 1.2, 1.5, 2, 2.5, 3, 4 ... times a power of ten */
const char *figure_duration(struct arena *arena, double seconds); /* 2 min 45 s */
/* A share, or one of its limits, with the digits that its interval leaves meaningful. */
const char *figure_percent(struct arena *arena, struct estimate share, double value);
const char *figure_interval(struct arena *arena, struct estimate share); /* 9.4–14.7 % */

#endif
