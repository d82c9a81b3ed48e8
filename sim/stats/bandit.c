/* A history is what remains of it: pulls and rewards of both arms. All of the same length are a
 * layer, in rows that share the first arm's pulls and rewards and the second's pulls. */
#include "sim/stats/bandit.h"

#include "sim/stats/bandit_index.h"
#include "sim/stats/posterior.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

static double index_of(enum bandit_policy policy, struct bandit_arm arm, double t)
{
	double mean = arm.rewards / arm.pulls;
	if (arm.pulls == 0)
		return INFINITY;
	if (policy == BANDIT_UCB1)
		return bandit_index_ucb1(mean, arm.pulls, t);
	return policy == BANDIT_KL_UCB ? bandit_index_kl_upper(mean, log(t) / arm.pulls) : mean;
}

/* Is an index surely not above `best`? A divergence is cheaper than the root that KL-UCB's is. */
static bool is_below(enum bandit_policy policy, struct bandit_arm arm, double t, double best)
{
	if (policy != BANDIT_KL_UCB || arm.pulls == 0 || isinf(best))
		return false;
	double mean = arm.rewards / arm.pulls;
	return mean < best && arm.pulls * bandit_index_kl(mean, best) > log(t);
}

int bandit_highest(enum bandit_policy policy, const struct bandit_arm *arm, int arms, double t)
{
	int highest = 0;
	double best = -INFINITY;
	for (int a = 0; a < arms; a++) {
		if (is_below(policy, arm[a], t, best))
			continue;
		double index = index_of(policy, arm[a], t);
		if (index > best) {
			best = index;
			highest = a;
		}
	}
	return highest;
}

/* ---- all histories of two arms */

/* Where the rows begin, in a layer of t pulls, whose first arm was pulled n times. */
static size_t place_of(int t, int n)
{
	double m = n;
	return (size_t)((t + 2) * m * (m + 1) / 2 - m * (m + 1) * (2 * m + 1) / 6);
}

struct exact {
	const struct bandit *bandit;
	const double *share;
	int t;
	double *layer, *next; /* chances of histories */
	double *index;	      /* of an arm by its pulls and rewards, after t pulls */
	double *second;	      /* chances that the second arm is pulled, by its rewards */
};

/* One row of t + 2 numbers for as many pulls; a last layer has t + 1 pulls. */
size_t bandit_exact_room(int horizon)
{
	size_t width = (size_t)horizon + 2;
	return 2 * place_of(horizon, horizon + 1) + width * width + width;
}

static void find_indices(struct exact *e)
{
	for (int n = 0; n <= e->t; n++)
		for (int s = 0; s <= n; s++)
			e->index[n * (e->t + 1) + s] =
				index_of(e->bandit->policy, (struct bandit_arm){n, s}, e->t);
}

/* Rewards 0..n2 of the second arm's n2 pulls. */
static void find_chances(struct exact *e, int n1, int s1)
{
	int n2 = e->t - n1;
	const struct bandit *b = e->bandit;
	double first = e->index[n1 * (e->t + 1) + s1];
	bool explores = b->policy == BANDIT_EPSILON_GREEDY && n1 > 0 && n2 > 0;
	double even = explores ? b->epsilon / 2 : 0;
	if (b->policy == BANDIT_THOMPSON) {
		posterior_above_counts((struct beta_law){1 + s1, 1 + n1 - s1}, n2, e->second);
		return;
	}
	for (int s2 = 0; s2 <= n2; s2++)
		e->second[s2] = b->policy == BANDIT_UNIFORM		 ? 0.5
				: e->index[n2 * (e->t + 1) + s2] > first ? 1 - even
									 : even;
}

/* A row, and where its histories lead: one more pull of either arm, with a reward or without. */
static double pull(struct exact *e, int n1, int s1)
{
	int n2 = e->t - n1;
	const double *row = e->layer + place_of(e->t, n1) + s1 * (n2 + 1);
	double *with1 = e->next + place_of(e->t + 1, n1 + 1) + (s1 + 1) * (n2 + 1);
	double *without1 = with1 - (n2 + 1);
	double *either2 = e->next + place_of(e->t + 1, n1) + s1 * (n2 + 2), sum = 0;
	for (int s2 = 0; s2 <= n2; s2++) {
		double to2 = row[s2] * e->second[s2], to1 = row[s2] - to2;
		with1[s2] += to1 * e->share[0];
		without1[s2] += to1 * (1 - e->share[0]);
		either2[s2 + 1] += to2 * e->share[1];
		either2[s2] += to2 * (1 - e->share[1]);
		sum += to2;
	}
	return sum;
}

/* The chance that the second arm is pulled next. */
static double pull_all(struct exact *e)
{
	double second = 0;
	memset(e->next, 0, place_of(e->t + 1, e->t + 2) * sizeof *e->next);
	find_indices(e);
	for (int n1 = 0; n1 <= e->t; n1++)
		for (int s1 = 0; s1 <= n1; s1++) {
			find_chances(e, n1, s1);
			second += pull(e, n1, s1);
		}
	double *done = e->layer;
	e->layer = e->next;
	e->next = done;
	e->t++;
	return second;
}

/* The chance that the second arm's posterior mean is higher in the end, and half of that of a tie.
 */
static double second_looks_best(const struct exact *e)
{
	double sum = 0;
	for (int n1 = 0; n1 <= e->t; n1++)
		for (int s1 = 0; s1 <= n1; s1++) {
			int n2 = e->t - n1;
			const double *row = e->layer + place_of(e->t, n1) + s1 * (n2 + 1);
			for (int s2 = 0; s2 <= n2; s2++) {
				int lead = (1 + s2) * (2 + n1) - (1 + s1) * (2 + n2);
				sum += row[s2] * (lead > 0 ? 1 : lead == 0 ? 0.5 : 0);
			}
		}
	return sum;
}

struct bandit_course bandit_exact(const struct bandit *bandit, const double share[2], int horizon,
				  double *room)
{
	assert(horizon >= 1 && horizon <= BANDIT_MOST_EXACT);
	size_t layer = place_of(horizon, horizon + 1), width = (size_t)horizon + 2;
	struct exact e = {bandit, share, 0, room, room + layer, room + 2 * layer, NULL};
	struct bandit_course course = {0};
	e.second = e.index + width * width;
	e.layer[0] = 1;
	while (e.t < horizon)
		course.pulls[1] += pull_all(&e);
	course.pulls[0] = horizon - course.pulls[1];
	course.regret = share[0] > share[1] ? (share[0] - share[1]) * course.pulls[1]
					    : (share[1] - share[0]) * course.pulls[0];
	course.looks_best[1] = second_looks_best(&e);
	course.looks_best[0] = 1 - course.looks_best[1];
	return course;
}
