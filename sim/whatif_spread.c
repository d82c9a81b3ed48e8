/* Sums of blocks into estimates. A resample is worked out for all lanes at once, over those rows of
 * the histogram in which anything was counted. */
#include "sim/whatif_spread.h"

#include "sim/rng.h"

#include "sim/stats/lanes.h"
#include "sim/stats/quantile.h"
#include "sim/stats/sort.h"

#include <math.h>
#include <string.h>

/* ---- drawing */

static void draw_one(uint16_t *times, int blocks, double again, struct rng *rng)
{
	int at = 0;
	for (int i = 0; i < blocks; i++) {
		at = !i || rng_uniform(rng) < again ? (int)(rng_uniform(rng) * blocks) : at + 1;
		at = at < blocks ? at : 0;
		times[at]++;
	}
}

void whatif_draw(struct whatif_draws *draws, struct arena *arena, int blocks, int resamples,
		 uint64_t seed)
{
	resamples = blocks < WHATIF_FEW_BLOCKS ? 0 : resamples;
	size_t cells = (size_t)resamples * (size_t)blocks;
	uint16_t *times = arena_take(arena, (cells + 1) * sizeof *times);
	for (int r = 0; r < resamples; r++) {
		struct rng rng;
		rng_stream(&rng, seed, (uint64_t)r, "blocks");
		draw_one(times + (size_t)r * (size_t)blocks, blocks, 1 / cbrt(blocks), &rng);
	}
	*draws = (struct whatif_draws){blocks, resamples, times};
}

struct whatif_replicates *whatif_replicates_take(struct arena *arena,
						 const struct whatif_draws *draws)
{
	struct whatif_replicates *r = arena_take(arena, sizeof *r);
	for (int m = 0; m < WHATIF_METRICS; m++)
		r->drawn[m] = arena_take(arena, ((size_t)draws->resamples + 1) * sizeof(double));
	return r;
}

/* ---- one resample */

/* Sums over blocks, as often as each was drawn. */
struct pooled {
	int width, first, rows; /* of the histogram */
	uint32_t *count;
	double failed[WHATIF_LANES], waited[WHATIF_LANES], wait_ns[WHATIF_LANES];
	double harmed[WHATIF_LANES];
};

LANES_CLONED static void pour(uint32_t *restrict into, const uint32_t *restrict from,
			      uint32_t times, int64_t count)
{
	for (int64_t i = 0; i < count; i++)
		into[i] += times * from[i];
}

static void pool_block(struct pooled *p, const struct whatif_sums *sums, uint32_t times)
{
	pour(p->count, sums->count + (size_t)p->first * (size_t)p->width, times,
	     (int64_t)p->rows * p->width);
	for (int l = 0; l < p->width; l++) {
		p->failed[l] += times * (double)sums->failed[l];
		p->waited[l] += times * (double)sums->waited[l];
		p->wait_ns[l] += times * sums->wait_ns[l];
		p->harmed[l] += times * (double)sums->harmed[l];
	}
}

static void empty(struct pooled *p)
{
	struct pooled whole = {
		.width = p->width, .first = p->first, .rows = p->rows, .count = p->count};
	memset(p->count, 0, (size_t)p->rows * (size_t)p->width * sizeof *p->count);
	*p = whole;
}

/* Straight between the edges of the row in which it lies, like histogram_quantile. */
static double quantile_of(const struct pooled *p, int lane, double total, double of)
{
	double rank = of * total, below = 0;
	int row = 0;
	uint32_t here = p->count[lane];
	while (row < p->rows - 1 && (!here || below + here < rank)) {
		below += here;
		here = p->count[++row * p->width + lane];
	}
	double low = histogram_edge(p->first + row), high = histogram_edge(p->first + row + 1);
	return here ? low + (high - low) * (rank - below) / here : low;
}

static double count_served(const struct pooled *p, int lane)
{
	double served = 0;
	for (int row = 0; row < p->rows; row++)
		served += p->count[row * p->width + lane];
	return served;
}

/* NaN where nobody is served. */
static void measure(const struct pooled *p, int lane, double value[WHATIF_METRICS])
{
	double served = count_served(p, lane), n = served > 0 ? served : NAN;
	value[WHATIF_FAILED] = p->failed[lane] / n;
	value[WHATIF_WAITED] = p->waited[lane] / n;
	value[WHATIF_WAIT] = p->wait_ns[lane] / n;
	value[WHATIF_HARMED] = p->harmed[lane] / n;
	value[WHATIF_P50] = served > 0 ? quantile_of(p, lane, served, 0.5) : NAN;
	value[WHATIF_P95] = served > 0 ? quantile_of(p, lane, served, 0.95) : NAN;
	value[WHATIF_P99] = served > 0 ? quantile_of(p, lane, served, 0.99) : NAN;
}

/* ---- all of them */

/* Rows in which any block counted anything. */
static void find_rows(struct pooled *p, const struct whatif_sums *sums, int blocks)
{
	int first = WHATIF_ROWS, end = 0;
	for (int b = 0; b < blocks; b++) {
		const uint32_t *count = sums[b].count;
		int cells = WHATIF_ROWS * p->width, from = 0;
		while (from < cells && from / p->width < first && !count[from])
			from++;
		first = from / p->width < first ? from / p->width : first;
		while (cells > end * p->width && !count[cells - 1])
			cells--;
		end = (cells + p->width - 1) / p->width > end ? (cells + p->width - 1) / p->width
							      : end;
	}
	p->first = first < end ? first : 0;
	p->rows = first < end ? end - first : 1;
}

static void pool_all(struct whatif_spread *spread, struct pooled *p, const struct whatif_sums *sums)
{
	const struct whatif_draws *draws = spread->draws;
	for (int b = 0; b < draws->blocks; b++)
		pool_block(p, &sums[b], 1);
	for (int l = 0; l < p->width; l++) {
		spread->served[l] = (int64_t)count_served(p, l);
		measure(p, l, spread->lane[l]->value);
	}
}

static void pool_drawn(struct whatif_spread *spread, struct pooled *p,
		       const struct whatif_sums *sums, int resample)
{
	const struct whatif_draws *draws = spread->draws;
	const uint16_t *times = draws->times + (size_t)resample * (size_t)draws->blocks;
	double value[WHATIF_METRICS];
	empty(p);
	for (int b = 0; b < draws->blocks; b++)
		if (times[b])
			pool_block(p, &sums[b], times[b]);
	for (int l = 0; l < p->width; l++) {
		measure(p, l, value);
		for (int m = 0; m < WHATIF_METRICS; m++)
			spread->lane[l]->drawn[m][resample] = value[m];
	}
}

void whatif_spread_begin(struct whatif_spread *spread, struct arena *arena,
			 const struct whatif_sums *sums, int blocks, int width,
			 const struct whatif_draws *draws)
{
	struct pooled p = {.width = width};
	*spread = (struct whatif_spread){.draws = draws, .width = width};
	find_rows(&p, sums, blocks);
	p.count = arena_take(arena, (size_t)p.rows * (size_t)width * sizeof *p.count);
	spread->scratch = arena_take(arena, ((size_t)draws->resamples + 1) * sizeof(double));
	for (int l = 0; l < width; l++)
		spread->lane[l] = whatif_replicates_take(arena, draws);
	pool_all(spread, &p, sums);
	for (int r = 0; r < draws->resamples; r++)
		pool_drawn(spread, &p, sums, r);
}

/* ---- estimates */

/* Resamples in which nobody was served say nothing. */
static struct whatif_estimate estimate(double value, double *drawn, int count)
{
	size_t n = 0;
	for (int r = 0; r < count; r++)
		if (!isnan(drawn[r]))
			drawn[n++] = drawn[r];
	const double tail = (1 - WHATIF_LEVEL) / 2;
	sort_ascending(drawn, n);
	return (struct whatif_estimate){value, quantile_of_sorted(drawn, n, tail),
					quantile_of_sorted(drawn, n, 1 - tail)};
}

void whatif_spread_lane(struct whatif_spread *spread, int lane,
			const struct whatif_replicates *record, struct whatif_answer *answer)
{
	const struct whatif_replicates *own = spread->lane[lane];
	int count = spread->draws->resamples;
	for (int m = 0; m < WHATIF_METRICS; m++) {
		memcpy(spread->scratch, own->drawn[m], (size_t)count * sizeof(double));
		answer->of[m] = estimate(own->value[m], spread->scratch, count);
		if (!record)
			continue;
		for (int r = 0; r < count; r++)
			spread->scratch[r] = own->drawn[m][r] - record->drawn[m][r];
		answer->change[m] =
			estimate(own->value[m] - record->value[m], spread->scratch, count);
	}
}

void whatif_spread_keep(const struct whatif_spread *spread, int lane, struct whatif_replicates *to)
{
	const struct whatif_replicates *own = spread->lane[lane];
	for (int m = 0; m < WHATIF_METRICS; m++) {
		to->value[m] = own->value[m];
		memcpy(to->drawn[m], own->drawn[m],
		       (size_t)spread->draws->resamples * sizeof(double));
	}
}
