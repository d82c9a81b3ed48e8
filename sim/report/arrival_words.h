/* A survey of arrivals in words. */
#ifndef SIM_REPORT_ARRIVAL_WORDS_H
#define SIM_REPORT_ARRIVAL_WORDS_H

#include "sim/report/arrivals.h"

/* Requests per what: numbers between one and thousands. */
struct rate_unit {
	double per_second; /* one of it */
	const char *name, *short_name;
};

/* The one that suits all rates of a survey. */
struct rate_unit arrival_unit(const struct arrival_survey *survey);

/* How many come, how many at most, how irregularly. */
const char *arrival_about(struct arena *arena, const struct arrival_survey *survey);

/* Why there is nothing to draw; empty if there is. */
const char *arrival_no_rate(struct arena *arena, const struct arrival_survey *survey);
const char *arrival_no_dispersion(struct arena *arena, const struct arrival_survey *survey);

#endif
