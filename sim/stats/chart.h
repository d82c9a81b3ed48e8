/* Run lengths of charts: a value moves by normal steps until it leaves a range. */
#ifndef SIM_STATS_CHART_H
#define SIM_STATS_CHART_H

#include <stdbool.h>

enum {
	CHART_NODES = 256,
	CHART_STATES = CHART_NODES + 1, /* the floor is one, too */
};

/* The widest range, in standard deviations of a step, that so many nodes resolve to ten digits. */
#define CHART_WIDEST 130.0

enum chart_floor {
	CHART_ALARMS_BELOW, /* leaving at the low end is an alarm as well */
	CHART_STOPS_BELOW,  /* at the low end the value is held */
};

struct chart {
	double low, high; /* beyond high is an alarm */
	double sd;	  /* of a step */
	enum chart_floor floor;
	double (*mean)(const void *context, double value); /* of the next value, after this one */
	const void *context;
};

/* The expected number of steps from some values until the alarm. */
struct chart_times {
	int states;
	double value[CHART_STATES], weight[CHART_STATES], time[CHART_STATES];
};

/* False: the range is too wide for the nodes. */
bool chart_solve(const struct chart *chart, struct chart_times *times);

/* ... from any value, by the equation itself. */
double chart_time_from(const struct chart *chart, const struct chart_times *times, double value);

typedef double chart_run_length(const void *context, double limit);

/* The limit at which a chart that knows its run length runs `wanted` steps: its logarithm grows
 * nearly straight, so from a good guess it takes a few run lengths. 0: even the least limit is too
 * high; NaN: run lengths are NaN before the limit is reached. */
double chart_limit(chart_run_length *run_length, const void *context, double wanted, double guess,
		   double step, double least);

/* Density of the step from one value to another. */
double chart_density(const struct chart *chart, double from, double to);

#endif
