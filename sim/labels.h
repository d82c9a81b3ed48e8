/* Labels: what dashboards learn of the quality of answers, and when they learn it. What becomes
 * known hours or days after an answer lies ahead in time until a scrape comes by. */
#ifndef SIM_LABELS_H
#define SIM_LABELS_H

#include "sim/telemetry.h"

enum {
	/* Time is cut into at most so many slots, and what arrives is seen at the end of its slot.
	 * They are as long as a scrape interval, or at worst 1/4096 of the horizon ... */
	MOST_SLOTS = 4096,
	/* ... or longer, where slots times keys would be more than this: 5 MB, 40 with scores. */
	MOST_LABEL_TALLIES = 1 << 16,
	/* Scores run from -4 to 4 standard deviations around the decision threshold, in eighths:
	 * the area under the ROC curve is then off by less than 0.0005. */
	SCORE_BINS = 64,
};

struct label_config {
	double share;		     /* of the answers whose truth is ever known */
	double prevalence;	     /* share of the truths that are positive */
	struct use delay;	     /* from the answer to its label */
	struct use conversion_delay; /* from the answer until it is known whether it converted */
};

enum label_count {
	LABEL_SEEN,   /* answers whose truth is known */
	LABEL_RIGHT,  /* of them, those that were right */
	LABEL_VISITS, /* requests of which it is known whether they converted */
	LABEL_CONVERTED,
	LABEL_COPIES, /* copies answered beside their originals */
	LABEL_AGREED, /* of them, those right or wrong as their originals are */
	LABEL_STARS,  /* ratings of 1, 2, 3 ... */
	LABEL_COUNTS = LABEL_STARS + 5,
};

struct label_tally {
	uint32_t count[LABEL_COUNTS];
	double value, value_squared; /* of conversions */
};

struct score_tally {
	uint32_t bin[2][SCORE_BINS]; /* of negatives, of positives */
};

struct label_size {
	sim_time horizon, slot;	 /* slot: how long one is */
	int slots, keys, scored; /* scored: slots x keys that keep scores, or 0 */
};

struct labels {
	struct label_size size;
	int versions;
	int known;		   /* slots that a scrape has passed: these hold running sums */
	struct label_tally *tally; /* slots x keys */
	struct score_tally *score; /* the same, where somebody looks at them */
};

struct label_size labels_size(sim_time horizon, sim_time scrape, int keys, bool scored);
void labels_grow(struct label_size *most, const struct label_size *size);
void labels_allocate(struct labels *labels, struct arena *arena, const struct label_size *most);
void labels_reset(struct labels *labels, const struct label_size *size, int versions);

/* The place of a key at a time, in `tally` and `score`; -1 after the end of the trial. */
static inline int labels_place(const struct labels *labels, sim_time at, int key)
{
	return at < labels->size.horizon ? (int)(at / labels->size.slot) * labels->size.keys + key
					 : -1;
}

/* A scrape at `now`: slots that have ended become running sums. */
void labels_scrape(struct labels *labels, sim_time now);

/* What a metric of quality says of a version, as telemetry_read does of others: by what the newest
 * scrape that can be seen at `now` had heard. */
struct reading labels_read(const struct labels *labels, const struct telemetry *telemetry,
			   sim_time now, int version, uint32_t cohorts, const struct metric *metric,
			   const struct lookback *lookback, struct counts *counts);

/* How many truths of a version's answers became known before the trial was over. */
int64_t labels_seen(const struct labels *labels, int version);

#endif
