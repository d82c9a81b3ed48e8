/* Shares are held by the beta-binomial confidence sequence (Howard et al. 2021), means and paired
 * differences by the asymptotic one (Waudby-Smith et al. 2024), quantiles by the ranks between
 * which the share below them may lie; at one look by Clopper and Pearson, Student and order
 * statistics. */
#include "sim/tune/evidence.h"

#include "sim/error.h"
#include "sim/stats/always_valid.h"
#include "sim/stats/difference.h"
#include "sim/stats/moments.h"
#include "sim/stats/proportion.h"
#include "sim/stats/quantile.h"
#include "sim/stats/quantile_sequence.h"
#include "sim/stats/sort.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TOLERANCE                                                                                  \
	0.01 /* of an aim, or of all trials where it is a share: less is no difference             \
	      */

static const struct estimate nothing = {NAN, -INFINITY, INFINITY};

/* ---- shares, means, quantiles */

static struct estimate share_of(double x, double n, const struct demand *demand)
{
	struct interval interval =
		demand->look == LOOK_ONCE
			? proportion_clopper_pearson(x, n, 1 - demand->alpha)
			: quantile_sequence_share(x, n, demand->alpha, demand->most / 2,
						  demand->alpha);
	return n > 0 ? (struct estimate){x / n, interval.low, interval.high}
		     : (struct estimate){NAN, 0, 1};
}

static struct estimate mean_of(const struct moments *m, const struct demand *demand)
{
	if (m->n < 2)
		return (struct estimate){m->n > 0 ? m->mean : NAN, -INFINITY, INFINITY};
	if (demand->look == LOOK_ONCE) {
		struct interval interval = moments_mean_interval(m, 1 - demand->alpha);
		return (struct estimate){m->mean, interval.low, interval.high};
	}
	double variance = moments_variance(m);
	double rho = always_valid_rho(demand->alpha, demand->most / 2);
	double half = m->n < EVIDENCE_FEWEST
			      ? INFINITY
			      : always_valid_half(variance / m->n, m->n, rho, demand->alpha);
	/* What was the same in all trials so far is taken to be so. */
	half = variance > 0 ? half : 0;
	return (struct estimate){m->mean, m->mean - half, m->mean + half};
}

/* Between which ranks, from 1 on, the p-quantile lies at all times: below it lies a share of the
 * values that p agrees with. */
static struct quantile_ranks ranks_always(size_t n, double p, const struct demand *demand)
{
	struct quantile_ranks ranks = {0, n + 1, 1 - demand->alpha};
	size_t low = 0, high = n;
	while (low < high) { /* the most values that may be too few */
		size_t middle = (low + high + 1) / 2;
		if (share_of((double)middle, (double)n, demand).high < p)
			low = middle;
		else
			high = middle - 1;
	}
	ranks.low = low;
	low = 0;
	high = n;
	while (low < high) { /* the fewest that are too many */
		size_t middle = (low + high) / 2;
		if (share_of((double)middle, (double)n, demand).low > p)
			high = middle;
		else
			low = middle + 1;
	}
	ranks.high = share_of((double)low, (double)n, demand).low > p ? low : n + 1;
	return ranks;
}

static struct estimate quantile_of(const double *sorted, size_t n, double p,
				   const struct demand *demand)
{
	if (!n)
		return nothing;
	if (demand->look == LOOK_ONCE) {
		struct interval interval = quantile_interval(sorted, n, p, 1 - demand->alpha);
		return (struct estimate){quantile_of_sorted(sorted, n, p), interval.low,
					 interval.high};
	}
	struct quantile_ranks ranks = ranks_always(n, p, demand);
	return (struct estimate){quantile_of_sorted(sorted, n, p),
				 ranks.low ? sorted[ranks.low - 1] : -INFINITY,
				 ranks.high <= n ? sorted[ranks.high - 1] : INFINITY};
}

/* ---- tracks */

/* The values that say something, sorted; to be freed. */
static double *sorted_values(const double *values, int n, size_t *count)
{
	double *sorted = malloc(((size_t)n + 1) * sizeof *sorted);
	if (!sorted)
		error_out_of_memory((size_t)n * sizeof *sorted);
	*count = 0;
	for (int i = 0; i < n; i++)
		if (!isnan(values[i]))
			sorted[(*count)++] = values[i];
	sort_ascending(sorted, *count);
	return sorted;
}

static double sample_of(const struct quantity *quantity, double value)
{
	return quantity->kind == QUANTITY_SHARE && !isnan(value) ? value > 0 : value;
}

static struct moments moments_of(const struct quantity *quantity, const double *values, int n)
{
	struct moments moments = {0};
	for (int i = 0; i < n; i++)
		if (!isnan(values[i]))
			moments_add(&moments, sample_of(quantity, values[i]));
	return moments;
}

static struct estimate term_of(const struct quantity *quantity, const double *values, int n,
			       const struct demand *demand)
{
	if (quantity->kind == QUANTITY_QUANTILE) {
		size_t count;
		double *sorted = sorted_values(values, n, &count);
		struct estimate estimate = quantile_of(sorted, count, quantity->p, demand);
		free(sorted);
		return estimate;
	}
	struct moments moments = moments_of(quantity, values, n);
	if (quantity->kind == QUANTITY_SHARE)
		return share_of(moments.n * moments.mean, moments.n, demand);
	return mean_of(&moments, demand);
}

static struct estimate combine(const struct aim *aim, const struct estimate *term)
{
	struct estimate all = {aim->worst ? -INFINITY : 0, aim->worst ? -INFINITY : 0,
			       aim->worst ? -INFINITY : 0};
	for (int t = 0; t < aim->terms; t++) {
		double weight = aim->term[t].weight;
		if (isnan(term[t].value))
			return nothing;
		if (aim->worst) {
			all.value = fmax(all.value, term[t].value);
			all.low = fmax(all.low, term[t].low);
			all.high = fmax(all.high, term[t].high);
		} else {
			all.value += weight * term[t].value;
			all.low += weight * term[t].low;
			all.high += weight * term[t].high;
		}
	}
	return all;
}

struct estimate evidence_aim(const struct problem *problem, int a, const struct point *point, int n,
			     const struct demand *demand)
{
	const struct aim *aim = &problem->aim[a];
	struct estimate term[256];
	struct demand each = *demand;
	each.alpha /= aim->terms; /* all of them hold together */
	assert(aim->terms <= 256);
	for (int t = 0; t < aim->terms; t++)
		term[t] = term_of(aim->quantity, point->value[aim->term[t].track], n, &each);
	return combine(aim, term);
}

struct estimate evidence_limit(const struct problem *problem, int l, const struct point *point,
			       int n, const struct demand *demand)
{
	const struct limit *limit = &problem->limit[l];
	const double *values = point->value[limit->track];
	struct moments moments = {0};
	for (int i = 0; i < n; i++) {
		double sample = limit_sample(limit, values[i]);
		if (!isnan(sample))
			moments_add(&moments, sample);
	}
	/* What never happens breaks no limit. */
	if (moments.n < 1)
		return (struct estimate){NAN, -INFINITY, limit->share ? 1 : INFINITY};
	return limit->share ? share_of(round(moments.n * moments.mean), moments.n, demand)
			    : mean_of(&moments, demand);
}

/* ---- one point against another */

/* b - a of two tracks, where both say something. */
static struct moments differences(const struct quantity *quantity, const double *a, const double *b,
				  int n)
{
	struct moments moments = {0};
	for (int i = 0; i < n; i++) {
		double difference = sample_of(quantity, b[i]) - sample_of(quantity, a[i]);
		if (!isnan(difference))
			moments_add(&moments, difference);
	}
	return moments;
}

static struct moments weighted_differences(const struct aim *aim, const struct point *a,
					   const struct point *b, int n)
{
	struct moments moments = {0};
	for (int i = 0; i < n; i++) {
		double sum = 0;
		for (int t = 0; t < aim->terms; t++) {
			int track = aim->term[t].track;
			sum += aim->term[t].weight * (sample_of(aim->quantity, b->value[track][i]) -
						      sample_of(aim->quantity, a->value[track][i]));
		}
		if (!isnan(sum))
			moments_add(&moments, sum);
	}
	return moments;
}

static int worst_term(const struct aim *aim, const struct point *point, int n)
{
	const struct demand rough = {LOOK_ONCE, 0.5, n};
	int worst = 0;
	double most = -INFINITY;
	for (int t = 0; t < aim->terms && aim->terms > 1; t++) {
		struct estimate estimate =
			term_of(aim->quantity, point->value[aim->term[t].track], n, &rough);
		if (estimate.value > most) {
			most = estimate.value;
			worst = t;
		}
	}
	return worst;
}

/* Shares that were the same in all trials may differ by as much as a share of which nothing was
 * seen; means and times that were the same in all are taken to be so. */
static struct estimate difference_of(const struct quantity *quantity, const struct moments *moments,
				     const struct demand *demand)
{
	struct estimate estimate = mean_of(moments, demand);
	if (quantity->kind == QUANTITY_SHARE && moments->low == 0 && moments->high == 0) {
		estimate.high = share_of(0, moments->n, demand).high;
		estimate.low = -estimate.high;
	}
	return estimate;
}

/* In its worst case b is more than a is in any. */
static struct estimate least_difference(const struct aim *aim, const struct point *a,
					const struct point *b, int n, const struct demand *demand)
{
	const double *most = b->value[aim->term[worst_term(aim, b, n)].track];
	struct estimate least = {INFINITY, INFINITY, INFINITY};
	for (int t = 0; t < aim->terms; t++) {
		struct moments moments =
			differences(aim->quantity, a->value[aim->term[t].track], most, n);
		struct estimate estimate = difference_of(aim->quantity, &moments, demand);
		if (!(estimate.low >= least.low))
			least = estimate;
	}
	return least;
}

static enum contest compare_apart(const struct estimate *less, const struct estimate *more)
{
	if (less->high < more->low)
		return COMPARED_LESS;
	return less->high <= more->low + TOLERANCE * fabs(more->low) ? COMPARED_TIED
								     : COMPARED_UNKNOWN;
}

enum contest evidence_compare(const struct problem *problem, int i, const struct contestant *a,
			      const struct contestant *b, const struct demand *demand)
{
	const struct aim *aim = &problem->aim[i];
	int n = a->point->trials < b->point->trials ? a->point->trials : b->point->trials;
	if (aim->quantity->kind == QUANTITY_QUANTILE)
		return compare_apart(&a->aim[i], &b->aim[i]);
	struct moments moments;
	struct estimate difference;
	if (aim->worst) {
		difference = least_difference(aim, a->point, b->point, n, demand);
	} else {
		moments = weighted_differences(aim, a->point, b->point, n);
		difference = difference_of(aim->quantity, &moments, demand);
	}
	if (isnan(difference.value))
		return COMPARED_UNKNOWN;
	if (difference.low > 0)
		return COMPARED_LESS;
	bool share = aim->quantity->kind == QUANTITY_SHARE;
	double slack = TOLERANCE * (share ? 1 : fabs(b->aim[i].value));
	return difference.low >= -slack ? COMPARED_TIED : COMPARED_UNKNOWN;
}

/* ---- what a step does */

/* The two samples' errors are added as if they were apart, which on common random numbers says too
 * much rather than too little. */
static struct estimate quantile_change(const struct quantity *quantity, const double *a,
				       const double *b, int n, double alpha)
{
	size_t na, nb;
	double *x = sorted_values(a, n, &na), *y = sorted_values(b, n, &nb);
	double from = quantile_of_sorted(x, na, quantity->p);
	double to = quantile_of_sorted(y, nb, quantity->p);
	double half = hypot(quantile_standard_error(x, na, quantity->p),
			    quantile_standard_error(y, nb, quantity->p)) *
		      gsl_cdf_ugaussian_Qinv(alpha / 2);
	bool same = na == nb && !memcmp(x, y, na * sizeof *x);
	half = half < INFINITY ? half : INFINITY;
	free(x);
	free(y);
	if (same)
		return (struct estimate){0, 0, 0};
	return (struct estimate){to - from, to - from - half, to - from + half};
}

struct estimate evidence_aim_change(const struct problem *problem, int i, const struct point *a,
				    const struct point *b, int n, double alpha)
{
	const struct aim *aim = &problem->aim[i];
	const struct demand demand = {LOOK_ONCE, alpha, n};
	struct moments moments;
	if (aim->worst || aim->quantity->kind == QUANTITY_QUANTILE) {
		const double *from = a->value[aim->term[worst_term(aim, a, n)].track];
		const double *to = b->value[aim->term[worst_term(aim, b, n)].track];
		if (aim->quantity->kind == QUANTITY_QUANTILE)
			return quantile_change(aim->quantity, from, to, n, alpha);
		moments = differences(aim->quantity, from, to, n);
	} else {
		moments = weighted_differences(aim, a, b, n);
	}
	return mean_of(&moments, &demand);
}

struct estimate evidence_limit_change(const struct problem *problem, int l, const struct point *a,
				      const struct point *b, int n, double alpha)
{
	const struct limit *limit = &problem->limit[l];
	const struct demand demand = {LOOK_ONCE, alpha, n};
	struct paired_shares pairs = {0, 0, 0, 0};
	struct moments moments = {0};
	for (int i = 0; i < n; i++) {
		double from = limit_sample(limit, a->value[limit->track][i]);
		double to = limit_sample(limit, b->value[limit->track][i]);
		if (isnan(to - from))
			continue;
		moments_add(&moments, to - from);
		pairs.both += to > 0 && from > 0;
		pairs.first += to > from;
		pairs.second += to < from;
	}
	if (!limit->share || moments.n < 1)
		return mean_of(&moments, &demand);
	pairs.neither = moments.n - pairs.both - pairs.first - pairs.second;
	struct interval change = difference_paired(&pairs, 1 - alpha);
	return (struct estimate){moments.mean, change.low, change.high};
}
