/* An interval of confidence. */
#ifndef SIM_STATS_INTERVAL_H
#define SIM_STATS_INTERVAL_H

struct interval {
	double low, high;
};

#endif
