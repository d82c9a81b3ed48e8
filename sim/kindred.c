/* Relatives are sorted beside each other, and cut into kindreds. */
#include "sim/kindred.h"

#include "sim/trial.h"

#include <stdlib.h>
#include <string.h>

/* What the riders of one kindred may keep in all, for each thread; those of more are several. */
enum { MOST_BYTES = 64 << 20 };

struct relative {
	int place, cell; /* place: among the cells of the study */
	int block;	 /* rollout and case */
	uint64_t kin;
	const struct plan *plan;
};

size_t kindred_check_bytes(const struct rollout_plan *rollout, int check)
{
	size_t state = rollout->check[check].detector.plugin->state_size;
	size_t line = _Alignof(max_align_t);
	return sizeof(struct check_state) + (state + line - 1) / line * line;
}

static int most_riders(const struct rollout_plan *rollout)
{
	size_t bytes = sizeof(struct rider);
	for (int c = 0; c < rollout->checks; c++)
		bytes += kindred_check_bytes(rollout, c);
	return (int)(MOST_BYTES / bytes) + 1;
}

static int by_kin(const void *a, const void *b)
{
	const struct relative *x = a, *y = b;
	if (x->block != y->block)
		return x->block < y->block ? -1 : 1;
	if (x->kin != y->kin)
		return x->kin < y->kin ? -1 : 1;
	return x->place - y->place;
}

static int by_first_cell(const void *a, const void *b)
{
	const struct kindred *x = a, *y = b;
	return x->cell[0] - y->cell[0];
}

static struct relative *list_relatives(struct arena *arena, const struct cells *cells)
{
	struct relative *list = arena_take(arena, (size_t)cells->count * sizeof *list);
	for (int i = 0; i < cells->count; i++) {
		int cell = cells->cell ? cells->cell[i] : i;
		const struct plan *plan = &cells->plans[cell % cells->points];
		int block = cell / cells->points;
		list[i] = (struct relative){i, cell, block, plan->rollout[block / cells->cases].kin,
					    plan};
	}
	qsort(list, (size_t)cells->count, sizeof *list, by_kin);
	return list;
}

static bool is_judged_alike(const struct check_plan *a, const struct check_plan *b)
{
	return a->min_requests == b->min_requests && a->fail_limit == b->fail_limit &&
	       a->consecutive == b->consecutive && a->no_data == b->no_data &&
	       a->weight == b->weight && a->critical == b->critical && a->lasting == b->lasting &&
	       !memcmp(a->detector.config, b->detector.config, a->detector.plugin->config_size);
}

/* Where p-values are corrected, what becomes of one depends on all the others. */
static uint32_t find_apart(const struct kindred *kindred)
{
	const struct rollout_plan *first = kindred->judge[0];
	uint32_t apart = 0, all = (uint32_t)((UINT64_C(1) << first->checks) - 1);
	for (int m = 1; m < kindred->riders; m++)
		for (int c = 0; c < first->checks; c++)
			if (!is_judged_alike(&first->check[c], &kindred->judge[m]->check[c]))
				apart |= UINT32_C(1) << c;
	return apart && first->correction != CORRECTION_NONE ? all : apart;
}

static struct kindred make(struct arena *arena, const struct relative *first, int riders, int cases)
{
	struct kindred kindred = {
		first->plan, first->block / cases, first->block % cases, riders, NULL, NULL, 0};
	kindred.judge = arena_take(arena, (size_t)riders * sizeof(*kindred.judge));
	kindred.cell = arena_take(arena, (size_t)riders * sizeof(*kindred.cell));
	for (int m = 0; m < riders; m++) {
		kindred.judge[m] = &first[m].plan->rollout[kindred.rollout];
		kindred.cell[m] = first[m].cell;
	}
	kindred.apart = find_apart(&kindred);
	return kindred;
}

static bool are_kin(const struct relative *a, const struct relative *b)
{
	return a->block == b->block && a->kin == b->kin && a->kin;
}

struct kindred *kindred_find_all(struct arena *arena, const struct cells *cells, int *count)
{
	const struct relative *list = list_relatives(arena, cells);
	struct kindred *kindred = arena_take(arena, (size_t)cells->count * sizeof *kindred);
	int kindreds = 0;
	for (int from = 0, to; from < cells->count; from = to) {
		int rollout = list[from].block / cells->cases;
		int most = most_riders(&list[from].plan->rollout[rollout]);
		most = most < cells->riders_most ? most : cells->riders_most;
		for (to = from + 1; to < cells->count && to - from < most; to++)
			if (!are_kin(&list[from], &list[to]))
				break;
		kindred[kindreds++] = make(arena, &list[from], to - from, cells->cases);
	}
	qsort(kindred, (size_t)kindreds, sizeof *kindred, by_first_cell);
	*count = kindreds;
	return kindred;
}
