/* NSGA-II's order: fronts peeled off one after the other, and within each the distance of a point's
 * neighbours along every aim. */
#include "sim/tune/rank.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { UNRANKED = -1 };

bool rank_dominates(const struct ranked *a, const struct ranked *b, int aims)
{
	if (a->violation > 0 || b->violation > 0)
		return a->violation < b->violation;
	bool less = false;
	for (int i = 0; i < aims; i++) {
		if (a->aim[i] > b->aim[i])
			return false;
		less |= a->aim[i] < b->aim[i];
	}
	return less;
}

static bool is_on_front(const struct ranked *points, int count, int aims, int i, int rank)
{
	for (int k = 0; k < count; k++)
		if ((points[k].rank == UNRANKED || points[k].rank == rank) &&
		    rank_dominates(&points[k], &points[i], aims))
			return false;
	return true;
}

/* The neighbour of a point in one aim, on either side, among those of its rank; the point itself if
 * there is none. */
static double neighbour(const struct ranked *points, int count, int i, int aim, bool above)
{
	double own = points[i].aim[aim], nearest = above ? INFINITY : -INFINITY;
	bool found = false;
	for (int k = 0; k < count; k++) {
		double value = points[k].aim[aim];
		/* Of equal ones the order decides, so that only one of them is lonely. */
		bool beyond = above ? value > own || (value == own && k > i)
				    : value < own || (value == own && k < i);
		if (k == i || points[k].rank != points[i].rank || !beyond)
			continue;
		found = true;
		nearest = above ? fmin(nearest, value) : fmax(nearest, value);
	}
	return found ? nearest : NAN;
}

static double span_of(const struct ranked *points, int count, int rank, int aim)
{
	double low = INFINITY, high = -INFINITY;
	for (int k = 0; k < count; k++)
		if (points[k].rank == rank && isfinite(points[k].aim[aim])) {
			low = fmin(low, points[k].aim[aim]);
			high = fmax(high, points[k].aim[aim]);
		}
	return high > low ? high - low : 1;
}

static double crowding_of(const struct ranked *points, int count, int aims, int i)
{
	double sum = 0;
	for (int a = 0; a < aims; a++) {
		double below = neighbour(points, count, i, a, false);
		double above = neighbour(points, count, i, a, true);
		if (isnan(below) || isnan(above))
			return INFINITY;
		double gap = above - below;
		sum += isnan(gap) ? 0 : gap / span_of(points, count, points[i].rank, a);
	}
	return sum;
}

void rank_all(struct ranked *points, int count, int aims)
{
	int left = count;
	for (int i = 0; i < count; i++)
		points[i].rank = UNRANKED;
	for (int rank = 0; left; rank++) {
		int before = left;
		for (int i = 0; i < count; i++)
			if (points[i].rank == UNRANKED &&
			    is_on_front(points, count, aims, i, rank)) {
				points[i].rank = rank;
				left--;
			}
		assert(left < before);
	}
	for (int i = 0; i < count; i++)
		points[i].crowding = crowding_of(points, count, aims, i);
}

bool rank_precedes(const struct ranked *a, const struct ranked *b)
{
	return a->rank != b->rank ? a->rank < b->rank : a->crowding > b->crowding;
}
