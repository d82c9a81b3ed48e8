/* Where nothing on the front holds all limits, something that was passed over for it may: settings
 * are tried on, the best aims first, until there is one that the search believes in. */
#include "sim/tune/search.h"

#include <math.h>
#include <string.h>

/* Errors by which a limit may seem to be broken and hold: 1.96 standard ones. */
#define DOUBT 0.05

static bool may_hold(const struct search *search, const struct point *point)
{
	const struct problem *problem = &search->problem;
	const struct demand demand = {LOOK_ONCE, DOUBT, search->most};
	for (int l = 0; l < problem->limits; l++)
		if (evidence_limit(problem, l, point, point->trials, &demand).low >
		    problem->limit[l].due)
			return false;
	return true;
}

static bool is_twin(const struct search *search, const struct point *a, const struct point *b)
{
	int n = a->trials < b->trials ? a->trials : b->trials;
	for (int t = 0; t < search->problem.tracks; t++)
		if (memcmp(a->value[t], b->value[t], (size_t)n * sizeof(double)) != 0)
			return false;
	return true;
}

/* Of trials that were all the same nothing else can be expected. */
static bool is_taken(const struct search *search, const bool *taken, int i)
{
	for (int k = 0; k < search->points; k++)
		if (taken[k] && (k == i || is_twin(search, search->point[k], search->point[i])))
			return true;
	return false;
}

/* What has all its trials is to hold by them. */
static bool is_candidate(const struct search *search, const bool *taken, int i)
{
	const struct point *point = search->point[i];
	if (!point->trials || (point->fate != FATE_RUNS && point->fate != FATE_DOMINATED) ||
	    is_taken(search, taken, i))
		return false;
	return point->trials < search->most ? may_hold(search, point)
					    : !(search_violation(search, point) > 0);
}

static double *aims_of(const struct search *search, struct arena *arena, const struct point *point)
{
	const struct problem *problem = &search->problem;
	const struct demand any = {LOOK_ONCE, 0.5, search->most};
	double *aim = arena_take(arena, (size_t)problem->aims * sizeof *aim);
	for (int a = 0; a < problem->aims; a++)
		aim[a] = evidence_aim(problem, a, point, point->trials, &any).value;
	return aim;
}

/* The sum of all aims, each from 0 to 1 over the candidates. */
static double height_of(const double *const *aim, int count, int aims, int i)
{
	double sum = 0;
	for (int a = 0; a < aims; a++) {
		double low = INFINITY, high = -INFINITY;
		for (int k = 0; k < count; k++) {
			low = fmin(low, aim[k][a]);
			high = isfinite(aim[k][a]) ? fmax(high, aim[k][a]) : high;
		}
		sum += high > low ? (aim[i][a] - low) / (high - low) : 0;
	}
	return isnan(sum) ? INFINITY : sum;
}

static int find_best(const struct search *search, const bool *taken)
{
	struct arena arena = {0};
	const double *aim[SEARCH_POINTS];
	int place[SEARCH_POINTS], count = 0, best = -1;
	double least = INFINITY;
	for (int i = 0; i < search->points; i++)
		if (is_candidate(search, taken, i)) {
			aim[count] = aims_of(search, &arena, search->point[i]);
			place[count++] = i;
		}
	for (int k = 0; k < count; k++) {
		double here = height_of(aim, count, search->problem.aims, k);
		if (best < 0 || here < least) {
			best = place[k];
			least = here;
		}
	}
	arena_free(&arena);
	return best;
}

/* Twice as many trials at a time: what breaks a limit shows it soon. False if the budget has no
 * room for more, or it was stopped; found: -1 if there is none. */
static bool try_on(struct search *search, const bool *taken, int *found)
{
	for (*found = -1;;) {
		int best = find_best(search, taken);
		if (best < 0)
			return true;
		struct point *point = search->point[best];
		if (point->trials >= search->most) {
			point->fate = FATE_RUNS; /* whoever beat it does not hold all limits */
			*found = best;
			return true;
		}
		int trials = 2 * point->trials < search->most ? 2 * point->trials : search->most;
		if (!search_spend(search, &point, 1, trials))
			return false;
	}
}

int search_reserve(struct search *search, const bool taken[SEARCH_POINTS], int distance)
{
	double before = search->distance;
	int found = -1;
	bool good = search_look_at_new(search, search->most);
	for (int errors = distance; found < 0 && good && errors >= 0; errors--) {
		search->distance = errors;
		good = try_on(search, taken, &found);
	}
	search->distance = before;
	return found;
}
