/* Likelihoods look at gaps one after another, and so at the shortest times there are; whoever
 * watches a rollout looks at counts. Where the likeliest process has the wrong counts, all
 * candidates are simulated, and the one that is nearest is taken. */
#include "sim/report/fit_model.h"

#include "sim/report/fit_compare.h"

#include "sim/stats/dispersion.h"
#include "sim/stats/gap_match.h"
#include "sim/stats/sort.h"

#include <math.h>
#include <string.h>

enum {
	CANDIDATES = 8,
	GAPS_MOST = 100000,
	WINDOWS_FEWEST = 20, /* of the longest that are matched */
};

/* How much nearer another has to be than the likeliest. */
#define NEARER 0.8

#define LEAST_CV 0.05
#define MOST_CV	 20

/* Arrivals in operational time: gaps in a row and sorted, and how their counts vary. */
struct rescaled {
	double *at, *sorted;
	int64_t n;
	int gaps, windows;
	double window[DISPERSION_LENGTHS], index[DISPERSION_LENGTHS], cv;
};

static void count_windows(struct rescaled *r)
{
	struct dispersion counts = {.lengths = DISPERSION_LENGTHS};
	int64_t next = 0;
	for (int64_t end = 1; (double)end <= r->at[r->n - 1]; end++) {
		int64_t first = next;
		while (next < r->n && r->at[next] < (double)end)
			next++;
		dispersion_add(&counts, (uint64_t)(next - first));
	}
	for (int k = 0; k < DISPERSION_LENGTHS; k++) {
		struct moments of = dispersion_counts(&counts, k);
		if (of.n < WINDOWS_FEWEST)
			break;
		r->window[k] = ldexp(1, k);
		r->index[k] = dispersion_index(&of);
		r->windows++;
	}
}

static void rescale(struct rescaled *r, const struct fit *fit, struct arena *arena)
{
	struct moments gaps = {.n = 0};
	r->n = fit->n;
	r->at = arena_take(arena, (size_t)fit->n * sizeof *r->at);
	r->sorted = arena_take(arena, GAPS_MOST * sizeof *r->sorted);
	memcpy(r->at, fit->at_s, (size_t)fit->n * sizeof *r->at);
	fit_rescale(&fit->rate, r->at, fit->n);
	int64_t step = (fit->n - 2) / GAPS_MOST + 1;
	for (int64_t i = 0; i + 1 < fit->n; i += step) {
		r->sorted[r->gaps++] = r->at[i + 1] - r->at[i];
		moments_add(&gaps, r->at[i + 1] - r->at[i]);
	}
	sort_ascending(r->sorted, (size_t)r->gaps);
	r->cv = sqrt(moments_variance(&gaps)) / gaps.mean;
	count_windows(r);
}

/* The likeliest of each kind, renewal processes with the CV that the gaps have, and an MMPP with
 * the dispersion that the counts have. */
static int gather(const struct fit *fit, const struct rescaled *r, struct gap_law *candidate)
{
	int count = 0;
	for (int k = GAP_POISSON; k < GAP_KINDS; k++)
		candidate[count++] = fit->gap_laws[k];
	double cv = fmin(fmax(r->cv, LEAST_CV), MOST_CV);
	candidate[count++] = (struct gap_law){.kind = GAP_GAMMA, .cv = cv, .bic = INFINITY};
	candidate[count++] = (struct gap_law){.kind = GAP_LOGNORMAL, .cv = cv, .bic = INFINITY};
	count += gap_match(r->window, r->index, r->windows, r->sorted, r->gaps, fit->tick,
			   &candidate[count]);
	for (int c = 0; c < count; c++)
		fit_round_gaps(&candidate[c]);
	return count;
}

static bool simulate(const struct fit *fit, struct fit_comparison *comparison)
{
	struct fit_model model;
	struct arena arena = {0};
	bool good = fit_model_read(&model, fit, "--fit", fit_scenario(fit, &arena, "fit", ""));
	if (good)
		fit_compare_arrivals(fit, &model.scenario.plans[0], comparison);
	fit_model_free(&model);
	arena_free(&arena);
	return good;
}

static bool is_off(const struct fit_comparison *comparison)
{
	bool off = comparison->value[FIT_GAPS].verdict == FIT_OFF;
	for (int k = 0; k < comparison->widths; k++)
		off = off || comparison->dispersion[k].verdict == FIT_OFF;
	return off;
}

/* Kolmogorov's distance of the gaps, and by how many powers of ten the dispersion is wrong, on
 * average over all windows: a factor of two counts like a distance of 0.3. */
static double distance_of(const struct fit_comparison *comparison)
{
	double sum = 0, gaps = comparison->value[FIT_GAPS].trace;
	int known = 0;
	for (int k = 0; k < comparison->widths; k++) {
		const struct fit_value *v = &comparison->dispersion[k];
		if (v->verdict == FIT_NOTHING)
			continue;
		sum += fabs(log10(v->trace / v->middle));
		known++;
	}
	return (isnan(gaps) ? 0 : gaps) + (known ? sum / known : 0);
}

void fit_choose(struct fit *fit)
{
	struct gap_law candidate[CANDIDATES], best = fit->gaps;
	struct arena scratch = {0};
	struct fit_comparison comparison;
	struct rescaled rescaled = {.n = 0};
	if (!simulate(fit, &comparison) || !is_off(&comparison))
		return;
	double least = NEARER * distance_of(&comparison);
	rescale(&rescaled, fit, &scratch);
	int count = gather(fit, &rescaled, candidate);
	for (int c = 0; c < count; c++) {
		fit->gaps = candidate[c];
		double distance = simulate(fit, &comparison) ? distance_of(&comparison) : INFINITY;
		if (distance >= least)
			continue;
		least = distance;
		best = candidate[c];
		fit->by_counts = true;
	}
	fit->gaps = best;
	arena_free(&scratch);
}
