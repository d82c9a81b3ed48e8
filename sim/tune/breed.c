/* New points from good ones, by generalised differential evolution: what a point and two others
 * differ in is added to a third (Storn and Price 1997), and who may be a parent says the order of
 * NSGA-II (GDE3: Kukkonen and Lampinen 2005). Values are places in lists, so that sums are rounded;
 * what has no order is inherited. */
#include "sim/tune/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PARENTS = 16, CHILDREN = 16, ATTEMPTS = 40 };

#define CROSSOVER   0.8 /* of the values that are not the parent's */
#define LEAST_SCALE 0.3
#define MOST_SCALE  0.9 /* of differences; drawn anew for each child */

static int below(struct rng *rng, int n)
{
	return (int)(rng_uniform(rng) * n);
}

/* The best, in order. */
static int list_parents(const struct search *search, const struct point *parent[PARENTS])
{
	int place[PARENTS], count = 0;
	for (int i = 0; i < search->points; i++) {
		if (!search_is_ranked(search->point[i]))
			continue;
		int at = count;
		while (at && rank_precedes(&search->ranked[i], &search->ranked[place[at - 1]]))
			at--;
		if (at >= PARENTS)
			continue;
		count += count < PARENTS;
		memmove(&place[at + 1], &place[at], (size_t)(count - at - 1) * sizeof *place);
		place[at] = i;
	}
	for (int i = 0; i < count; i++)
		parent[i] = search->point[place[i]];
	return count;
}

/* One step or a few up or down, or any other where there is no order. */
static int step(struct rng *rng, const struct tuning_parameter *parameter, int value)
{
	if (!parameter->ordered || value < 0)
		return below(rng, parameter->values);
	int far = 1 + below(rng, 1 + parameter->values / 10);
	value += rng_uniform(rng) < 0.5 ? -far : far;
	value = value < 0 ? 0 : value;
	return value < parameter->values ? value : parameter->values - 1;
}

static int recombine(struct rng *rng, const struct tuning_parameter *parameter, int own,
		     const int other[3], double scale)
{
	if (rng_uniform(rng) >= CROSSOVER)
		return own;
	if (!parameter->ordered)
		return other[below(rng, 3)];
	if (other[0] < 0 || other[1] < 0 || other[2] < 0)
		return below(rng, parameter->values);
	double value = round(other[0] + scale * (other[1] - other[2]));
	double last = parameter->values - 1;
	/* Beyond an end it comes back from there. */
	value = value < 0 ? -value : value > last ? 2 * last - value : value;
	return (int)fmin(fmax(value, 0), last);
}

static void make_child(struct search *search, const struct point *const *parent, int parents,
		       int target, int *choice)
{
	const struct tuning *tuning = search->problem.tuning;
	struct rng *rng = &search->rng;
	const struct point *others[3];
	for (int i = 0; i < 3; i++)
		others[i] = parent[below(rng, parents)];
	double scale = LEAST_SCALE + (MOST_SCALE - LEAST_SCALE) * rng_uniform(rng);
	for (int i = 0; i < tuning->parameters; i++) {
		const int other[3] = {others[0]->choice[i], others[1]->choice[i],
				      others[2]->choice[i]};
		choice[i] = recombine(rng, &tuning->parameter[i], parent[target]->choice[i], other,
				      scale);
	}
}

/* A child that is new: those that are there already are moved on by steps. */
static bool breed_one(struct search *search, const struct point *const *parent, int parents,
		      int target)
{
	const struct tuning *tuning = search->problem.tuning;
	int choice[TUNING_PARAMETERS];
	make_child(search, parent, parents, target, choice);
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		if (search_add(search, choice))
			return true;
		int i = below(&search->rng, tuning->parameters);
		choice[i] = step(&search->rng, &tuning->parameter[i], choice[i]);
	}
	return false;
}

/* The values next to those of a good point, one parameter at a time. */
static int add_neighbours(struct search *search, const struct point *point, int most)
{
	const struct tuning *tuning = search->problem.tuning;
	int choice[TUNING_PARAMETERS], count = 0;
	for (int i = 0; i < tuning->parameters; i++)
		for (int v = 0; v < tuning->parameter[i].values && count < most; v++) {
			bool near = abs(v - point->choice[i]) == 1;
			if (point->choice[i] < 0 || (tuning->parameter[i].ordered && !near))
				continue;
			memcpy(choice, point->choice, (size_t)tuning->parameters * sizeof *choice);
			choice[i] = v;
			count += search_add(search, choice) != NULL;
		}
	return count;
}

/* The place on the front that comes next by its height. */
static int next_lowest(const struct search *search, const bool *seen)
{
	int lowest = -1;
	for (int f = 0; f < search->fronts; f++)
		if (!seen[f] && (lowest < 0 || search->height[f] < search->height[lowest]))
			lowest = f;
	return lowest;
}

int search_look_around(struct search *search, int most)
{
	bool seen[SEARCH_FRONT] = {false};
	int count = 0;
	search_find_front(search);
	for (int i = 0; i < most && i < search->fronts && count < CHILDREN; i++) {
		int f = next_lowest(search, seen);
		seen[f] = true;
		count += add_neighbours(search, search->point[search->front[f]], CHILDREN - count);
	}
	return count;
}

int search_breed(struct search *search)
{
	const struct point *parent[PARENTS];
	int parents = list_parents(search, parent), count = 0;
	for (int i = 0; i < CHILDREN && parents && search->points < SEARCH_POINTS; i++)
		count += breed_one(search, parent, parents, i % parents);
	return count;
}
