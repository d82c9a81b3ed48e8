/* Late labels: one array over the whole of a trial, in which the future holds what is still to
 * arrive and the past running sums, so that any lookback is the difference of two slots. */
#include "sim/labels.h"

#include "sim/param.h"
#include "sim/stats/ranking.h"

#include <assert.h>
#include <math.h>
#include <string.h>

struct label_size labels_size(sim_time horizon, sim_time scrape, int keys, bool scored)
{
	int most = MOST_LABEL_TALLIES / keys < MOST_SLOTS ? MOST_LABEL_TALLIES / keys : MOST_SLOTS;
	/* Whole scrape intervals, so that every slot ends at a scrape; the last may be cut off. */
	sim_time scrapes = horizon / scrape + 1;
	sim_time slot = (scrapes / most + 1) * scrape;
	int slots = (int)(horizon / slot) + 1;
	return (struct label_size){horizon, slot, slots, keys, scored ? slots * keys : 0};
}

static int places(const struct label_size *size)
{
	return size->slots * size->keys;
}

void labels_grow(struct label_size *most, const struct label_size *size)
{
	if (places(size) > places(most)) {
		most->slots = size->slots;
		most->keys = size->keys;
	}
	most->scored = size->scored > most->scored ? size->scored : most->scored;
}

void labels_allocate(struct labels *labels, struct arena *arena, const struct label_size *most)
{
	memset(labels, 0, sizeof *labels);
	labels->tally = arena_take(arena, (size_t)places(most) * sizeof *labels->tally);
	labels->score = arena_take(arena, (size_t)most->scored * sizeof *labels->score);
}

void labels_reset(struct labels *labels, const struct label_size *size, int versions)
{
	/* First with the sizes of the trial before: that is where its counts lie. */
	memset(labels->tally, 0, (size_t)places(&labels->size) * sizeof *labels->tally);
	memset(labels->score, 0, (size_t)labels->size.scored * sizeof *labels->score);
	labels->size = *size;
	labels->versions = versions;
	labels->known = 0;
}

static void add_tally(struct label_tally *to, const struct label_tally *from)
{
	for (int c = 0; c < LABEL_COUNTS; c++)
		to->count[c] += from->count[c];
	to->value += from->value;
	to->value_squared += from->value_squared;
}

static void add_score(struct score_tally *to, const struct score_tally *from)
{
	for (int b = 0; b < SCORE_BINS; b++) {
		to->bin[0][b] += from->bin[0][b];
		to->bin[1][b] += from->bin[1][b];
	}
}

void labels_scrape(struct labels *labels, sim_time now)
{
	int keys = labels->size.keys;
	for (; labels->known < now / labels->size.slot; labels->known++) {
		int first = labels->known * keys;
		for (int p = first; p < first + keys && first; p++) {
			add_tally(&labels->tally[p], &labels->tally[p - keys]);
			if (labels->size.scored)
				add_score(&labels->score[p], &labels->score[p - keys]);
		}
	}
}

/* What lies between two slots, summed over cohorts. */
struct difference {
	uint64_t count[LABEL_COUNTS];
	double value, value_squared;
	uint64_t bin[2][SCORE_BINS];
};

/* Counters wrap, their differences don't: each is taken before it is widened. */
static void add_difference(struct difference *sum, const struct label_tally *head,
			   const struct label_tally *base)
{
	for (int c = 0; c < LABEL_COUNTS; c++)
		sum->count[c] += head->count[c] - base->count[c];
	sum->value += head->value - base->value;
	sum->value_squared += head->value_squared - base->value_squared;
}

static void add_bins(struct difference *sum, const struct score_tally *head,
		     const struct score_tally *base)
{
	for (int b = 0; b < SCORE_BINS; b++) {
		sum->bin[0][b] += head->bin[0][b] - base->bin[0][b];
		sum->bin[1][b] += head->bin[1][b] - base->bin[1][b];
	}
}

/* What a version has heard between the ends of two slots, 0 being the beginning of the trial. */
static void sum_up(const struct labels *labels, int from, int to, int version, uint32_t cohorts,
		   struct difference *sum)
{
	static const struct label_tally no_tally;
	static const struct score_tally no_score;
	int keys = labels->size.keys;
	memset(sum, 0, sizeof *sum);
	for (int k = version, c = 0; k < keys; k += labels->versions, c++) {
		int head = (to - 1) * keys + k, base = (from - 1) * keys + k;
		if (!(cohorts >> c & 1))
			continue;
		add_difference(sum, &labels->tally[head], from ? &labels->tally[base] : &no_tally);
		if (labels->size.scored)
			add_bins(sum, &labels->score[head],
				 from ? &labels->score[base] : &no_score);
	}
	if (!sum->count[LABEL_CONVERTED]) /* of real numbers, rounding would be left */
		sum->value = sum->value_squared = 0;
}

static struct reading share_of(uint64_t hits, uint64_t requests)
{
	return requests ? reading_of_share((double)hits, (double)requests) : reading_of_nothing;
}

/* From a sum and a sum of squares; the variance of one, by n - 1. */
static struct reading mean_of(double n, double sum, double squares)
{
	double mean = sum / n, variance = (squares - n * mean * mean) / (n - 1);
	return (struct reading){.value = mean,
				.requests = n,
				.hits = NAN,
				.variance = n > 1 ? fmax(variance, 0) : NAN};
}

/* The mean of numbers that lie `step` apart from `first` on, and these as a distribution. */
static struct reading mean_of_bins(double first, double step, int bins, struct counts *counts)
{
	double n = 0, sum = 0, squares = 0;
	for (int b = 0; b < bins; b++) {
		double count = (double)counts->bucket[b], x = first + b * step;
		n += count;
		sum += x * count;
		squares += x * x * count;
	}
	struct reading reading = mean_of(n, sum, squares);
	reading.counts = counts->bucket;
	reading.bins = bins;
	return reading;
}

static struct reading rating_of(const uint64_t *stars, struct counts *counts)
{
	enum { STARS = LABEL_COUNTS - LABEL_STARS };
	memcpy(counts->bucket, stars, STARS * sizeof *stars);
	return mean_of_bins(1, 1, STARS, counts);
}

/* Scores of negatives and positives alike, in standard deviations. */
static struct reading score_of(const struct difference *d, struct counts *counts)
{
	const double width = 8.0 / SCORE_BINS;
	for (int b = 0; b < SCORE_BINS; b++)
		counts->bucket[b] = d->bin[0][b] + d->bin[1][b];
	return mean_of_bins(-4 + width / 2, width, SCORE_BINS, counts);
}

static struct reading area_of(const struct difference *d, struct counts *counts)
{
	struct ranking ranking = ranking_of(d->bin[1], d->bin[0], SCORE_BINS);
	struct reading scores = score_of(d, counts);
	double n = (double)d->count[LABEL_SEEN];
	return (struct reading){.value = ranking.area,
				.requests = n,
				.hits = NAN,
				.variance = ranking.variance * n,
				.counts = scores.counts,
				.bins = scores.bins};
}

static struct reading judge(const struct difference *d, enum metric_kind kind,
			    struct counts *counts)
{
	switch (kind) {
	case METRIC_ACCURACY:
		return share_of(d->count[LABEL_RIGHT], d->count[LABEL_SEEN]);
	case METRIC_AGREEMENT:
		return share_of(d->count[LABEL_AGREED], d->count[LABEL_COPIES]);
	case METRIC_CONVERSION_RATE:
		return share_of(d->count[LABEL_CONVERTED], d->count[LABEL_VISITS]);
	case METRIC_VALUE_PER_REQUEST:
		return mean_of((double)d->count[LABEL_VISITS], d->value, d->value_squared);
	case METRIC_SATISFACTION:
		return rating_of(d->count + LABEL_STARS, counts);
	case METRIC_SCORE:
		return score_of(d, counts);
	default:
		assert(kind == METRIC_AUC);
		return area_of(d, counts);
	}
}

struct reading labels_read(const struct labels *labels, const struct telemetry *telemetry,
			   sim_time now, int version, uint32_t cohorts, const struct metric *metric,
			   const struct lookback *lookback, struct counts *counts)
{
	struct difference between;
	sim_time head = telemetry_seen(telemetry, version, now);
	if (head < 0)
		return reading_of_nothing;
	sim_time since = lookback->window == PARAM_UNSET
				 ? telemetry->marked_at[lookback->mark][version]
			 : lookback->window < head ? head - lookback->window
						   : 0;
	int from = (int)(since / labels->size.slot), to = (int)(head / labels->size.slot);
	if (from >= to)
		return reading_of_nothing;
	assert(to <= labels->known);
	sum_up(labels, from, to, version, cohorts, &between);
	struct reading reading = judge(&between, metric->kind, counts);
	reading.seconds = (double)((to - from) * labels->size.slot) / (double)SIM_SECOND;
	return isnan(reading.value) ? reading_of_nothing : reading;
}

int64_t labels_seen(const struct labels *labels, int version)
{
	int keys = labels->size.keys, first = labels->known ? labels->known - 1 : 0;
	int64_t seen = 0;
	/* The running sums, and what no scrape has passed. */
	for (int p = first * keys; p < places(&labels->size); p++)
		if (p % keys % labels->versions == version)
			seen += labels->tally[p].count[LABEL_SEEN];
	return seen;
}
