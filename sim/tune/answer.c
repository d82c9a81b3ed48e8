/* The front is tried anew on a seed of its own, and only what holds there is recommended: the knee,
 * which lies farthest from the plane through the ends of the front (Das 1999), is chosen by the
 * search, so that its fresh estimates were not chosen by. */
#include "sim/tune/answer.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NEIGHBOURS = 3 }; /* of a choice without order */

/* ---- rows */

static void add_row(struct answer *answer, const struct point *found)
{
	struct search *search = answer->search;
	answer->row[answer->rows++] = (struct answer_row){
		.found = found,
		.anew = search_new_point(&answer->arena, &search->problem, found->choice)};
}

static bool has_row(const struct answer *answer, const struct point *found)
{
	for (int r = 0; r < answer->rows; r++)
		if (answer->row[r].found == found)
			return true;
	return false;
}

/* The first point is the file's own. */
static void add_present(struct answer *answer)
{
	const struct search *search = answer->search;
	if (search->points && search->point[0]->plan && !has_row(answer, search->point[0]))
		add_row(answer, search->point[0]);
}

static void list_rows(struct answer *answer)
{
	const struct search *search = answer->search;
	for (int f = 0; f < search->fronts; f++)
		add_row(answer, search->point[search->front[f]]);
	answer->front = answer->rows;
}

/* ---- limits */

static enum standing hold(const struct problem *problem, int l, const struct point *point,
			  double part)
{
	const struct limit *limit = &problem->limit[l];
	double alpha = 1 - limit->expectation->confidence;
	const struct demand one_of_all = {LOOK_ONCE, 2 * alpha * part, 1};
	const struct demand alone = {LOOK_ONCE, 2 * alpha, 1};
	struct estimate seen = evidence_limit(problem, l, point, point->trials, &one_of_all);
	if (isnan(seen.value) || seen.high <= limit->due)
		return STANDING_HOLDS;
	seen = evidence_limit(problem, l, point, point->trials, &alone);
	return seen.low > limit->due ? STANDING_BROKEN : STANDING_OPEN;
}

static enum standing hold_all(const struct problem *problem, const struct point *point, double part)
{
	enum standing all = STANDING_HOLDS;
	for (int l = 0; l < problem->limits; l++) {
		enum standing one = hold(problem, l, point, part);
		if (one == STANDING_BROKEN)
			return one;
		all = one == STANDING_OPEN ? one : all;
	}
	return all;
}

/* Whichever row is recommended, it holds: each is held to its part of the error, those of the front
 * together to one half, those that may follow in reserve to the other. */
static void hold_row(struct answer *answer, int r)
{
	double parts = r < answer->front ? answer->front : ANSWER_RESERVES;
	double part = r < answer->front + answer->reserves ? 0.5 / parts : 1;
	answer->row[r].standing = hold_all(&answer->search->problem, answer->row[r].anew, part);
}

/* ---- the knee */

/* Of those in reserve the last was tried because no other holds. */
static int find_knee(const struct answer *answer)
{
	int knee = -1, last = answer->front + answer->reserves - 1;
	double least = INFINITY;
	for (int r = 0; r < answer->front; r++) {
		if (answer->row[r].standing != STANDING_HOLDS)
			continue;
		double here = answer->search->height[r];
		if (knee < 0 || here < least) {
			knee = r;
			least = here;
		}
	}
	if (knee < 0 && answer->reserves && answer->row[last].standing == STANDING_HOLDS)
		knee = last;
	return knee;
}

/* ---- those in reserve */

static bool try_reserve(struct answer *answer, int found)
{
	int row = answer->rows;
	add_row(answer, answer->search->point[found]);
	answer->reserves++;
	if (!bench_run(&answer->bench, &answer->row[row].anew, 1, answer->search->fresh))
		return false;
	hold_row(answer, row);
	return true;
}

/* Each keeps more distance from the limits than the one before, by a standard error. Their order is
 * the search's: fresh trials choose nobody. False if it was stopped. */
static bool try_reserves(struct answer *answer)
{
	struct search *search = answer->search;
	bool taken[SEARCH_POINTS] = {false}, good = true, holds = false;
	for (int f = 0; f < search->fronts; f++)
		taken[search->front[f]] = true;
	while (good && !holds && answer->reserves < ANSWER_RESERVES) {
		int found = search_reserve(search, taken, 2 + answer->reserves);
		if (found < 0)
			return !search->stopped;
		taken[found] = true;
		good = try_reserve(answer, found);
		holds = answer->row[answer->rows - 1].standing == STANDING_HOLDS;
	}
	return good;
}

/* ---- steps away from it */

static void add_step(struct answer *answer, int parameter, int value)
{
	const struct problem *problem = &answer->search->problem;
	int choice[TUNING_PARAMETERS];
	memcpy(choice, answer->row[answer->knee].found->choice,
	       (size_t)problem->tuning->parameters * sizeof *choice);
	choice[parameter] = value;
	scenario_settle(problem->scenario, choice);
	struct point *point = search_new_point(&answer->arena, problem, choice);
	if (point->plan)
		answer->step[answer->steps++] = (struct answer_step){parameter, point};
}

static void list_steps(struct answer *answer)
{
	const struct tuning *tuning = answer->search->problem.tuning;
	const int *choice = answer->row[answer->knee].found->choice;
	answer->step = arena_take(&answer->arena, (size_t)(tuning->parameters * MOST_NEIGHBOURS) *
							  sizeof *answer->step);
	for (int i = 0; i < tuning->parameters; i++) {
		const struct tuning_parameter *parameter = &tuning->parameter[i];
		int added = 0;
		if (choice[i] < 0)
			continue;
		for (int v = 0; v < parameter->values && added < MOST_NEIGHBOURS; v++) {
			bool near = abs(v - choice[i]) == 1;
			if (v == choice[i] || (parameter->ordered && !near))
				continue;
			add_step(answer, i, v);
			added++;
		}
	}
}

static bool run_steps(struct answer *answer)
{
	struct point **points =
		arena_take(&answer->arena, (size_t)(answer->steps + 1) * sizeof *points);
	for (int i = 0; i < answer->steps; i++)
		points[i] = answer->step[i].point;
	return !answer->steps ||
	       bench_run(&answer->bench, points, answer->steps, answer->search->fresh);
}

/* ---- where no point keeps to all limits */

/* As the limit has it, or above; what nothing is said of is none. */
static double seen_of(const struct problem *problem, int limit, const struct point *point)
{
	const struct demand any = {LOOK_ONCE, 0.5, 1};
	double value = evidence_limit(problem, limit, point, point->trials, &any).value;
	return isnan(value) ? -INFINITY : value;
}

static bool keeps_to_others(const struct problem *problem, int limit, const struct point *point)
{
	for (int l = 0; l < problem->limits; l++)
		if (l != limit && seen_of(problem, l, point) > problem->limit[l].due)
			return false;
	return true;
}

static void find_binding(struct answer *answer)
{
	const struct search *search = answer->search;
	const struct problem *problem = &search->problem;
	answer->limit =
		arena_take(&answer->arena, (size_t)(problem->limits + 1) * sizeof *answer->limit);
	for (int l = 0; l < problem->limits; l++) {
		struct answer_limit *limit = &answer->limit[l];
		limit->least = INFINITY;
		for (int i = 0; i < search->points; i++) {
			const struct point *point = search->point[i];
			if (!point->trials)
				continue;
			double seen = seen_of(problem, l, point);
			if (keeps_to_others(problem, l, point))
				limit->least = fmin(limit->least, seen);
		}
		limit->binds = limit->least > problem->limit[l].due;
		answer->binds |= limit->binds;
	}
}

/* Some shares are 0 in so few trials. */
static double upper_normal(double share, double trials)
{
	double counted = (share * trials + 0.5) / (trials + 1);
	return gsl_cdf_ugaussian_Qinv(counted);
}

/* The most of a share that limits are about, and what may be; false if none is. */
static bool largest(const struct answer *answer, const char *column, const struct point *point,
		    double *share, double *due)
{
	const struct problem *problem = &answer->search->problem;
	*share = -1;
	*due = NAN;
	for (int l = 0; l < problem->limits; l++) {
		const struct expectation *e = problem->limit[l].expectation;
		double seen = seen_of(problem, l, point);
		if (strcmp(e->quantity.column->name, column) != 0 || e->at_least || seen <= *share)
			continue;
		*share = seen;
		*due = problem->limit[l].due;
	}
	return *share >= 0;
}

/* A test of two rates is passed by chance and failed by chance as often as its limit lies so many
 * standard errors from either; both together are the distance of the rates. */
static void find_distance(struct answer *answer)
{
	double alarm, alarm_due, miss, miss_due;
	answer->distance = answer->needed = NAN;
	if (!answer->front)
		return;
	const struct point *best = answer->row[0].found;
	for (int r = 1; r < answer->front; r++)
		if (search_violation(answer->search, answer->row[r].found) <
		    search_violation(answer->search, best))
			best = answer->row[r].found;
	if (!largest(answer, "false_rollback", best, &alarm, &alarm_due) ||
	    !largest(answer, "missed", best, &miss, &miss_due))
		return;
	answer->distance = upper_normal(alarm, best->trials) + upper_normal(miss, best->trials);
	answer->needed = gsl_cdf_ugaussian_Qinv(alarm_due) + gsl_cdf_ugaussian_Qinv(miss_due);
}

/* ---- the whole */

static int64_t trials_of(const struct answer *answer)
{
	const struct problem *problem = &answer->search->problem;
	int64_t points = answer->rows + 1 + 2 * problem->tuning->parameters;
	return points * problem->cases * answer->search->fresh;
}

static void forget(const struct problem *problem, struct point *point)
{
	for (int t = 0; t < problem->tracks; t++)
		free(point->value[t]);
}

static bool run_rows(struct answer *answer)
{
	struct point *points[SEARCH_FRONT + ANSWER_RESERVES + 1] = {NULL};
	for (int r = 0; r < answer->rows; r++)
		points[r] = answer->row[r].anew;
	bool good = bench_results(&answer->bench, points, answer->rows, answer->search->fresh,
				  &answer->results);
	for (int r = 0; good && r < answer->rows; r++)
		hold_row(answer, r);
	return good;
}

/* Where some are taken from the reserve, all are run again: their results belong together. */
static bool try_rows(struct answer *answer)
{
	add_present(answer);
	assert(answer->rows); /* the file's own, if nothing else */
	if (!run_rows(answer))
		return false;
	for (int r = 0; r < answer->front; r++)
		if (answer->row[r].standing == STANDING_HOLDS)
			return true;
	if (answer->rows > answer->front)
		forget(&answer->search->problem, answer->row[--answer->rows].anew);
	bool good = try_reserves(answer);
	add_present(answer);
	if (!good)
		return false;
	results_free(&answer->results);
	return run_rows(answer);
}

bool answer_find(struct answer *answer, struct search *search)
{
	*answer = (struct answer){.search = search, .bench = search->bench, .knee = -1};
	answer->bench.seed = search->bench.seed + 1;
	list_rows(answer);
	answer->bench.done = 0;
	answer->bench.total = trials_of(answer);
	if (!try_rows(answer))
		return false;
	answer->knee = find_knee(answer);
	find_binding(answer);
	find_distance(answer);
	if (answer->knee < 0)
		return true;
	list_steps(answer);
	return run_steps(answer);
}

void answer_free(struct answer *answer)
{
	for (int r = 0; r < answer->rows; r++)
		forget(&answer->search->problem, answer->row[r].anew);
	for (int i = 0; i < answer->steps; i++)
		forget(&answer->search->problem, answer->step[i].point);
	results_free(&answer->results);
	arena_free(&answer->arena);
}

/* ---- numbers */

struct estimate answer_aim(const struct answer *answer, int aim, const struct point *point)
{
	const struct demand demand = {LOOK_ONCE, 1 - ANSWER_LEVEL, 1};
	return evidence_aim(&answer->search->problem, aim, point, point->trials, &demand);
}

/* Of what must be at least so much, a limit counts what lacks. */
static bool is_turned(const struct limit *limit)
{
	return limit->expectation->at_least &&
	       limit->expectation->quantity.kind != QUANTITY_QUANTILE;
}

/* Shares and means as they are written, not as a limit turns them round. */
struct estimate answer_limit(const struct answer *answer, int l, const struct point *point)
{
	const struct limit *limit = &answer->search->problem.limit[l];
	const struct demand demand = {LOOK_ONCE, 1 - ANSWER_LEVEL, 1};
	struct estimate seen =
		evidence_limit(&answer->search->problem, l, point, point->trials, &demand);
	if (!is_turned(limit))
		return seen;
	double whole = limit->share ? 1 : 0;
	return (struct estimate){whole - seen.value, whole - seen.high, whole - seen.low};
}

struct estimate answer_change(const struct answer *answer, int step, int quantity)
{
	const struct problem *problem = &answer->search->problem;
	const struct point *from = answer->row[answer->knee].anew, *to = answer->step[step].point;
	int n = answer->search->fresh;
	if (quantity < problem->aims)
		return evidence_aim_change(problem, quantity, from, to, n, 1 - ANSWER_LEVEL);
	const struct limit *limit = &problem->limit[quantity - problem->aims];
	struct estimate change = evidence_limit_change(problem, quantity - problem->aims, from, to,
						       n, 1 - ANSWER_LEVEL);
	return is_turned(limit) ? (struct estimate){-change.value, -change.high, -change.low}
				: change;
}

const char *answer_value(const struct answer *answer, const struct point *point, int i)
{
	const struct tuning_parameter *parameter = &answer->search->problem.tuning->parameter[i];
	int value = point->choice[i];
	if (value >= 0)
		return parameter->text[value];
	const char *present = scenario_present(answer->search->problem.scenario, i);
	return value == TUNING_AS_IS && present ? present : "-";
}

const char *answer_label(const struct answer *answer, const struct point *point, int i)
{
	const struct tuning_parameter *parameter = &answer->search->problem.tuning->parameter[i];
	return point->choice[i] >= 0 ? parameter->label[point->choice[i]]
				     : answer_value(answer, point, i);
}

void answer_describe_points(struct answer *answer)
{
	const struct tuning *tuning = answer->search->problem.tuning;
	struct results *results = &answer->results;
	size_t rows = (size_t)answer->rows, parameters = (size_t)tuning->parameters;
	results->varied = tuning->parameters;
	results->vary = arena_take(&results->arena, parameters * sizeof *results->vary);
	for (int i = 0; i < tuning->parameters; i++) {
		struct vary *vary = &results->vary[i];
		vary->key = tuning->parameter[i].key;
		vary->values = arena_take(&results->arena, rows * sizeof *vary->values);
		for (int r = 0; r < answer->rows; r++)
			vary->values[r] = answer_value(answer, answer->row[r].found, i);
	}
}
