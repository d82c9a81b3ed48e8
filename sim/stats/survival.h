/* Times to an event that some never see: Kaplan and Meier 1958. */
#ifndef SIM_STATS_SURVIVAL_H
#define SIM_STATS_SURVIVAL_H

#include "sim/stats/interval.h"

#include <stdbool.h>
#include <stddef.h>

struct survival_time {
	double time;
	bool happened; /* false: censored at `time`, events at the same time come first */
};

/* By time, events before those censored at the same time. */
void survival_sort(struct survival_time *times, size_t n);

/* One step of the curve: the share still waiting just after `time`. */
struct survival_step {
	double time, waiting;
	double greenwood; /* sum d / (r (r - d)); variance of log S */
	size_t at_risk, events;
};

/* Sorts `times` and writes at most n steps, one a distinct time of an event; returns how many. */
size_t survival_curve(struct survival_time *times, size_t n, struct survival_step *steps);

/* S(t) with its log-log interval (Kalbfleisch and Prentice 1980). */
double survival_at(const struct survival_step *steps, size_t count, double time);
struct interval survival_interval(const struct survival_step *steps, size_t count, double time,
				  double level);

/* The same without a scale, S +- z se (Greenwood 1926), cut at 0 and 1: too short where few saw the
 * event. */
struct interval survival_plain_interval(const struct survival_step *steps, size_t count,
					double time, double level);

/* The mean of the times, those after `horizon` counted as it: the area under the curve up to there,
 * and its variance (Irwin 1949; Kaplan and Meier 1958, section 6.1). */
struct survival_mean {
	double mean, variance;
};
struct survival_mean survival_restricted_mean(const struct survival_step *steps, size_t count,
					      double horizon);

/* The time by which a share p has seen the event: first t with S(t) <= 1 - p, +inf if the curve
 * never gets there; and the interval of Brookmeyer and Crowley 1982 on the log-log scale. */
double survival_quantile(const struct survival_step *steps, size_t count, double p);
struct interval survival_quantile_interval(const struct survival_step *steps, size_t count,
					   double p, double level);

#endif
