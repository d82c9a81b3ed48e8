/* Recorded traffic in memory: what a trace says of each request, made ready to be asked by random
 * bits. A request that was among the fastest tenth has latency bits in the lowest tenth, one that
 * failed has outcome bits below the share of failures: so laws made of the recording give each
 * request back what it had, and a version that is bent bends that. */
#ifndef SIM_RECORDING_H
#define SIM_RECORDING_H

#include "sim/clock.h"
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
	uint64_t error_bits; /* outcome bits below it are errors, as the engine rounds it */
	struct recorded_law answers, failures; /* durations of either */
};

/* A trace: its requests, one after another. */
struct recorded_trace {
	int64_t first, end;
	int64_t first_ns; /* since 1970: when the first request came */
	sim_time span;	  /* until the last */
	double busiest;	  /* requests in the busiest second */
	struct clock_use clock;
	bool drawn;	   /* from rates and histograms: none of its requests was recorded */
	int64_t versioned; /* requests of which is known which version served them */
};

enum { MOST_TRACES = 8, MOST_RECORDED_VERSIONS = 64, MOST_RECORDED_SEGMENTS = 64 };

/* One trace, or several behind each other: words and users of the same name are the same. */
struct recording {
	const char *fingerprint; /* of each trace, with a + between them */
	struct recorded_trace trace[MOST_TRACES];
	int traces;
	int64_t requests;
	const sim_time *at;   /* since the first of its trace; ascending in each */
	const uint32_t *user; /* places among `users`, or NOBODY; NULL: the trace has none */
	int users;
	/* Bits that lead to what was recorded; NULL: nothing was. */
	const uint32_t *outcome, *latency;
	const int8_t *failed; /* whether it did; -1: nobody knows. As long as `outcome` */
	/* The same of another version, to which each request was replayed. */
	const uint32_t *replayed_outcome, *replayed_latency;
	const int16_t *route;  /* what was asked for, or -1; NULL: the trace does not say */
	const int8_t *segment; /* whose request it was, or -1; NULL: the trace has none */
	int segments;
	const char *segment_name[MOST_RECORDED_SEGMENTS];
	int64_t segment_requests[MOST_RECORDED_SEGMENTS];
	const int8_t *version; /* that served it, or -1; NULL: the trace has none */
	int versions;
	struct recorded_version all, version_of[MOST_RECORDED_VERSIONS];
	struct recorded_version replayed; /* no requests: none was replayed */
};

/* How many of a law's durations are shorter. */
int64_t recorded_law_below(const struct recorded_law *law, double ns);

/* The version of a name; NULL if there is none. Where requests were replayed, "replayed" is that to
 * which they were, unless another is called so. */
const struct recorded_version *recording_version(const struct recording *recording,
						 const char *name);

/* The first request of a trace that came no earlier than `at`. */
int64_t recording_find(const struct recording *recording, int trace, sim_time at);

/* Outcome bits that lead to what became of a request, and are else as a random word has them: what
 * a worse version makes of those that went well is anew each time. */
uint32_t recording_outcome(const struct recording *recording, int64_t request, uint32_t word);

/* The share of failures, as scenarios say it. */
double recording_errors(const struct recorded_version *version);

#endif
