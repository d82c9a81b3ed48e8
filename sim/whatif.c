/* Variants are dealt into groups that can walk side by side: of one speed and one kind of queue.
 * Each group goes through the columns once, block by block. */
#include "sim/whatif.h"

#include "sim/whatif_spread.h"

#include "sim/arena.h"
#include "sim/error.h"

#include "sim/stats/proportion.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const whatif_metric_name[WHATIF_METRICS] = {"failed", "p50_s",	 "p95_s", "p99_s",
							"waited", "mean_wait_s", "harmed"};

#define Z_LEVEL 1.959964 /* of WHATIF_LEVEL */

/* Where variants of one group come from. */
struct member {
	const struct whatif_variant *variant;
	int place;
};

struct group {
	const struct whatif_traffic *traffic;
	const struct member *member;
	int count, width;
	struct whatif_columns columns;
	struct whatif_lanes *lanes;
	struct whatif_sums *sums; /* of each block */
	struct arena arena;
};

/* ---- dealing */

static int kind_of_queue(int slots)
{
	return slots > 1 ? 2 : slots;
}

/* Those with as many slots come together: a group pays for the most that one of them has. */
static int by_group(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	if (x->variant->speed != y->variant->speed)
		return x->variant->speed < y->variant->speed ? -1 : 1;
	if (x->variant->slots != y->variant->slots)
		return x->variant->slots < y->variant->slots ? -1 : 1;
	return x->place - y->place;
}

static int count_group(const struct member *member, int left)
{
	const struct whatif_variant *first = member[0].variant;
	int count = 1;
	while (count < left && count < WHATIF_LANES &&
	       member[count].variant->speed == first->speed &&
	       kind_of_queue(member[count].variant->slots) == kind_of_queue(first->slots))
		count++;
	return count;
}

/* ---- one group */

static double errors_of(const struct whatif_traffic *traffic, struct change change)
{
	double errors = change.how == CHANGE_ADD ? traffic->errors + change.amount
						 : traffic->errors * change.amount;
	return round(fmin(errors, 1) * 0x1p32);
}

/* Lanes beyond the last variant serve nobody. */
static void set_lane(struct group *g, int l)
{
	const struct whatif_variant *v = g->member[l].variant;
	g->lanes->factor[l] = v->latency;
	g->lanes->share[l] = v->share * 0x1p32;
	g->lanes->errors[l] = errors_of(g->traffic, v->errors);
	g->lanes->most_errors = fmax(g->lanes->most_errors, g->lanes->errors[l]);
	g->lanes->slots = v->slots > g->lanes->slots ? v->slots : g->lanes->slots;
}

static void set_slots(struct group *g)
{
	struct whatif_lanes *lanes = g->lanes;
	size_t slots = (size_t)lanes->slots, width = (size_t)g->width;
	lanes->free_ns = arena_take(&g->arena, (slots * width + 1) * sizeof(double));
	for (int s = 0; s < lanes->slots; s++)
		for (int l = 0; l < g->width; l++)
			if (l < g->count && s >= g->member[l].variant->slots)
				lanes->free_ns[s * g->width + l] = INFINITY;
}

static void set_arrivals(struct group *g)
{
	double speed = g->member[0].variant->speed;
	g->columns = g->traffic->columns;
	if (speed == 1)
		return;
	double *at = arena_take(&g->arena, (size_t)g->traffic->requests * sizeof *at);
	for (int64_t i = 0; i < g->traffic->requests; i++)
		at[i] = rint(g->traffic->columns.at[i] / speed);
	g->columns.at = at;
}

static void begin_group(struct group *g)
{
	g->width = g->count == 1 ? 1 : (g->count + 7) / 8 * 8;
	size_t cells = (size_t)WHATIF_HEIGHT * (size_t)g->width;
	g->lanes = arena_take(&g->arena, sizeof *g->lanes);
	g->lanes->width = g->width;
	g->lanes->limit_ns = g->traffic->limit_ns;
	for (int l = 0; l < g->count; l++)
		set_lane(g, l);
	set_slots(g);
	set_arrivals(g);
	g->lanes->harmed_by =
		arena_take(&g->arena, ((size_t)g->traffic->user_places + 1) * sizeof(uint32_t));
	g->sums = arena_take(&g->arena, (size_t)g->traffic->blocks * sizeof *g->sums);
	for (int b = 0; b < g->traffic->blocks; b++) {
		/* Most rows are never touched: the system need not even find memory for them. */
		g->sums[b].count = calloc(cells, sizeof(uint32_t));
		if (!g->sums[b].count)
			error_out_of_memory(cells * sizeof(uint32_t));
	}
}

static void end_group(struct group *g)
{
	for (int b = 0; b < g->traffic->blocks; b++)
		free(g->sums[b].count);
	arena_free(&g->arena);
}

static void serve(struct group *g)
{
	const int64_t *block = g->traffic->block;
	for (int b = 0; b < g->traffic->blocks; b++)
		(g->width == 1 ? whatif_one_serve : whatif_lanes_serve)(
			g->lanes, &g->columns, block[b], block[b + 1], &g->sums[b]);
}

/* ---- answers */

static void count_harmed_users(const struct group *g, int l, struct whatif_answer *answer)
{
	for (int u = 0; u < g->traffic->user_places; u++)
		answer->harmed_users += g->lanes->harmed_by[u] >> l & 1;
}

static void answer_lane(const struct group *g, int l, struct whatif_answer *answer)
{
	const struct whatif_variant *v = g->member[l].variant;
	double busy_ns = 0, span_ns = (double)g->traffic->span / v->speed;
	for (int b = 0; b < g->traffic->blocks; b++) {
		busy_ns += g->sums[b].busy_ns[l];
		answer->failed += g->sums[b].failed[l];
		answer->harmed += g->sums[b].harmed[l];
	}
	answer->load = v->slots ? busy_ns / (v->slots * span_ns) : NAN;
	count_harmed_users(g, l, answer);
}

/* Wilson's interval, of as many fewer users as harm to requests lies closer together than chance
 * would lay it (Kish 1965: the design effect): who comes in the same bad minute is harmed together.
 */
static struct whatif_estimate share_of_users(const struct whatif_traffic *traffic,
					     const struct whatif_answer *answer)
{
	struct whatif_estimate harmed = answer->of[WHATIF_HARMED];
	double users = traffic->users, n = (double)answer->requests, effect = 1;
	double value = users ? (double)answer->harmed_users / users : NAN;
	if (!users || isnan(harmed.low))
		return (struct whatif_estimate){value, NAN, NAN};
	double spread = (harmed.high - harmed.low) / (2 * Z_LEVEL);
	double chance = harmed.value * (1 - harmed.value) / n;
	if (chance > 0)
		effect = fmax(spread * spread / chance, 1);
	struct interval interval =
		proportion_wilson(value * users / effect, users / effect, WHATIF_LEVEL);
	return (struct whatif_estimate){value, interval.low, interval.high};
}

/* What is compared with what: of each place the replicates of its record. */
struct comparison {
	const struct whatif_draws *draws;
	const struct whatif_replicates *const *record; /* NULL: these are the record */
	struct whatif_replicates *const *keep;	       /* where to put theirs; NULL: nowhere */
};

static void run_group(struct group *g, const struct comparison *c, struct whatif_answer *answers)
{
	begin_group(g);
	serve(g);
	struct whatif_spread spread;
	whatif_spread_begin(&spread, &g->arena, g->sums, g->traffic->blocks, g->width, c->draws);
	for (int l = 0; l < g->count; l++) {
		int place = g->member[l].place;
		struct whatif_answer *answer = &answers[place];
		*answer = (struct whatif_answer){.requests = spread.served[l]};
		answer_lane(g, l, answer);
		whatif_spread_lane(&spread, l, c->record ? c->record[place] : NULL, answer);
		answer->users = share_of_users(g->traffic, answer);
		if (c->keep)
			whatif_spread_keep(&spread, l, c->keep[place]);
	}
	end_group(g);
}

static void run_all(const struct whatif_traffic *traffic, const struct whatif_variant *variants,
		    int count, const struct comparison *c, struct whatif_answer *answers)
{
	struct arena arena = {0};
	struct member *member = arena_take(&arena, (size_t)count * sizeof *member);
	for (int i = 0; i < count; i++)
		member[i] = (struct member){&variants[i], i};
	qsort(member, (size_t)count, sizeof *member, by_group);
	for (int i = 0; i < count;) {
		struct group group = {.traffic = traffic, .member = member + i};
		group.count = count_group(member + i, count - i);
		run_group(&group, c, answers);
		i += group.count;
	}
	arena_free(&arena);
}

/* ---- the record: a variant for each share, that changes nothing */

struct record {
	int count;
	struct whatif_variant variant[WHATIF_VARIANTS];
	struct whatif_replicates *replicates[WHATIF_VARIANTS];
	struct whatif_answer answer[WHATIF_VARIANTS];
	int of[WHATIF_VARIANTS]; /* each variant's place among them */
};

static int record_of(struct record *r, double share)
{
	for (int i = 0; i < r->count; i++)
		if (r->variant[i].share == share)
			return i;
	r->variant[r->count] = (struct whatif_variant){
		.latency = 1, .errors = {CHANGE_ADD, 0}, .share = share, .speed = 1};
	return r->count++;
}

void whatif_run(const struct whatif_traffic *traffic, const struct whatif_variant *variants,
		int count, uint64_t seed, int resamples, struct whatif_answer *answers,
		struct whatif_answer *record)
{
	struct arena arena = {0};
	struct whatif_draws draws;
	struct record *r = arena_take(&arena, sizeof *r);
	const struct whatif_replicates **of =
		arena_take(&arena, (size_t)WHATIF_VARIANTS * sizeof *of);
	assert(count <= WHATIF_VARIANTS);
	whatif_draw(&draws, &arena, traffic->blocks, resamples, seed);
	for (int i = 0; i < count; i++)
		r->of[i] = record_of(r, variants[i].share);
	for (int i = 0; i < r->count; i++)
		r->replicates[i] = whatif_replicates_take(&arena, &draws);
	run_all(traffic, r->variant, r->count, &(struct comparison){&draws, NULL, r->replicates},
		r->answer);
	for (int i = 0; i < count; i++) {
		of[i] = r->replicates[r->of[i]];
		if (record)
			record[i] = r->answer[r->of[i]];
	}
	run_all(traffic, variants, count, &(struct comparison){&draws, of, NULL}, answers);
	arena_free(&arena);
}
