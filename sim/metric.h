/* Metrics: what a dashboard can say of one version over some stretch of time. */
#ifndef SIM_METRIC_H
#define SIM_METRIC_H

#include "sim/tally.h"
#include "sim/units.h"
#include "sim/vocabulary.h"

enum metric_kind {
	METRIC_ERROR_RATE,
	METRIC_TIMEOUT_RATE,
	METRIC_SUCCESS_RATE,
	METRIC_RATIO, /* of two counters: bad/requests */
	METRIC_LATENCY_MEAN,
	METRIC_LATENCY_QUANTILE,
	METRIC_APDEX,
	METRIC_REQUEST_RATE,
	METRIC_THROUGHPUT,
	/* Of copies beside their originals. */
	METRIC_NEW_ERRORS,
	METRIC_GONE_ERRORS,
	METRIC_SLOWER,
	/* Of machines: meters know them (sim/meter.h). */
	METRIC_SATURATION,
	METRIC_COST,
	/* Of quality: labels know them (sim/labels.h). */
	METRIC_ACCURACY,
	METRIC_AUC,
	METRIC_SCORE,
	METRIC_CONVERSION_RATE,
	METRIC_VALUE_PER_REQUEST,
	METRIC_SATISFACTION,
	METRIC_AGREEMENT, /* of copies with their originals */
	METRIC_KINDS
};

/* What a metric offers beside its value. */
enum {
	OFFERS_HITS = 1,	 /* it is a share of requests, and these are counted */
	OFFERS_VARIANCE = 2,	 /* how far off chance may have carried the value */
	OFFERS_DISTRIBUTION = 4, /* requests by their values, in bins */
	OFFERS_AREA = 8,	 /* how well scores rank */
};

struct metric_row {
	const char *name;
	enum unit unit;
	int offers;
	bool higher_is_better;
	const char *about;
};

extern const struct metric_row metric_rows[METRIC_KINDS];

/* Counters that custom ratios are made of. */
enum counter { COUNTER_REQUESTS, COUNTER_ERRORS, COUNTER_TIMEOUTS, COUNTER_BAD, COUNTERS };
extern const char *const counter_names[COUNTERS + 1];

struct metric {
	enum metric_kind kind;
	double quantile;     /* of METRIC_LATENCY_QUANTILE */
	enum counter of, in; /* of METRIC_RATIO: those of `in` that are `of`, too */
	sim_time satisfied;  /* of METRIC_APDEX: the objective */
};

static inline bool metric_is_of_quality(enum metric_kind kind)
{
	return kind >= METRIC_ACCURACY;
}

/* Whether it is read from the meters of a version's machines. */
static inline bool metric_is_of_machines(enum metric_kind kind)
{
	return kind == METRIC_SATURATION || kind == METRIC_COST;
}

/* Whether it tells how copies fared beside their originals; so does agreement. */
static inline bool metric_is_of_pairs(enum metric_kind kind)
{
	return kind == METRIC_NEW_ERRORS || kind == METRIC_GONE_ERRORS || kind == METRIC_SLOWER;
}

/* Whether it is read from the buckets of latencies. */
static inline bool metric_is_of_latency(enum metric_kind kind)
{
	return kind == METRIC_LATENCY_MEAN || kind == METRIC_LATENCY_QUANTILE ||
	       kind == METRIC_APDEX;
}

/* What a metric says of a version over a stretch of time. */
struct reading {
	double value;	 /* in the metric's unit; NaN: no data */
	double requests; /* behind the value */
	double hits;	 /* of a share: how many of the requests; NaN for other metrics */
	/* Such that variance / requests is the variance of the value: where that is a mean, the
	 * variance of one request. NaN: unknown. */
	double variance;
	double seconds;		/* how long the stretch was */
	const uint64_t *counts; /* requests by their values, ascending; NULL where not asked for */
	int bins;
};

/* No data is an answer, too. */
extern const struct reading reading_of_nothing;

struct reading reading_of_share(double hits, double requests);

/* What counts mean. Of latencies, the counts themselves are the distribution. */
struct reading metric_judge(const struct counts *counts, const struct metric *metric,
			    double seconds);

#endif
