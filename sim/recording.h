/* Recorded traffic in memory: what a trace says of each request, made ready to be asked by random
 * bits. A request that was among the fastest tenth has latency bits in the lowest tenth, one that
 * failed has outcome bits below the share of failures: so laws made of the recording give each
 * request back what it had, and a version that is bent bends that. */
#ifndef SIM_RECORDING_H
#define SIM_RECORDING_H

#include "sim/vocabulary.h"

#include <stddef.h>

/* So many requests are 2 GB. */
#define MOST_RECORDED 50000000

/* Durations in ascending order, ns; a share of them below each. */
struct recorded_law {
	const double *sorted;
	int64_t count;
	double mean;
};

struct recorded_version {
	const char *name; /* as the log has it; "" for all together */
	int64_t requests, failed;
	struct recorded_law answers, failures; /* durations of either */
};

enum { MOST_RECORDED_VERSIONS = 64, MOST_RECORDED_SEGMENTS = 64 };

struct recording {
	const char *fingerprint;
	int64_t requests;
	const sim_time *at;   /* ascending, since the first */
	sim_time span;	      /* until the last */
	double busiest;	      /* requests in the busiest second */
	const uint32_t *user; /* places among `users`, or NOBODY; NULL: the trace has none */
	int users;
	/* Bits that lead to what was recorded; NULL: nothing was. */
	const uint32_t *outcome, *latency;
	const int8_t *segment; /* whose request it was, or -1; NULL: the trace has none */
	int segments;
	const char *segment_name[MOST_RECORDED_SEGMENTS];
	int64_t segment_requests[MOST_RECORDED_SEGMENTS];
	const int8_t *version; /* that served it, or -1; NULL: the trace has none */
	int versions;
	struct recorded_version all, version_of[MOST_RECORDED_VERSIONS];
};

/* How many of a law's durations are shorter. */
int64_t recorded_law_below(const struct recorded_law *law, double ns);

/* The version of a name; NULL if there is none. */
const struct recorded_version *recording_version(const struct recording *recording,
						 const char *name);

/* The first request that came no earlier than `at`. */
int64_t recording_find(const struct recording *recording, sim_time at);

/* The share of failures, as scenarios say it. */
double recording_errors(const struct recorded_version *version);

#endif
