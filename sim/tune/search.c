/* The order of a search: points all over the space, then again and again points made of the good
 * ones, and points beside these, each lot raced to more trials than the one before; at last all of
 * the front have the same. */
#include "sim/tune/search.h"
#include "sim/tune/record.h"

#include "sim/stats/proportion.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Parts of the budget: for new points, and at the end for the front to have all its trials. */
#define TO_BREED    0.75
#define TO_COMPLETE 0.1
enum { NEAREST = 4 };

/* Of what a limit allows, the share with which it is to be shown that it holds. */
#define ROOM (1.0 / 3)

/* Limits are shown of whichever point of the front is recommended: of all of them together. */
static double alpha_of(const struct limit *limit)
{
	return (1 - limit->expectation->confidence) / SEARCH_FRONT;
}

static bool shows(const struct limit *limit, double n)
{
	double alpha = alpha_of(limit), x = floor(ROOM * limit->due * n);
	return proportion_clopper_pearson(x, n, 1 - 2 * alpha).high <= limit->due;
}

int search_trials_for_limits(const struct problem *problem, int least)
{
	double n = least;
	for (int l = 0; l < problem->limits; l++)
		while (problem->limit[l].share && n < 1e6 && !shows(&problem->limit[l], n))
			n = ceil(1.05 * n);
	return (int)n;
}

void search_init(struct search *search, struct scenario *scenario, int64_t budget)
{
	memset(search, 0, sizeof *search);
	problem_init(&search->problem, scenario);
	search->bench.problem = &search->problem;
	search->bench.seed = scenario->plans[0].seed;
	search->budget = budget;
	search->bench.total = budget;
	search->most = scenario->trials;
	search->fresh = search_trials_for_limits(&search->problem, scenario->trials);
	search->ranked = arena_take(&search->arena, SEARCH_POINTS * sizeof *search->ranked);
	size_t aims = (size_t)search->problem.aims;
	search->aim = arena_take(&search->arena, SEARCH_POINTS * aims * sizeof(double));
	rng_stream(&search->rng, search->bench.seed, 0, "tune");
}

static void forget_values(const struct problem *problem, struct point *point)
{
	for (int t = 0; t < problem->tracks; t++)
		free(point->value[t]);
}

void search_free(struct search *search)
{
	for (int i = 0; i < search->points; i++)
		forget_values(&search->problem, search->point[i]);
	arena_free(&search->arena);
}

/* ---- points */

static bool is_there(const struct search *search, const int *choice)
{
	size_t size = (size_t)search->problem.tuning->parameters * sizeof *choice;
	for (int i = 0; i < search->points; i++)
		if (!memcmp(search->point[i]->choice, choice, size))
			return true;
	return false;
}

struct point *search_new_point(struct arena *arena, const struct problem *problem,
			       const int *choice)
{
	size_t size = (size_t)problem->tuning->parameters * sizeof *choice;
	struct complaints complaints;
	struct point *point = arena_take(arena, sizeof *point);
	point->choice = arena_take(arena, size);
	memcpy(point->choice, choice, size);
	point->value = arena_take(arena, (size_t)problem->tracks * sizeof *point->value);
	point->plan = arena_take(arena, sizeof *point->plan);
	complaints_init(&complaints);
	if (!scenario_arrange(problem->scenario, choice, point->plan, &complaints)) {
		point->plan = NULL;
		point->fate = FATE_IMPOSSIBLE;
		point->why =
			arena_copy(arena, complaints.first->text, strlen(complaints.first->text));
	}
	complaints_free(&complaints);
	return point;
}

struct point *search_add(struct search *search, const int *choice)
{
	int settled[TUNING_PARAMETERS];
	memcpy(settled, choice, (size_t)search->problem.tuning->parameters * sizeof *choice);
	scenario_settle(search->problem.scenario, settled);
	if (search->points == SEARCH_POINTS || is_there(search, settled))
		return NULL;
	struct point *point = search_new_point(&search->arena, &search->problem, settled);
	if (search->before)
		record_recall(search->before, point);
	search->point[search->points++] = point;
	return point;
}

int search_tried(const struct search *search)
{
	int tried = 0;
	for (int i = 0; i < search->points; i++)
		tried += search->point[i]->trials > 0;
	return tried;
}

/* ---- what is known of them */

/* What a limit's mean would be found to be at most, if fresh trials gave the same. */
static double fresh_bound(const struct search *search, const struct limit *limit,
			  struct estimate seen, double n)
{
	double fresh = search->fresh, alpha = alpha_of(limit);
	double away = search->distance > 0 ? search->distance * (seen.high - seen.value) : 0;
	double mean = seen.value + away;
	if (limit->share)
		return proportion_clopper_pearson(floor(fmin(mean, 1) * fresh), fresh,
						  1 - 2 * alpha)
			.high;
	/* The interval that one error is known by, as wide as it will be then. */
	double error = (seen.high - seen.low) / 2 * sqrt(n / fresh);
	return mean + error * gsl_cdf_ugaussian_Qinv(alpha);
}

double search_violation(const struct search *search, const struct point *point)
{
	const struct problem *problem = &search->problem;
	const struct demand one_error = {LOOK_ONCE, 0.3173, search->most};
	double sum = 0;
	for (int l = 0; l < problem->limits; l++) {
		const struct limit *limit = &problem->limit[l];
		struct estimate seen = evidence_limit(problem, l, point, point->trials, &one_error);
		double size = limit->due == 0 ? 1 : fabs(limit->due);
		if (isnan(seen.value))
			continue;
		double above = fresh_bound(search, limit, seen, point->trials) - limit->due;
		sum += isnan(above) ? 1e6 : fmin(fmax(above, 0) / size, 1e6);
	}
	return sum;
}

bool search_is_ranked(const struct point *point)
{
	return point->trials && (point->fate == FATE_RUNS || point->fate == FATE_BROKEN);
}

void search_rank(struct search *search)
{
	const struct demand any = {LOOK_ONCE, 0.5, search->most};
	int aims = search->problem.aims, count = 0, place[SEARCH_POINTS] = {0};
	struct arena arena = {0};
	struct ranked *ranked = arena_take(&arena, SEARCH_POINTS * sizeof *ranked);
	for (int i = 0; i < search->points; i++) {
		const struct point *point = search->point[i];
		double *aim = &search->aim[i * aims];
		if (!search_is_ranked(point))
			continue;
		for (int a = 0; a < aims; a++) {
			double value =
				evidence_aim(&search->problem, a, point, point->trials, &any).value;
			aim[a] = isnan(value) ? INFINITY : value;
		}
		ranked[count] = (struct ranked){aim, search_violation(search, point), 0, 0};
		place[count++] = i;
	}
	rank_all(ranked, count, aims);
	for (int i = 0; i < count; i++)
		search->ranked[place[i]] = ranked[i];
	arena_free(&arena);
}

/* ---- the front */

static bool is_twin(const struct search *search, int i)
{
	size_t size = (size_t)search->problem.aims * sizeof(double);
	for (int f = 0; f < search->fronts; f++)
		if (!memcmp(search->ranked[search->front[f]].aim, search->ranked[i].aim, size))
			return true;
	return false;
}

static void sort_front(struct search *search)
{
	for (int i = 1; i < search->fronts; i++)
		for (int k = i; k && search->ranked[search->front[k]].aim[0] <
					     search->ranked[search->front[k - 1]].aim[0];
		     k--) {
			int other = search->front[k];
			search->front[k] = search->front[k - 1];
			search->front[k - 1] = other;
		}
}

static double height_of(const struct search *search, int f)
{
	double sum = 0;
	for (int a = 0; a < search->problem.aims; a++) {
		double own = search->ranked[search->front[f]].aim[a], low = own, high = own;
		for (int k = 0; k < search->fronts; k++) {
			double other = search->ranked[search->front[k]].aim[a];
			low = other < low ? other : low;
			high = isfinite(other) && other > high ? other : high;
		}
		sum += high > low ? (own - low) / (high - low) : 0;
	}
	return isnan(sum) ? INFINITY : sum;
}

void search_find_front(struct search *search)
{
	search_rank(search);
	search->fronts = 0;
	while (search->fronts < SEARCH_FRONT) {
		int best = -1;
		for (int i = 0; i < search->points; i++) {
			const struct point *point = search->point[i];
			if (point->fate == FATE_RUNS && point->trials &&
			    search->ranked[i].rank == 0 && !is_twin(search, i) &&
			    (best < 0 || rank_precedes(&search->ranked[i], &search->ranked[best])))
				best = i;
		}
		if (best < 0)
			break;
		search->front[search->fronts++] = best;
	}
	sort_front(search);
	for (int f = 0; f < search->fronts; f++)
		search->height[f] = height_of(search, f);
}

/* ---- the whole */

/* How many trials points deserve by now. */
static int level_of(const struct search *search)
{
	double part = (double)search->spent / ((double)search->budget * TO_BREED);
	double doublings = log2((double)search->most / SEARCH_FIRST_LOOK);
	if (doublings <= 1 || part >= 1)
		return search->most;
	int level = (int)(SEARCH_FIRST_LOOK * exp2(ceil(1 + part * (doublings - 1))));
	return level < search->most ? level : search->most;
}

/* Whatever is on the front has all the trials that a point may have. */
static void complete_front(struct search *search)
{
	int behind = 0;
	do {
		struct point *point[SEARCH_FRONT];
		search_find_front(search);
		behind = 0;
		for (int f = 0; f < search->fronts; f++)
			if (search->point[search->front[f]]->trials < search->most)
				point[behind++] = search->point[search->front[f]];
		if (behind && !search_spend(search, point, behind, search->most))
			break;
	} while (behind);
	search_find_front(search);
}

/* Where every point breaks a limit: those that are nearest to all limits, to say how far they are.
 */
static void find_nearest(struct search *search)
{
	struct point *nearest[NEAREST];
	double violation[NEAREST];
	int place[NEAREST], count = 0;
	for (int i = 0; i < search->points; i++) {
		if (search->point[i]->fate != FATE_BROKEN)
			continue;
		double here = search_violation(search, search->point[i]);
		int at = count;
		for (; at && here < violation[at - 1]; at--)
			if (at < NEAREST) {
				violation[at] = violation[at - 1];
				place[at] = place[at - 1];
			}
		if (at == NEAREST)
			continue;
		violation[at] = here;
		place[at] = i;
		count += count < NEAREST;
	}
	for (int i = 0; i < count; i++)
		nearest[i] = search->point[place[i]];
	if (count)
		search_spend(search, nearest, count, search->most);
	for (int i = 0; i < count; i++) {
		bool first = !search->fronts;
		double here = search_violation(search, nearest[i]);
		if (first || here < violation[0]) {
			violation[0] = here;
			search->front[0] = place[i];
			search->fronts = 1;
		}
	}
}

/* Whether the front has something that fresh trials would show to hold all limits, with what is not
 * known counted against it. */
static bool is_believed(struct search *search)
{
	search->distance = 1;
	search_find_front(search);
	search->distance = 0;
	return search->fronts && !(search->ranked[search->front[0]].violation > 0);
}

/* Those who were lucky with a limit would not be so again: the front is to keep some distance, if
 * anybody can. What is left of the budget goes to whatever is beside its knee, and to those who
 * may have been unlucky. */
static void finish(struct search *search)
{
	complete_front(search);
	if (!search->fronts) {
		find_nearest(search);
		return;
	}
	bool good = true, nobody[SEARCH_POINTS] = {false};
	int64_t whole = search->budget;
	search->budget -= (int64_t)((double)whole * TO_COMPLETE);
	for (int64_t before = -1; good && search->spent > before;) {
		before = search->spent;
		search->distance = 1;
		complete_front(search);
		search_look_around(search, 1);
		search->distance = 0; /* for those of whom little is known yet */
		good = search_race(search, search->most);
		if (good && !is_believed(search))
			search_reserve(search, nobody, 1);
		good &= !search->stopped;
	}
	search->budget = whole;
	search->distance = 1;
	complete_front(search);
	bool kept = search->fronts && !(search->ranked[search->front[0]].violation > 0);
	search->distance = kept;
	if (!kept)
		complete_front(search);
}

void search_run(struct search *search)
{
	bool good = true;
	int round = 0;
	search_begin(search);
	while (good && (double)search->spent < TO_BREED * (double)search->budget) {
		good = search_race(search, level_of(search));
		round++;
		int made = !good       ? 0
			   : round % 2 ? search_breed(search)
				       : search_look_around(search, SEARCH_FRONT);
		if (good && !made && !search_breed(search))
			break;
	}
	search->spent_out |= (double)search->spent >= TO_BREED * (double)search->budget;
	if (!search->stopped)
		finish(search);
}
