/* Two rollouts are held against each other trial by trial, in one quantity after another until one
 * tells them apart. Each is then somewhere behind all that surely beat it and before all that it
 * surely beats: not being told apart is no equality, and is not handed on from one to the next. */
#include "sim/report/standing.h"

#include "sim/error.h"

#include <assert.h>
#include <stdlib.h>

const char *const standing_harmful[STANDING_QUANTITIES] = {"missed", "harmed_users.mean",
							   "harmed_requests.mean"};
const char *const standing_healthy[STANDING_QUANTITIES] = {"false_rollback", "promoted",
							   "time_to_promote.p50"};

/* What came of one rollout against another. */
struct bout {
	bool beaten;
	struct quantity quantity;
	struct estimate change;
};

struct field {
	const struct results *results;
	int case_index, point, rollouts;
	struct quantity quantity[STANDING_QUANTITIES];
	struct terms terms;
	struct bout *bout; /* [rollouts][rollouts]: the row's, against the column's */
};

static void begin(struct field *field)
{
	const struct results *results = field->results;
	int n = field->rollouts, pairs = n * (n - 1) / 2;
	const struct quantity_names nobody = {NULL, NULL, 0, 0};
	bool harmful = results->case_harmful[field->case_index];
	const char *const *names = harmful ? standing_harmful : standing_healthy;
	for (int q = 0; q < STANDING_QUANTITIES; q++) {
		char why[QUANTITY_WHY];
		bool good = quantity_read(&field->quantity[q], names[q], &nobody, why);
		assert(good);
	}
	double questions = pairs ? pairs * STANDING_QUANTITIES : 1;
	field->terms = (struct terms){true, harmful, 1 - (1 - STANDING_LEVEL) / questions};
	field->bout = calloc((size_t)(n * n), sizeof *field->bout);
	if (!field->bout)
		error_out_of_memory((size_t)(n * n) * sizeof *field->bout);
}

/* Whether `a` or `b` is worse, by the first quantity that tells. */
static void fight(struct field *field, int a, int b)
{
	struct duelist before = {.results = field->results}, after = before;
	before.cell = results_cell(field->results, a, field->case_index, field->point);
	after.cell = results_cell(field->results, b, field->case_index, field->point);
	for (int q = 0; q < STANDING_QUANTITIES; q++) {
		struct duel duel;
		before.quantity = after.quantity = field->quantity[q];
		duel_hold(&duel, &before, &after, &field->terms);
		struct estimate back = {-duel.change.value, -duel.change.high, -duel.change.low};
		if (duel.end == DUEL_WORSE)
			field->bout[b * field->rollouts + a] =
				(struct bout){true, field->quantity[q], duel.change};
		if (duel.end == DUEL_BETTER)
			field->bout[a * field->rollouts + b] =
				(struct bout){true, field->quantity[q], back};
		if (duel.end == DUEL_WORSE || duel.end == DUEL_BETTER)
			return;
	}
}

static bool is_beaten(const struct field *field, int rollout, int by)
{
	return field->bout[rollout * field->rollouts + by].beaten;
}

static struct placed place(const struct field *field, int rollout)
{
	struct placed placed = {
		.rollout = rollout, .first = 1, .last = field->rollouts, .beaten_by = -1};
	for (int other = 0; other < field->rollouts; other++) {
		placed.first += is_beaten(field, rollout, other);
		placed.last -= is_beaten(field, other, rollout);
	}
	return placed;
}

static int by_place(const void *left, const void *right)
{
	const struct placed *a = left, *b = right;
	if (a->first != b->first)
		return a->first - b->first;
	return a->last != b->last ? a->last - b->last : a->rollout - b->rollout;
}

/* By the best of those that beat it. */
static void say_why(const struct field *field, struct placed *placed, int i)
{
	for (int k = 0; k < field->rollouts && placed[i].beaten_by < 0; k++)
		if (is_beaten(field, placed[i].rollout, placed[k].rollout))
			placed[i].beaten_by = placed[k].rollout;
	if (placed[i].beaten_by < 0)
		return;
	const struct bout *bout =
		&field->bout[placed[i].rollout * field->rollouts + placed[i].beaten_by];
	placed[i].quantity = bout->quantity;
	placed[i].change = bout->change;
}

void standing_find(const struct results *results, int case_index, int point, struct placed *placed)
{
	struct field field = {.results = results,
			      .case_index = case_index,
			      .point = point,
			      .rollouts = results->rollouts};
	begin(&field);
	for (int a = 0; a < field.rollouts; a++)
		for (int b = a + 1; b < field.rollouts; b++)
			fight(&field, a, b);
	for (int r = 0; r < field.rollouts; r++)
		placed[r] = place(&field, r);
	qsort(placed, (size_t)field.rollouts, sizeof *placed, by_place);
	for (int i = 0; i < field.rollouts; i++)
		say_why(&field, placed, i);
	free(field.bout);
}
