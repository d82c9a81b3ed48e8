/* Points race on the same random numbers: all have the same trials, and one that another beats in
 * every aim, or that breaks a limit, is dropped as soon as evidence that holds at all looks
 * together says so (Maron and Moore 1994 raced by Hoeffding's bound; sequences of confidence are
 * its successors). Who runs on is decided by less: whoever may yet be on the front. */
#include "sim/tune/search.h"

#include <math.h>
#include <stdlib.h>

/* In one round; with each doubling of trials half as many go on (Jamieson and Talwalkar 2016). */
enum { MOST_CLIMBERS = 24 };

struct heat {
	struct search *search;
	struct arena arena;
	struct demand sure, likely;
	const struct estimate *sure_aim[SEARCH_POINTS], *likely_aim[SEARCH_POINTS];
	bool plausible[SEARCH_POINTS];	/* it may hold all limits, as far as one can see */
	bool unlikely[SEARCH_POINTS];	/* it breaks a limit, or is dominated, by one error */
	int best[SEARCH_POINTS], bests; /* who may drop others */
};

static const struct estimate *estimate_aims(struct heat *heat, const struct point *point,
					    const struct demand *demand)
{
	const struct problem *problem = &heat->search->problem;
	struct estimate *aim = arena_take(&heat->arena, (size_t)problem->aims * sizeof *aim);
	for (int a = 0; a < problem->aims; a++)
		aim[a] = evidence_aim(problem, a, point, point->trials, demand);
	return aim;
}

static bool runs(const struct search *search, int i)
{
	return search->point[i]->fate == FATE_RUNS && search->point[i]->trials > 0;
}

/* ---- limits */

/* Those it beat get another chance. */
static void drop_broken(struct search *search, int i, int limit)
{
	search->point[i]->fate = FATE_BROKEN;
	search->point[i]->by = limit;
	for (int k = 0; k < search->points; k++)
		if (search->point[k]->fate == FATE_DOMINATED && search->point[k]->by == i)
			search->point[k]->fate = FATE_RUNS;
}

static void hold_limits(struct heat *heat, int i)
{
	struct search *search = heat->search;
	const struct problem *problem = &search->problem;
	const struct point *point = search->point[i];
	struct demand sure = heat->sure;
	sure.alpha = 2 * SEARCH_ERROR / problem->limits;
	heat->plausible[i] = true;
	for (int l = 0; l < problem->limits && point->fate == FATE_RUNS; l++) {
		double due = problem->limit[l].due;
		struct estimate seen =
			evidence_limit(problem, l, point, point->trials, &heat->likely);
		heat->plausible[i] &= !(seen.value > due);
		heat->unlikely[i] |= seen.low > due;
		if (seen.low > due &&
		    evidence_limit(problem, l, point, point->trials, &sure).low > due)
			drop_broken(search, i, l);
	}
}

/* ---- points against each other */

static bool dominates(const struct heat *heat, int a, int b, bool sure)
{
	const struct search *search = heat->search;
	const struct estimate *const *aim = sure ? heat->sure_aim : heat->likely_aim;
	const struct contestant first = {search->point[a], aim[a]};
	const struct contestant second = {search->point[b], aim[b]};
	bool less = false;
	for (int i = 0; i < search->problem.aims; i++) {
		enum contest contest = evidence_compare(&search->problem, i, &first, &second,
							sure ? &heat->sure : &heat->likely);
		if (contest == COMPARED_UNKNOWN)
			return false;
		less |= contest == COMPARED_LESS;
	}
	return less;
}

static void drop_dominated(struct heat *heat, int i)
{
	struct search *search = heat->search;
	for (int k = 0; k < heat->bests && search->point[i]->fate == FATE_RUNS; k++) {
		int best = heat->best[k];
		if (best == i || search->point[best]->fate != FATE_RUNS ||
		    !dominates(heat, best, i, false))
			continue;
		heat->unlikely[i] = true;
		if (dominates(heat, best, i, true)) {
			search->point[i]->fate = FATE_DOMINATED;
			search->point[i]->by = best;
		}
	}
}

static void judge(struct heat *heat)
{
	struct search *search = heat->search;
	for (int i = 0; i < search->points; i++)
		if (runs(search, i))
			hold_limits(heat, i);
	search_rank(search);
	for (int i = 0; i < search->points; i++) {
		if (!runs(search, i))
			continue;
		heat->sure_aim[i] = estimate_aims(heat, search->point[i], &heat->sure);
		heat->likely_aim[i] = estimate_aims(heat, search->point[i], &heat->likely);
		if (heat->plausible[i] && search->ranked[i].rank == 0)
			heat->best[heat->bests++] = i;
	}
	for (int i = 0; i < search->points; i++)
		if (runs(search, i) && heat->sure_aim[i])
			drop_dominated(heat, i);
}

/* ---- who runs on */

static bool is_new(const struct search *search, int i)
{
	return search->point[i]->fate == FATE_RUNS && !search->point[i]->trials;
}

/* By rank, the best first; `keen`: also those that are unlikely to be on the front. */
static int most_climbers(int level)
{
	int most = MOST_CLIMBERS * 2 * SEARCH_FIRST_LOOK / level;
	return most > MOST_CLIMBERS ? MOST_CLIMBERS : most < SEARCH_FRONT ? SEARCH_FRONT : most;
}

static int list_climbers(const struct heat *heat, int level, bool keen,
			 struct point *climber[SEARCH_POINTS])
{
	const struct search *search = heat->search;
	int place[MOST_CLIMBERS], count = 0, most = most_climbers(level);
	for (int i = 0; i < search->points; i++) {
		if (!runs(search, i) || search->point[i]->trials >= level ||
		    (heat->unlikely[i] && !keen))
			continue;
		int at = count;
		while (at && rank_precedes(&search->ranked[i], &search->ranked[place[at - 1]]))
			at--;
		if (at >= most)
			continue;
		count += count < most;
		for (int k = count - 1; k > at; k--)
			place[k] = place[k - 1];
		place[at] = i;
	}
	for (int i = 0; i < count; i++)
		climber[i] = search->point[place[i]];
	return count;
}

static int list_new(const struct search *search, struct point *climber[SEARCH_POINTS])
{
	int count = 0;
	for (int i = 0; i < search->points; i++)
		if (is_new(search, i))
			climber[count++] = search->point[i];
	return count;
}

bool search_spend(struct search *search, struct point *const *climber, int count, int trials)
{
	int64_t left = search->budget - search->spent;
	int fit = 0;
	for (; fit < count; fit++) {
		int64_t cost = (int64_t)(trials - climber[fit]->trials) * search->problem.cases;
		if (cost > left)
			break;
		left -= cost;
	}
	search->spent_out |= fit < count;
	if (!fit)
		return false;
	search->bench.done = search->spent;
	for (int i = 0; i < fit; i++)
		search->spent += (int64_t)(trials - climber[i]->trials) * search->problem.cases;
	bool good = bench_run(&search->bench, climber, fit, trials);
	search->stopped |= !good;
	return good && fit == count;
}

static void open_heat(struct heat *heat, struct search *search)
{
	*heat = (struct heat){.search = search};
	heat->sure = (struct demand){LOOK_ALWAYS, 2 * SEARCH_ERROR / SEARCH_POINTS, search->most};
	heat->likely = (struct demand){LOOK_ONCE, 0.32, search->most}; /* one standard error */
}

/* Nobody is likely to be on the front: then all are, by their rank. */
static bool is_keen(const struct heat *heat)
{
	for (int i = 0; i < heat->search->points; i++)
		if (runs(heat->search, i) && !heat->unlikely[i])
			return false;
	return true;
}

/* One round; the trials that those in contention have now, or 0: nothing is left to spend. */
static int climb(struct search *search, struct point **climber, int reached, int level)
{
	struct heat *heat = arena_take(&search->arena, sizeof *heat);
	open_heat(heat, search);
	judge(heat);
	if (search->tell)
		search->tell(search->context, search);
	int trials = 2 * reached < level ? 2 * reached : level;
	int count = reached < level ? list_climbers(heat, trials, is_keen(heat), climber) : 0;
	bool good = !count || search_spend(search, climber, count, trials);
	arena_free(&heat->arena);
	return good ? trials : 0;
}

bool search_look_at_new(struct search *search, int most)
{
	struct point *fresh[SEARCH_POINTS];
	int count = list_new(search, fresh);
	int first = SEARCH_FIRST_LOOK < most ? SEARCH_FIRST_LOOK : most;
	return !count || search_spend(search, fresh, count, first);
}

bool search_race(struct search *search, int level)
{
	struct point **climber = arena_take(&search->arena, SEARCH_POINTS * sizeof(struct point *));
	int first = SEARCH_FIRST_LOOK < level ? SEARCH_FIRST_LOOK : level;
	bool good = search_look_at_new(search, level);
	for (int reached = first, before = 0; good && before < level;) {
		before = reached;
		reached = climb(search, climber, reached, level);
		good = reached > 0;
	}
	return good;
}
