/* Means of pairs are held by Student's interval of their differences, others by Welch's; shares of
 * pairs by Newcombe's, others by Miettinen and Nurminen's score interval. Quantiles by the order
 * statistics of each, which assume nothing and know that what never happened is later than all. */
#include "sim/report/duel.h"

#include "sim/error.h"
#include "sim/report/judgement.h"
#include "sim/stats/difference.h"
#include "sim/stats/proportion.h"
#include "sim/stats/quantile.h"
#include "sim/stats/sort.h"
#include "sim/stats/welch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What both sides say, trial by trial; where they are no pairs, each for itself. */
struct sample {
	double *before, *after;
	size_t befores, afters;
	bool same;
};

static struct estimate estimate_of(double value, struct interval interval)
{
	return (struct estimate){value, interval.low, interval.high};
}

/* ---- what trials say */

/* Of quantiles, what never happened is later than all; means know nothing of it. */
static bool value_of(const struct duelist *side, int trial, double *value)
{
	if (trial >= side->results->trials_run[side->cell] ||
	    !judgement_value(side->results, &side->quantity, side->cell, trial, value))
		return false;
	if (isnan(*value) && side->quantity.kind == QUANTITY_MEAN)
		return false;
	if (side->quantity.kind == QUANTITY_SHARE)
		*value = *value > 0;
	*value = isnan(*value) ? INFINITY : *value;
	return true;
}

static void gather(struct sample *sample, const struct duelist *before, const struct duelist *after,
		   bool paired)
{
	int64_t a = before->results->trials_run[before->cell];
	int64_t b = after->results->trials_run[after->cell];
	int64_t most = (a > b) == paired ? b : a; /* where they are pairs, as many as both have */
	size_t bytes = ((size_t)most + 1) * sizeof(double);
	*sample = (struct sample){.before = malloc(bytes), .after = malloc(bytes), .same = paired};
	if (!sample->before || !sample->after)
		error_out_of_memory(bytes);
	for (int t = 0; t < most; t++) {
		double x = NAN, y = NAN;
		bool has_x = value_of(before, t, &x), has_y = value_of(after, t, &y);
		if (has_x && (has_y || !paired))
			sample->before[sample->befores++] = x;
		if (has_y && (has_x || !paired))
			sample->after[sample->afters++] = y;
		sample->same = sample->same && has_x == has_y && (!has_x || x == y);
	}
}

/* ---- shares */

static double sum_of(const double *values, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += values[i];
	return sum;
}

static struct estimate share_alone(const double *values, size_t n)
{
	double x = sum_of(values, n);
	return estimate_of(x / (double)n, proportion_clopper_pearson(x, (double)n, CELL_LEVEL));
}

static struct interval share_change(const struct sample *s, const struct terms *terms)
{
	const struct two_shares two = {sum_of(s->after, s->afters), (double)s->afters,
				       sum_of(s->before, s->befores), (double)s->befores};
	struct paired_shares pairs = {0, 0, 0, 0};
	if (!terms->paired)
		return difference_score(&two, terms->level);
	for (size_t i = 0; i < s->befores; i++) {
		pairs.both += s->after[i] > 0 && s->before[i] > 0;
		pairs.first += s->after[i] > 0 && !(s->before[i] > 0);
		pairs.second += !(s->after[i] > 0) && s->before[i] > 0;
	}
	pairs.neither = (double)s->befores - pairs.both - pairs.first - pairs.second;
	return difference_paired(&pairs, terms->level);
}

/* ---- means */

static struct moments moments_of(const double *values, const double *less, size_t n)
{
	struct moments moments = {0};
	for (size_t i = 0; i < n; i++)
		moments_add(&moments, less ? values[i] - less[i] : values[i]);
	return moments;
}

static struct interval mean_change(const struct sample *s, const struct terms *terms)
{
	struct moments before = moments_of(s->before, NULL, s->befores);
	struct moments after = moments_of(s->after, NULL, s->afters);
	if (s->befores < DUEL_FEWEST || s->afters < DUEL_FEWEST)
		return (struct interval){-INFINITY, INFINITY};
	if (terms->paired) {
		struct moments pairs = moments_of(s->after, s->before, s->befores);
		return moments_mean_interval(&pairs, terms->level);
	}
	struct welch test = welch_test(&after, &before);
	return welch_interval(&test, terms->level);
}

static struct estimate mean_alone(const double *values, size_t n)
{
	struct moments moments = moments_of(values, NULL, n);
	return estimate_of(moments.mean, moments_mean_interval(&moments, CELL_LEVEL));
}

/* ---- quantiles */

/* A sample quantile moves with the share of the trials below it (Bahadur 1966): those of pairs go
 * together as these shares do. */
static double quantile_bond(const struct sample *s, double before, double after)
{
	struct paired_shares below = {0, 0, 0, 0};
	for (size_t i = 0; i < s->befores; i++) {
		bool x = s->after[i] <= after, y = s->before[i] <= before;
		below.both += x && y;
		below.first += x && !y;
		below.second += !x && y;
		below.neither += !x && !y;
	}
	return difference_bond(&below);
}

static struct estimate quantile_alone(double *sorted, size_t n, double p, double level)
{
	return estimate_of(quantile_of_sorted(sorted, n, p),
			   quantile_interval(sorted, n, p, level));
}

/* Both never: no difference. One of them: an infinite one. */
static struct interval quantile_change(struct estimate after, struct estimate before, double bond)
{
	struct interval of_a = {after.low, after.high}, of_b = {before.low, before.high};
	if (isfinite(after.value) && isfinite(before.value))
		return difference_mover(after.value, of_a, before.value, of_b, bond);
	double low = of_a.low - of_b.high, high = of_a.high - of_b.low;
	return (struct interval){isnan(low) ? -INFINITY : low, isnan(high) ? INFINITY : high};
}

static double *sorted_copy(const double *values, size_t n)
{
	size_t bytes = (n + 1) * sizeof *values;
	double *sorted = malloc(bytes);
	if (!sorted)
		error_out_of_memory(bytes);
	memcpy(sorted, values, n * sizeof *values);
	sort_ascending(sorted, n);
	return sorted;
}

static struct interval hold_quantiles(const struct sample *s, double p, const struct terms *terms,
				      struct duel *duel)
{
	double *before = sorted_copy(s->before, s->befores);
	double *after = sorted_copy(s->after, s->afters);
	duel->before = quantile_alone(before, s->befores, p, CELL_LEVEL);
	duel->after = quantile_alone(after, s->afters, p, CELL_LEVEL);
	double bond = terms->paired ? quantile_bond(s, duel->before.value, duel->after.value) : 0;
	struct interval change =
		quantile_change(quantile_alone(after, s->afters, p, terms->level),
				quantile_alone(before, s->befores, p, terms->level), bond);
	free(before);
	free(after);
	return change;
}

/* ---- all of it */

static struct interval find_change(const struct sample *s, const struct quantity *quantity,
				   const struct terms *terms, struct duel *duel)
{
	if (quantity->kind == QUANTITY_SHARE) {
		duel->before = share_alone(s->before, s->befores);
		duel->after = share_alone(s->after, s->afters);
		return share_change(s, terms);
	}
	if (quantity->kind == QUANTITY_MEAN) {
		duel->before = mean_alone(s->before, s->befores);
		duel->after = mean_alone(s->after, s->afters);
		return mean_change(s, terms);
	}
	return hold_quantiles(s, quantity->p, terms, duel);
}

static enum duel_end end_of(const struct quantity *quantity, struct estimate change,
			    const struct terms *terms)
{
	int worse = quantity_worse(quantity, terms->harmful);
	if (!(change.low > 0) && !(change.high < 0))
		return DUEL_UNKNOWN;
	if (!worse)
		return DUEL_OTHER;
	return (change.low > 0) == (worse > 0) ? DUEL_WORSE : DUEL_BETTER;
}

void duel_hold(struct duel *duel, const struct duelist *before, const struct duelist *after,
	       const struct terms *terms)
{
	struct sample sample;
	const struct estimate none = {NAN, NAN, NAN}, zero = {0, 0, 0};
	*duel = (struct duel){none, none, none, 0, DUEL_NOTHING};
	gather(&sample, before, after, terms->paired);
	duel->trials = (int64_t)(sample.befores < sample.afters ? sample.befores : sample.afters);
	if (duel->trials && before->quantity.kind != QUANTITY_MAX) {
		struct interval change = find_change(&sample, &before->quantity, terms, duel);
		duel->change = estimate_of(duel->after.value - duel->before.value, change);
		duel->change = sample.same ? zero : duel->change;
		duel->end =
			sample.same ? DUEL_SAME : end_of(&before->quantity, duel->change, terms);
	}
	free(sample.before);
	free(sample.after);
}
