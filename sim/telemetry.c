/* Counters that only grow, as scraped ones do: any lookback is the difference of two scrapes, so a
 * query costs the same however long it looks back. */
#include "sim/telemetry.h"

#include "sim/distort.h"
#include "sim/param.h"
#include "sim/stats/lanes.h"

#include <assert.h>
#include <math.h>
#include <string.h>

struct telemetry_size telemetry_size(const struct telemetry_config *config, int keys,
				     sim_time timeout, sim_time longest_look)
{
	/* A request may finish one timeout after the end of the current window, a scrape may be
	 * needed one window and one delay after it was taken; each rounds up. */
	return (struct telemetry_size){
		.keys = keys,
		.open = (int)(timeout / config->scrape) + 2,
		.scrapes = (int)((longest_look + config->delay) / config->scrape) + 3,
		.marks = MARKS,
	};
}

void telemetry_allocate(struct telemetry *telemetry, struct arena *arena,
			const struct telemetry_size *size)
{
	size_t keys = (size_t)size->keys, tally = sizeof(struct tally);
	telemetry->open = arena_take(arena, (size_t)size->open * keys * tally);
	telemetry->total = telemetry->seen = arena_take(arena, keys * tally);
	telemetry->distorted = arena_take(arena, keys * tally);
	telemetry->scrape = arena_take(arena, (size_t)size->scrapes * sizeof(struct scrape));
	telemetry->scraped = arena_take(arena, (size_t)size->scrapes * keys * tally);
	telemetry->marked = arena_take(arena, (size_t)size->marks * keys * tally);
	meter_allocate(&telemetry->meters, arena, size->metered, size->scrapes, size->marks);
}

static bool is_empty(const struct tally *tally)
{
	uint32_t any = 0;
	for (int f = 0; f < FLAGS; f++)
		any |= tally->flags[f];
	return !any;
}

/* Most windows are empty when a trial ends; touching only the others keeps short trials cheap. */
static void clear(struct tally *tally, int count)
{
	for (int i = 0; i < count; i++)
		if (!is_empty(&tally[i]))
			memset(&tally[i], 0, sizeof tally[i]);
}

void telemetry_reset(struct telemetry *telemetry, const struct telemetry_config *config,
		     const struct telemetry_size *size, int versions, bool histograms)
{
	/* First with the sizes of the trial before: that is where its counts lie. */
	clear(telemetry->open, telemetry->open_count * telemetry->keys);
	clear(telemetry->total, telemetry->keys);
	/* Where labels are wrong, buckets may be left of a tally without flags. */
	if (telemetry->seen != telemetry->total)
		memset(telemetry->seen, 0, (size_t)telemetry->keys * sizeof *telemetry->seen);
	telemetry->seen = telemetry->total;
	clear(telemetry->marked, telemetry->marks * telemetry->keys);
	telemetry->config = *config;
	telemetry->versions = versions;
	telemetry->keys = size->keys;
	telemetry->histograms = histograms;
	telemetry->open_since = 0;
	telemetry->open_count = size->open;
	telemetry->open_first = 0;
	telemetry->scrapes = size->scrapes;
	telemetry->scrape_count = 0;
	telemetry->marks = size->marks;
	memset(telemetry->marked_at, 0, sizeof telemetry->marked_at);
	meter_reset(&telemetry->meters, size->metered, size->marks);
}

/* Empties a window into the totals. */
LANES_CLONED static void pour(uint32_t *restrict total, uint32_t *restrict window, int count)
{
	for (int i = 0; i < count; i++) {
		total[i] += window[i];
		window[i] = 0;
	}
}

/* Where nobody asks for latencies, scrapes leave the buckets behind. */
static void copy_tally(struct tally *to, const struct tally *from, bool histograms)
{
	memcpy(to->flags, from->flags, sizeof to->flags);
	if (histograms)
		memcpy(to->bucket, from->bucket, sizeof to->bucket);
}

void telemetry_distort(struct telemetry *t)
{
	t->seen = t->distorted;
}

/* The place in the ring of a scrape taken now. */
static int begin_scrape(struct telemetry *t, bool lost)
{
	int place = t->scrape_count++ % t->scrapes;
	t->open_since += t->config.scrape;
	t->scrape[place] = (struct scrape){.at = t->open_since, .lost = lost ? UINT32_MAX : 0};
	return place;
}

static void close_window(struct telemetry *t, int key)
{
	struct tally *window = telemetry_current(t) + key;
	if (is_empty(window))
		return;
	pour(t->total[key].flags, window->flags, FLAGS);
	pour(t->total[key].bucket, window->bucket, HISTOGRAM_BUCKETS);
}

static void next_window(struct telemetry *t)
{
	t->open_first = t->open_first + 1 < t->open_count ? t->open_first + 1 : 0;
}

void telemetry_scrape(struct telemetry *t, bool lost)
{
	int place = begin_scrape(t, lost);
	for (int k = 0; k < t->keys; k++) {
		close_window(t, k);
		copy_tally(&t->scraped[place * t->keys + k], &t->total[k], t->histograms);
	}
	meter_scrape(&t->meters, place);
	next_window(t);
}

static void note_sight(struct scrape *scrape, const struct sight *sight, int version)
{
	scrape->lost |= (uint32_t)sight->gap << version;
	scrape->unreadable |= (uint32_t)sight->unreadable << version;
	scrape->late[version] = sight->lag_ns;
}

void telemetry_scrape_through(struct telemetry *t, bool lost,
			      const struct sight sight[MAX_VERSIONS], struct rng *rng)
{
	int before = (t->scrape_count + t->scrapes - 1) % t->scrapes;
	bool first = !t->scrape_count;
	int place = begin_scrape(t, lost);
	for (int v = 0; v < t->versions; v++)
		note_sight(&t->scrape[place], &sight[v], v);
	for (int k = 0; k < t->keys; k++) {
		distort_window(telemetry_current(t) + k, &sight[k % t->versions], rng, &t->seen[k],
			       &t->seen[k / t->versions * t->versions + STABLE]);
		close_window(t, k);
	}
	for (int k = 0; k < t->keys; k++) {
		struct tally *copy = &t->scraped[place * t->keys + k];
		bool stale = sight[k % t->versions].stale && !first;
		const struct tally *old = &t->scraped[before * t->keys + k];
		copy_tally(copy, stale ? old : &t->seen[k], t->histograms);
	}
	meter_scrape_through(&t->meters, place, first ? -1 : before, sight);
	next_window(t);
}

static void mark_key(struct telemetry *t, int mark, int key, const struct tally *known)
{
	struct tally *marked = &t->marked[mark * t->keys + key];
	if (is_empty(known))
		clear(marked, 1); /* most rollouts begin before there is anything */
	else
		copy_tally(marked, known, t->histograms);
}

/* What is known is what has been scraped. */
void telemetry_mark(struct telemetry *t, int mark)
{
	int newest = (t->scrape_count + t->scrapes - 1) % t->scrapes;
	const struct tally *known =
		t->scrape_count ? t->scraped + newest * t->keys : t->seen; /* nothing yet */
	for (int v = 0; v < t->versions; v++) {
		t->marked_at[mark][v] = t->open_since;
		meter_mark(&t->meters, mark, v, t->scrape_count ? newest : -1);
	}
	for (int k = 0; k < t->keys; k++)
		mark_key(t, mark, k, &known[k]);
}

/* The place in the ring of the newest scrape of a version that was kept, was taken by `taken` and
 * arrived by `arrived`; -1 if there is none. */
static int newest_scrape(const struct telemetry *t, int version, sim_time taken, sim_time arrived)
{
	int oldest = t->scrape_count > t->scrapes ? t->scrape_count - t->scrapes : 0;
	for (int n = t->scrape_count - 1; n >= oldest; n--) {
		const struct scrape *s = &t->scrape[n % t->scrapes];
		sim_time delay = t->config.delay + s->late[version];
		if (!(s->lost >> version & 1) && s->at <= taken && s->at + delay <= arrived)
			return n % t->scrapes;
	}
	return -1;
}

/* The place in the ring of the oldest scrape that was kept; -1 if there is none. */
static int oldest_scrape(const struct telemetry *t, int version)
{
	int oldest = t->scrape_count > t->scrapes ? t->scrape_count - t->scrapes : 0;
	for (int n = oldest; n < t->scrape_count; n++)
		if (!(t->scrape[n % t->scrapes].lost >> version & 1))
			return n % t->scrapes;
	return -1;
}

/* Where a lookback begins: what is to be subtracted. */
struct base {
	sim_time at;
	const struct tally *tally; /* NULL: the beginning of the trial */
	const struct usage *usage;
};

static struct base base_at(const struct telemetry *t, int place)
{
	return (struct base){t->scrape[place].at, t->scraped + place * t->keys,
			     meter_scraped(&t->meters, place)};
}

/* Where the scrape that should be there was lost, the one before it stands in; where none before it
 * is left, the oldest there is. */
static struct base find_base(const struct telemetry *t, int version,
			     const struct lookback *lookback, sim_time head)
{
	int mark = lookback->mark;
	if (lookback->window == PARAM_UNSET)
		return (struct base){t->marked_at[mark][version], t->marked + mark * t->keys,
				     meter_marked(&t->meters, mark)};
	if (head <= lookback->window)
		return (struct base){.at = 0};
	int place = newest_scrape(t, version, head - lookback->window, SIM_NEVER);
	return base_at(t, place < 0 ? oldest_scrape(t, version) : place);
}

/* head - base, over the cohorts of a version. Counters wrap, their differences don't. */
static void subtract(const struct telemetry *t, const struct tally *head, const struct tally *base,
		     int version, uint32_t cohorts, bool buckets, struct counts *counts)
{
	memset(counts->flags, 0, sizeof counts->flags);
	if (buckets)
		memset(counts->bucket, 0, sizeof counts->bucket);
	for (int k = version, c = 0; k < t->keys; k += t->versions, c++) {
		if (!(cohorts >> c & 1))
			continue;
		for (int f = 0; f < FLAGS; f++)
			counts->flags[f] += head[k].flags[f] - (base ? base[k].flags[f] : 0);
		for (int b = 0; buckets && b < HISTOGRAM_BUCKETS; b++)
			counts->bucket[b] += head[k].bucket[b] - (base ? base[k].bucket[b] : 0);
	}
}

void telemetry_mark_seen(struct telemetry *t, int mark, int version, sim_time now)
{
	int head = newest_scrape(t, version, SIM_NEVER, now);
	t->marked_at[mark][version] = t->scrape[head].at;
	meter_mark(&t->meters, mark, version, head);
	for (int k = version; k < t->keys; k += t->versions)
		mark_key(t, mark, k, &t->scraped[head * t->keys + k]);
}

sim_time telemetry_seen(const struct telemetry *t, int version, sim_time now)
{
	int head = newest_scrape(t, version, SIM_NEVER, now);
	bool readable = head >= 0 && !(t->scrape[head].unreadable >> version & 1);
	return readable ? t->scrape[head].at : -1;
}

struct reading telemetry_read(const struct telemetry *t, sim_time now, int version,
			      uint32_t cohorts, const struct metric *metric,
			      const struct lookback *lookback, struct counts *counts)
{
	int head = newest_scrape(t, version, SIM_NEVER, now);
	if (head < 0 || t->scrape[head].unreadable >> version & 1)
		return reading_of_nothing;
	sim_time at = t->scrape[head].at;
	struct base base = find_base(t, version, lookback, at);
	if (at <= base.at)
		return reading_of_nothing;
	bool buckets = metric_is_of_latency(metric->kind);
	assert(t->histograms || !buckets);
	subtract(t, t->scraped + head * t->keys, base.tally, version, cohorts, buckets, counts);
	if (metric_is_of_machines(metric->kind))
		counts->usage = meter_between(&t->meters, version, head, base.usage);
	return metric_judge(counts, metric, (double)(at - base.at) / (double)SIM_SECOND);
}

double telemetry_completed(const struct telemetry *t, int version, int flags)
{
	const struct tally *window = t->open + t->open_first * t->keys;
	uint64_t count = 0;
	for (int k = version; k < t->keys; k += t->versions)
		for (int f = 0; f < FLAGS; f++)
			count += (f & flags) == flags ? window[k].flags[f] : 0;
	return (double)count;
}

double telemetry_finished(const struct telemetry *t, int version)
{
	double count = telemetry_completed(t, version, 0);
	for (int k = version; k < t->keys; k += t->versions)
		for (int f = 0; f < FLAGS; f++)
			count += t->total[k].flags[f];
	return count;
}

bool telemetry_is_awaited(const struct telemetry *t, int key)
{
	bool awaited = false;
	for (int w = 0; w < t->open_count && !awaited; w++)
		awaited = !is_empty(&t->open[w * t->keys + key]);
	return awaited;
}

bool telemetry_is_silent(const struct telemetry *t, int key)
{
	return is_empty(&t->total[key]) && !telemetry_is_awaited(t, key);
}

void telemetry_sum(const struct telemetry *t, int key, uint64_t flags[FLAGS],
		   uint64_t bucket[HISTOGRAM_BUCKETS])
{
	for (int w = -1; w < t->open_count; w++) {
		const struct tally *tally = w < 0 ? &t->total[key] : &t->open[w * t->keys + key];
		if (is_empty(tally))
			continue;
		for (int f = 0; f < FLAGS; f++)
			flags[f] += tally->flags[f];
		for (int b = 0; b < HISTOGRAM_BUCKETS; b++)
			bucket[b] += tally->bucket[b];
	}
}
