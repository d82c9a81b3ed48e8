/* Trials are drawn one by one and counted as they pass: in bins for the eye, in windows of all
 * lengths for the variance, gap by gap for their coefficient of variation. */
#include "sim/report/arrivals.h"

#include "sim/batch.h"
#include "sim/stats/dispersion.h"
#include "sim/stats/jackknife.h"

#include <math.h>
#include <string.h>

enum {
	TRIALS_FEWEST = 5, /* an interval from fewer would be wider than the axis */
	TRIALS_MOST = 400,
	BINS_FEWEST = 20,
	BINS_MOST = 320,     /* of about two pixels each */
	BIN_ARRIVALS = 5,    /* in a bin, or it is made wider: emptier ones look like a comb */
	MEANS_FEWEST = 20,   /* points of their line */
	WINDOWS_FEWEST = 50, /* of the longest in a trial */
	WIDTHS_FEWEST = 2,
	WIDTHS_SHORT = 7,     /* doublings that a short trial is given by shorter windows */
	GUESS_MOST = 1000000, /* arrivals: a guess need not be better */
	GAPS_FEWEST = 100,    /* a trial; of fewer, too many of the long ones have no end */
};

/* In ns: what a short trial may be given, and what a figure needs. */
#define SHORTEST_WINDOW 1e6
#define USUAL_SHORTEST	1e7

/* The standard error that a line of means may have, as a share of it: one looks smooth. */
#define MEAN_ERROR 0.01

/* Gaps count if they begin before this share of the trial: then the rest is long enough to see them
 * end, and long gaps are not missed more often than short ones. */
#define GAPS_BEGIN 0.9

/* What is counted, decided before the first trial. */
struct grid {
	sim_time bin, window, horizon, gaps_until;
	int bins, widths;
};

/* One trial passing by. */
struct walk {
	const struct grid *grid;
	double *bin_count;
	struct dispersion *dispersion;
	struct moments *gaps;
	int64_t arrivals;
	sim_time first, last; /* arrivals; SIM_NEVER, -1: none yet */
	sim_time bin_end, window_end;
	int bin;
	uint64_t in_window;
};

/* ---- one trial */

/* Most batches lie in one bin. */
static void count_bins(struct walk *walk, const sim_time *at, int count)
{
	for (int i = 0, end; i < count; i = end) {
		while (at[i] >= walk->bin_end) {
			walk->bin_end += walk->grid->bin;
			walk->bin++;
		}
		end = count;
		if (at[count - 1] >= walk->bin_end)
			for (end = i; at[end] < walk->bin_end; end++)
				;
		walk->bin_count[walk->bin] += end - i;
	}
}

static void close_window(struct walk *walk)
{
	dispersion_add(walk->dispersion, walk->in_window);
	walk->in_window = 0;
	walk->window_end += walk->grid->window;
}

static void count_windows(struct walk *walk, const sim_time *at, int count)
{
	for (int i = 0; i < count; i++) {
		while (at[i] >= walk->window_end)
			close_window(walk);
		walk->in_window++;
	}
}

/* The moments of a batch in two passes, which lose nothing and divide once. */
static void count_gaps(struct walk *walk, const sim_time *at, int count)
{
	double gap[BATCH];
	struct moments batch = {.n = 0};
	sim_time last = walk->last;
	int gaps = 0;
	for (int i = 0; i < count; i++) {
		if (last >= 0 && last < walk->grid->gaps_until)
			gap[gaps++] = (double)(at[i] - last);
		last = at[i];
	}
	walk->last = last;
	if (!gaps)
		return;
	double sum = 0;
	for (int i = 0; i < gaps; i++)
		sum += gap[i];
	batch.n = gaps;
	batch.mean = batch.low = batch.high = sum / gaps;
	for (int i = 0; i < gaps; i++)
		batch.m2 += (gap[i] - batch.mean) * (gap[i] - batch.mean);
	moments_merge(walk->gaps, &batch);
}

static void walk_trial(struct walk *walk, struct requests *requests)
{
	const struct grid *grid = walk->grid;
	const struct batch *batch = &requests->batch;
	walk->first = SIM_NEVER;
	walk->last = -1;
	walk->bin_end = grid->bin;
	walk->window_end = grid->window;
	while (batch_draw(requests)) {
		walk->first = walk->arrivals ? walk->first : batch->at[0];
		walk->arrivals += batch->size;
		count_bins(walk, batch->at, batch->size);
		count_gaps(walk, batch->at, batch->size);
		if (grid->widths)
			count_windows(walk, batch->at, batch->size);
	}
	while (grid->widths && walk->window_end <= grid->horizon)
		close_window(walk);
}

/* ---- the plan of the survey, from how many arrivals one trial has */

/* Of trial 0, or about as many as it must have if it goes on as it begins. */
static double guess_arrivals(struct requests *requests, const struct plan *plan)
{
	double count = 0, last = 0;
	while (count < GUESS_MOST && batch_draw(requests)) {
		count += requests->batch.size;
		last = (double)requests->batch.at[requests->batch.size - 1];
	}
	return count < GUESS_MOST ? count : count * ((double)plan->horizon / last);
}

static double clamp(double value, double low, double high)
{
	return fmin(fmax(value, low), high);
}

/* Windows from about two mean gaps, below which every process looks like Poisson's, or what a
 * figure needs; the longest still fits often enough into a trial. */
static void plan_windows(struct grid *grid, double arrivals)
{
	double longest = (double)grid->horizon / WINDOWS_FEWEST;
	double shortest = clamp(ldexp(longest, -WIDTHS_SHORT), SHORTEST_WINDOW, USUAL_SHORTEST);
	double two_gaps = 2 * (double)grid->horizon / arrivals;
	double doublings = floor(log2(longest / fmax(shortest, two_gaps)));
	if (doublings < WIDTHS_FEWEST - 1)
		return;
	grid->widths = (int)fmin(doublings, DISPERSION_LENGTHS - 1) + 1;
	grid->window = (sim_time)ldexp(longest, 1 - grid->widths);
}

static struct grid plan_grid(const struct plan *plan, double arrivals)
{
	struct grid grid = {.horizon = plan->horizon};
	int bins = (int)clamp(arrivals / BIN_ARRIVALS, BINS_FEWEST, BINS_MOST);
	grid.bin = (plan->horizon + bins - 1) / bins;
	grid.bins = (int)((plan->horizon + grid.bin - 1) / grid.bin);
	grid.gaps_until = (sim_time)(GAPS_BEGIN * (double)plan->horizon);
	plan_windows(&grid, arrivals);
	return grid;
}

/* ---- from counts to estimates */

static double variation(const struct moments *moments)
{
	return sqrt(moments_variance(moments)) / moments->mean;
}

static struct estimate estimate(const struct moments *parts, int count,
				double (*statistic)(const struct moments *))
{
	struct moments all = {.n = 0};
	for (int i = 0; i < count; i++)
		moments_merge(&all, &parts[i]);
	struct interval interval = jackknife_interval(parts, count, statistic, CELL_LEVEL);
	return (struct estimate){statistic(&all), interval.low, interval.high};
}

static void settle_rate(struct arrival_survey *survey, const struct moments *counts)
{
	struct interval interval = moments_mean_interval(counts, CELL_LEVEL);
	double seconds = survey->horizon_s;
	survey->per_second = (struct estimate){counts->mean / seconds, interval.low / seconds,
					       interval.high / seconds};
}

static void settle_gaps(struct arrival_survey *survey, const struct moments *gaps)
{
	survey->gap_cv = (struct estimate){NAN, NAN, NAN};
	if (survey->per_second.value * survey->horizon_s >= GAPS_FEWEST)
		survey->gap_cv = estimate(gaps, survey->trials, variation);
}

static void settle_widths(struct arrival_survey *survey, const struct grid *grid,
			  const struct dispersion *dispersion, struct arena *arena)
{
	struct arrival_width *width =
		arena_take(arena, (size_t)grid->widths * sizeof *survey->width);
	struct moments part[TRIALS_MOST];
	for (int k = 0; k < grid->widths; k++) {
		for (int t = 0; t < survey->trials; t++)
			part[t] = dispersion_counts(&dispersion[t], k);
		width[k].seconds = ldexp((double)grid->window, k) / SIM_SECOND;
		width[k].dispersion = estimate(part, survey->trials, dispersion_index);
	}
	survey->widths = grid->widths;
	survey->width = width;
}

/* The last bin may be shorter than the others. */
static const double *rates(sim_time bin, int bins, sim_time horizon, const double *count,
			   struct arena *arena)
{
	double *rate = arena_take(arena, (size_t)bins * sizeof *rate);
	for (int b = 0; b < bins; b++) {
		sim_time rest = horizon - b * bin;
		rate[b] = count[b] * SIM_SECOND / (double)(rest < bin ? rest : bin);
	}
	return rate;
}

/* So many bins together that chance moves their mean by little: what it moves one bin by is seen in
 * how the trials differ there. */
static int bins_together(const struct moments *bin, int bins)
{
	double noise = 0, mean = 0;
	int together = 1;
	for (int b = 0; b < bins; b++) {
		noise += moments_variance(&bin[b]) / bin[b].n / bins;
		mean += bin[b].mean / bins;
	}
	while (2 * together * MEANS_FEWEST <= bins && noise > together * pow(MEAN_ERROR * mean, 2))
		together *= 2;
	return together;
}

static void settle_means(struct arrival_survey *survey, const struct grid *grid,
			 const struct moments *bin, struct arena *arena)
{
	int together = bins_together(bin, grid->bins);
	int means = (grid->bins + together - 1) / together;
	double *count = arena_take(arena, (size_t)means * sizeof *count);
	for (int b = 0; b < grid->bins; b++)
		count[b / together] += bin[b].mean;
	survey->mean_bins = means;
	survey->mean_bin_s = (double)grid->bin * together / SIM_SECOND;
	survey->mean = rates(grid->bin * together, means, grid->horizon, count, arena);
}

static void settle_first(struct arrival_survey *survey, const struct grid *grid,
			 const struct walk *walk, double budget, struct arena *arena)
{
	double trials = budget / fmax((double)walk->arrivals, 1);
	survey->trials = (int)clamp(trials, TRIALS_FEWEST, TRIALS_MOST);
	survey->arrivals = walk->arrivals;
	survey->first_s = walk->arrivals ? (double)walk->first / SIM_SECOND : NAN;
	survey->bins = grid->bins;
	survey->bin_s = (double)grid->bin / SIM_SECOND;
	survey->rate = rates(grid->bin, grid->bins, grid->horizon, walk->bin_count, arena);
	survey->busiest = 0;
	for (int b = 0; b < grid->bins; b++)
		survey->busiest = fmax(survey->busiest, survey->rate[b]);
}

/* ---- all trials */

/* Nothing happens but traffic. */
static void reset(struct requests *requests, const struct plan *plan, uint64_t trial)
{
	static const struct case_plan nothing = {.name = "nothing"};
	requests_reset(requests, plan, &nothing, false, trial);
}

static void survey_trials(struct arrival_survey *survey, const struct plan *plan,
			  struct requests *requests, const struct grid *grid, double budget,
			  struct arena *scratch, struct arena *arena)
{
	size_t bins = (size_t)grid->bins;
	double *bin_count = arena_take(scratch, bins * sizeof *bin_count);
	struct moments *bin = arena_take(scratch, bins * sizeof *bin), counts = {.n = 0};
	struct moments *gaps = arena_take(scratch, TRIALS_MOST * sizeof *gaps);
	struct dispersion *dispersion = arena_take(scratch, TRIALS_MOST * sizeof *dispersion);
	for (int t = 0; t < survey->trials; t++) {
		struct walk walk = {grid, bin_count, &dispersion[t], &gaps[t], .bin = 0};
		dispersion[t].lengths = grid->widths;
		memset(bin_count, 0, bins * sizeof *bin_count);
		reset(requests, plan, (uint64_t)t);
		walk_trial(&walk, requests);
		moments_add(&counts, (double)walk.arrivals);
		for (size_t b = 0; b < bins; b++)
			moments_add(&bin[b], bin_count[b]);
		if (!t)
			settle_first(survey, grid, &walk, budget, arena);
	}
	settle_rate(survey, &counts);
	settle_gaps(survey, gaps);
	settle_widths(survey, grid, dispersion, arena);
	settle_means(survey, grid, bin, arena);
}

void arrivals_survey(const struct plan *plan, double budget, struct arena *arena,
		     struct arrival_survey *survey)
{
	struct arena scratch = {0};
	struct requests_size size = {.people = 0};
	struct requests *requests = arena_take(&scratch, sizeof *requests);
	requests_measure(&size, plan);
	requests_allocate(requests, &scratch, &size);
	reset(requests, plan, 0);
	struct grid grid = plan_grid(plan, guess_arrivals(requests, plan));
	survey->horizon_s = (double)plan->horizon / SIM_SECOND;
	survey->trials = 1; /* which tells how many there should be */
	survey_trials(survey, plan, requests, &grid, budget, &scratch, arena);
	arena_free(&scratch);
}
