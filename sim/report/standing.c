/* Two rollouts are held against each other trial by trial, in one quantity after another until one
 * tells them apart. Who is beaten by nobody is best; without those, the same is asked again. Being
 * told apart in different quantities, rollouts may beat each other in a ring: they share a place.
 */
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

/* Whether one of those that have no place yet beats it. */
static bool is_beaten(const struct field *field, const int *place, int rollout)
{
	for (int other = 0; other < field->rollouts; other++)
		if (!place[other] && field->bout[rollout * field->rollouts + other].beaten)
			return true;
	return false;
}

static void take_places(const struct field *field, int *place)
{
	int *taken = calloc((size_t)field->rollouts, sizeof *taken);
	if (!taken)
		error_out_of_memory((size_t)field->rollouts * sizeof *taken);
	for (int now = 1, left = field->rollouts; left; now++) {
		int best = 0;
		for (int r = 0; r < field->rollouts; r++) {
			taken[r] = !place[r] && !is_beaten(field, place, r);
			best += taken[r];
		}
		for (int r = 0; r < field->rollouts; r++)
			if (taken[r] || (!best && !place[r])) {
				place[r] = now;
				left--;
			}
	}
	free(taken);
}

/* By one of the best of those that beat it. */
static void say_why(const struct field *field, const int *place, struct placed *placed)
{
	const struct bout *bout = &field->bout[placed->rollout * field->rollouts];
	placed->beaten_by = -1;
	for (int r = 0; r < field->rollouts; r++)
		if (bout[r].beaten && place[r] < placed->place &&
		    (placed->beaten_by < 0 || place[r] < place[placed->beaten_by]))
			placed->beaten_by = r;
	if (placed->beaten_by < 0)
		return;
	placed->quantity = bout[placed->beaten_by].quantity;
	placed->change = bout[placed->beaten_by].change;
}

void standing_find(const struct results *results, int case_index, int point, struct placed *placed)
{
	struct field field = {.results = results,
			      .case_index = case_index,
			      .point = point,
			      .rollouts = results->rollouts};
	int *place = calloc((size_t)results->rollouts, sizeof *place), count = 0;
	if (!place)
		error_out_of_memory((size_t)results->rollouts * sizeof *place);
	begin(&field);
	for (int a = 0; a < field.rollouts; a++)
		for (int b = a + 1; b < field.rollouts; b++)
			fight(&field, a, b);
	take_places(&field, place);
	for (int now = 1; count < field.rollouts; now++)
		for (int r = 0; r < field.rollouts; r++)
			if (place[r] == now) {
				placed[count] = (struct placed){.rollout = r, .place = now};
				say_why(&field, place, &placed[count++]);
			}
	free(field.bout);
	free(place);
}
