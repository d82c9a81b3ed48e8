/* The table of metrics, and what they make of counts. */
#include "sim/metric.h"

#include <assert.h>
#include <math.h>

const struct metric_row metric_rows[METRIC_KINDS] = {
	[METRIC_ERROR_RATE] = {"error_rate", UNIT_SHARE, OFFERS_HITS | OFFERS_VARIANCE, false,
			       "share of the requests that fail, timeouts included"},
	[METRIC_TIMEOUT_RATE] = {"timeout_rate", UNIT_SHARE, OFFERS_HITS | OFFERS_VARIANCE, false,
				 "share that is not answered in time"},
	[METRIC_SUCCESS_RATE] = {"success_rate", UNIT_SHARE, OFFERS_HITS | OFFERS_VARIANCE, true,
				 "share that does not fail"},
	[METRIC_RATIO] = {"bad/requests", UNIT_SHARE, OFFERS_HITS | OFFERS_VARIANCE, false,
			  "of two counters of requests, errors, timeouts, bad: the share of the "
			  "second that is the first, too"},
	[METRIC_LATENCY_MEAN] = {"latency_mean", UNIT_DURATION,
				 OFFERS_VARIANCE | OFFERS_DISTRIBUTION, false, "mean latency"},
	[METRIC_LATENCY_QUANTILE] = {"latency_p95", UNIT_DURATION,
				     OFFERS_VARIANCE | OFFERS_DISTRIBUTION, false,
				     "a percentile of the latencies: any p"},
	[METRIC_APDEX] = {"apdex", UNIT_NUMBER, OFFERS_VARIANCE, true,
			  "1 for what goes well, 0.5 for answers up to four times slower than the "
			  "objective, 0 for the rest; their mean"},
	[METRIC_REQUEST_RATE] = {"request_rate", UNIT_RATE, OFFERS_VARIANCE, false,
				 "requests finished per second"},
	[METRIC_THROUGHPUT] = {"throughput", UNIT_RATE, OFFERS_VARIANCE, true,
			       "requests finished without an error, per second"},
	[METRIC_NEW_ERRORS] = {"new_errors", UNIT_SHARE, OFFERS_HITS | OFFERS_VARIANCE, false,
			       "share of the copies that fail though their originals do not"},
	[METRIC_GONE_ERRORS] = {"gone_errors", UNIT_SHARE, OFFERS_HITS | OFFERS_VARIANCE, true,
				"share of the copies that do not fail though their originals do"},
	[METRIC_SLOWER] = {"slower", UNIT_SHARE, OFFERS_HITS | OFFERS_VARIANCE, false,
			   "share of the copies that take longer, of those that fare as their "
			   "originals"},
	[METRIC_SATURATION] = {"saturation", UNIT_SHARE, 0, false,
			       "share of the time of a pool's slots in which they were busy"},
	[METRIC_COST] = {"cost", UNIT_NUMBER, 0, false,
			 "what replicas in the routes and requests cost, a request finished"},
	[METRIC_ACCURACY] = {"accuracy", UNIT_SHARE, OFFERS_HITS | OFFERS_VARIANCE, true,
			     "share of the labelled answers that were right"},
	[METRIC_AUC] = {"auc", UNIT_NUMBER, OFFERS_VARIANCE | OFFERS_DISTRIBUTION | OFFERS_AREA,
			true, "area under the ROC curve of the scores"},
	[METRIC_SCORE] = {"score", UNIT_NUMBER, OFFERS_VARIANCE | OFFERS_DISTRIBUTION, true,
			  "mean score of the labelled answers"},
	[METRIC_CONVERSION_RATE] = {"conversion_rate", UNIT_SHARE, OFFERS_HITS | OFFERS_VARIANCE,
				    true, "share of the requests that convert"},
	[METRIC_VALUE_PER_REQUEST] = {"value_per_request", UNIT_NUMBER, OFFERS_VARIANCE, true,
				      "mean value of conversions, a request"},
	[METRIC_SATISFACTION] = {"satisfaction", UNIT_NUMBER, OFFERS_VARIANCE | OFFERS_DISTRIBUTION,
				 true, "mean of the stars"},
	[METRIC_AGREEMENT] = {"agreement", UNIT_SHARE, OFFERS_HITS | OFFERS_VARIANCE, true,
			      "share of the copies that are right or wrong as their originals are"},
};

const char *const counter_names[COUNTERS + 1] = {"requests", "errors", "timeouts", "bad", NULL};

const struct reading reading_of_nothing = {.value = NAN, .hits = NAN, .variance = NAN};

struct reading reading_of_share(double hits, double requests)
{
	double p = hits / requests;
	return (struct reading){
		.value = p, .requests = requests, .hits = hits, .variance = p * (1 - p)};
}

/* ---- of flags */

static uint64_t count_with(const uint64_t flags[FLAGS], int any_of)
{
	uint64_t count = 0;
	for (int f = 0; f < FLAGS; f++)
		if (f & any_of)
			count += flags[f];
	return count;
}

static uint64_t count_all(const uint64_t flags[FLAGS])
{
	return flags[0] + count_with(flags, FLAGS - 1);
}

static bool is_counted(enum counter counter, int flags)
{
	static const int any_of[COUNTERS] = {
		[COUNTER_ERRORS] = FLAG_ERROR | FLAG_TIMEOUT,
		[COUNTER_TIMEOUTS] = FLAG_TIMEOUT,
		[COUNTER_BAD] = FLAG_BAD,
	};
	return counter == COUNTER_REQUESTS || flags & any_of[counter];
}

static struct reading ratio_of(const uint64_t flags[FLAGS], const struct metric *metric)
{
	uint64_t hits = 0, all = 0;
	for (int f = 0; f < FLAGS; f++) {
		if (!is_counted(metric->in, f))
			continue;
		all += flags[f];
		hits += is_counted(metric->of, f) ? flags[f] : 0;
	}
	return all ? reading_of_share((double)hits, (double)all) : reading_of_nothing;
}

/* Events that come by chance alone: their count varies by itself. */
static struct reading rate_of(double count, double requests, double seconds)
{
	double rate = count / seconds;
	return (struct reading){.value = rate,
				.requests = requests,
				.hits = NAN,
				.variance = rate * rate * requests / count};
}

/* Copies that stand so beside their originals, of all or of those that fared alike. */
static struct reading pairs_of(const uint64_t flags[FLAGS], int standing)
{
	uint64_t pairs = 0, hits = 0;
	for (int f = 0; f < FLAGS; f++) {
		int own = f & COPY_SLOWER;
		bool alike = own == FLAG_COPY || own == COPY_SLOWER;
		bool counts = f & FLAG_COPY && (standing != COPY_SLOWER || alike);
		pairs += counts ? flags[f] : 0;
		hits += counts && own == standing ? flags[f] : 0;
	}
	return pairs ? reading_of_share((double)hits, (double)pairs) : reading_of_nothing;
}

/* ---- of machines */

/* They are measured, not sampled: how far chance carries them depends on the queue, and nothing
 * that is counted tells. */
static struct reading reading_of_value(double value, double requests)
{
	struct reading reading = reading_of_nothing;
	reading.value = value;
	reading.requests = requests;
	return reading;
}

static struct reading share_of_slots(const struct usage *usage, double requests)
{
	return usage->slot_ns > 0 ? reading_of_value(usage->busy_ns / usage->slot_ns, requests)
				  : reading_of_nothing;
}

/* ---- of buckets */

static double middle(int bucket)
{
	return 0.5 * (histogram_edge(bucket) + histogram_edge(bucket + 1));
}

static struct reading mean_latency(const struct counts *counts, double requests)
{
	uint64_t total = 0;
	double squares = 0;
	for (int b = 0; b < HISTOGRAM_BUCKETS; b++)
		total += counts->bucket[b];
	double mean = histogram_mean(counts->bucket, total);
	for (int b = 0; b < HISTOGRAM_BUCKETS; b++)
		if (counts->bucket[b])
			squares +=
				(double)counts->bucket[b] * (middle(b) - mean) * (middle(b) - mean);
	return (struct reading){.value = mean,
				.requests = requests,
				.hits = NAN,
				.variance = total > 1 ? squares / (double)(total - 1) : NAN};
}

/* The variance of a sample quantile is p (1 - p) / (n f^2), f being the density there (Stuart and
 * Ord 1994, 10.10), which is what it takes to go from one standard error of rank below p to one
 * above: so f is known as well as the sample allows. */
static struct reading quantile_latency(const struct counts *counts, double requests, double p)
{
	uint64_t total = 0;
	for (int b = 0; b < HISTOGRAM_BUCKETS; b++)
		total += counts->bucket[b];
	double n = (double)total, step = sqrt(p * (1 - p) / n);
	double low = fmax(p - step, 0), high = fmin(p + step, 1);
	double width = histogram_quantile(counts->bucket, total, high) -
		       histogram_quantile(counts->bucket, total, low);
	double error = width * step / (high - low);
	return (struct reading){.value = histogram_quantile(counts->bucket, total, p),
				.requests = requests,
				.hits = NAN,
				.variance = error * error * requests};
}

/* Sevcik, "Defining the Application Performance Index", 2005: answers up to four times slower than
 * satisfies are tolerated. Timeouts are slower than that, but are counted already. */
static struct reading apdex_of(const struct counts *counts, const struct metric *metric,
			       double requests)
{
	double errors = (double)count_with(counts->flags, FLAG_ERROR | FLAG_TIMEOUT);
	double timeouts = (double)count_with(counts->flags, FLAG_TIMEOUT);
	double slow = (double)count_with(counts->flags, FLAG_BAD) - errors, slower = 0;
	double limit = fmin(4 * (double)metric->satisfied, 4e12);
	for (int b = (int)histogram_bucket(limit); b < HISTOGRAM_BUCKETS; b++)
		slower += (double)counts->bucket[b];
	double tolerated = fmax(slow - fmax(slower - timeouts, 0), 0);
	double satisfied = requests - errors - slow;
	double mean = (satisfied + tolerated / 2) / requests;
	double square = (satisfied + tolerated / 4) / requests;
	return (struct reading){.value = mean,
				.requests = requests,
				.hits = NAN,
				.variance = fmax(square - mean * mean, 0)};
}

static bool is_latency(enum metric_kind kind)
{
	return kind == METRIC_LATENCY_MEAN || kind == METRIC_LATENCY_QUANTILE;
}

struct reading metric_judge(const struct counts *counts, const struct metric *metric,
			    double seconds)
{
	const uint64_t *flags = counts->flags;
	double requests = (double)count_all(flags);
	double errors = (double)count_with(flags, FLAG_ERROR | FLAG_TIMEOUT);
	struct reading reading = reading_of_nothing;
	if (requests < 1)
		return reading;
	switch (metric->kind) {
	case METRIC_ERROR_RATE:
		reading = reading_of_share(errors, requests);
		break;
	case METRIC_TIMEOUT_RATE:
		reading = reading_of_share((double)count_with(flags, FLAG_TIMEOUT), requests);
		break;
	case METRIC_SUCCESS_RATE:
		reading = reading_of_share(requests - errors, requests);
		break;
	case METRIC_RATIO:
		reading = ratio_of(flags, metric);
		break;
	case METRIC_LATENCY_MEAN:
		reading = mean_latency(counts, requests);
		break;
	case METRIC_LATENCY_QUANTILE:
		reading = quantile_latency(counts, requests, metric->quantile);
		break;
	case METRIC_APDEX:
		reading = apdex_of(counts, metric, requests);
		break;
	case METRIC_REQUEST_RATE:
		reading = rate_of(requests, requests, seconds);
		break;
	case METRIC_THROUGHPUT:
		reading = rate_of(requests - errors, requests, seconds);
		break;
	case METRIC_NEW_ERRORS:
		reading = pairs_of(flags, COPY_WORSE);
		break;
	case METRIC_GONE_ERRORS:
		reading = pairs_of(flags, COPY_BETTER);
		break;
	case METRIC_SLOWER:
		reading = pairs_of(flags, COPY_SLOWER);
		break;
	case METRIC_SATURATION:
		reading = share_of_slots(&counts->usage, requests);
		break;
	case METRIC_COST:
		reading = reading_of_value(counts->usage.money / requests, requests);
		break;
	default:
		assert(metric_is_of_quality(metric->kind)); /* which is not counted here */
		break;
	}
	reading.seconds = seconds;
	if (is_latency(metric->kind)) {
		reading.counts = counts->bucket;
		reading.bins = HISTOGRAM_BUCKETS;
	}
	return reading;
}
