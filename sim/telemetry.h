/* Telemetry: what the world did, counted at completion; and what a dashboard can know of it:
 * counters scraped at intervals, late, and sometimes lost. A key is a version and a cohort. */
#ifndef SIM_TELEMETRY_H
#define SIM_TELEMETRY_H

#include "sim/arena.h"
#include "sim/fault.h"
#include "sim/meter.h"
#include "sim/metric.h"
#include "sim/rng.h"
#include "sim/vocabulary.h"

struct telemetry_config {
	sim_time scrape, delay;
	double loss; /* share of scrapes that never arrive */
};

/* Where a lookback begins: so long before the newest scrape, or at a mark. Checks that look at
 * increments have marks of their own, from MARKS on: what each has seen already. */
enum telemetry_mark { MARK_START, MARK_STAGE, MARKS };

struct lookback {
	sim_time window; /* PARAM_UNSET: since `mark` */
	int mark;
};

/* Versions are bits of the masks. */
struct scrape {
	sim_time at;
	uint32_t lost, unreadable;
	sim_time late[MAX_VERSIONS]; /* beyond the usual delay */
};

struct telemetry {
	struct telemetry_config config;
	int versions, keys;
	bool histograms;     /* scrapes keep latencies, too */
	sim_time open_since; /* when the first open window began */
	int open_count, open_first;
	struct tally *open;	   /* windows x keys, a ring: the future has places, too */
	struct tally *total;	   /* everything completed before open_since */
	struct tally *seen;	   /* the same as counters show it; `total` where nothing lies */
	struct tally *distorted;   /* memory of `seen` where something may */
	int scrapes, scrape_count; /* places in the ring; how many there have been */
	struct scrape *scrape;
	struct tally *scraped; /* scrapes x keys: totals */
	int marks;
	struct tally *marked; /* marks x keys */
	struct meters meters;
	sim_time marked_at[MARKS + MAX_CHECKS][MAX_VERSIONS];
};

/* How much memory a plan needs. */
struct telemetry_size {
	int keys, open, scrapes;
	int marks;   /* MARKS, and those of checks */
	int metered; /* versions whose machines are counted; 0 where nobody asks */
};

/* `longest_look` is how long a scrape may be needed after it has arrived as usual. */
struct telemetry_size telemetry_size(const struct telemetry_config *config, int keys,
				     sim_time timeout, sim_time longest_look);
void telemetry_allocate(struct telemetry *telemetry, struct arena *arena,
			const struct telemetry_size *size);
/* `size` is the plan's own, at most what was allocated. */
void telemetry_reset(struct telemetry *telemetry, const struct telemetry_config *config,
		     const struct telemetry_size *size, int versions, bool histograms);

/* The window, from those open, in which a completion falls. */
static inline struct tally *telemetry_window(struct telemetry *t, sim_time done)
{
	int ahead = (int)((done - t->open_since) / t->config.scrape);
	int place = t->open_first + ahead;
	return t->open + (place < t->open_count ? place : place - t->open_count) * t->keys;
}

/* The window that the next scrape will close. */
static inline struct tally *telemetry_current(struct telemetry *t)
{
	return t->open + t->open_first * t->keys;
}

/* From now on, dashboards see what faults leave over. */
void telemetry_distort(struct telemetry *telemetry);

/* Closes the current window at its end. A lost scrape counts but is not seen. */
void telemetry_scrape(struct telemetry *telemetry, bool lost);

/* The same while faults bend what is seen of each version. */
void telemetry_scrape_through(struct telemetry *telemetry, bool lost,
			      const struct sight sight[MAX_VERSIONS], struct rng *rng);

/* Remembers the totals of now as the beginning of later lookbacks. */
void telemetry_mark(struct telemetry *telemetry, int mark);

/* The same of one version, and of what somebody who asks at `now` can know. */
void telemetry_mark_seen(struct telemetry *telemetry, int mark, int version, sim_time now);

/* What a metric says of a version, over the cohorts of a mask, to somebody who asks at `now`.
 * `counts` is room for what it is made of. */
struct reading telemetry_read(const struct telemetry *telemetry, sim_time now, int version,
			      uint32_t cohorts, const struct metric *metric,
			      const struct lookback *lookback, struct counts *counts);

/* When the newest scrape was taken that somebody who asks at `now` can see; -1: there is none. */
sim_time telemetry_seen(const struct telemetry *telemetry, int version, sim_time now);

/* How many requests of a version will have finished when the current window closes. */
double telemetry_finished(const struct telemetry *telemetry, int version);

/* How many requests of a version with all these flags the current window holds. */
double telemetry_completed(const struct telemetry *telemetry, int version, int flags);

/* Whether a key has seen nothing at all. */
bool telemetry_is_silent(const struct telemetry *telemetry, int key);

/* Whether something of a key is still to be scraped. */
bool telemetry_is_awaited(const struct telemetry *telemetry, int key);

/* Adds everything a key has seen, windows still open included. */
void telemetry_sum(const struct telemetry *telemetry, int key, uint64_t flags[FLAGS],
		   uint64_t bucket[HISTOGRAM_BUCKETS]);

#endif
