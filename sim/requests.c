/* Batches are drawn, cut at control instants into slices, and passed through route, serve, record:
 * each a loop that decides nothing a scenario has already decided. */
#include "sim/requests.h"

#include "sim/answers.h"
#include "sim/batch.h"
#include "sim/each.h"
#include "sim/serve.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static void measure_fleets(struct requests_size *size, const struct plan *plan)
{
	int fleets = plan->versions * plan->population.regions;
	size->fleets = fleets > size->fleets ? fleets : size->fleets;
	for (int v = 0; v < plan->versions; v++) {
		const struct fleet_config *config = &plan->version[v].fleet;
		int replicas = fleet_most(config), slots = replicas * (int)config->slots;
		size->replicas = replicas > size->replicas ? replicas : size->replicas;
		size->slots = slots > size->slots ? slots : size->slots;
	}
}

void requests_measure(struct requests_size *size, const struct plan *plan)
{
	const struct telemetry_size *t = &plan->telemetry_size;
	struct telemetry_size *most = &size->telemetry;
	most->keys = t->keys > most->keys ? t->keys : most->keys;
	most->open = t->open > most->open ? t->open : most->open;
	most->scrapes = t->scrapes > most->scrapes ? t->scrapes : most->scrapes;
	most->marks = t->marks > most->marks ? t->marks : most->marks;
	most->metered = t->metered > most->metered ? t->metered : most->metered;
	if (plan->has_quality)
		labels_grow(&size->labels, &plan->label_size);
	if (plan_traffic_state(plan) > size->traffic_state)
		size->traffic_state = plan_traffic_state(plan);
	if (population_people(&plan->population) > size->people)
		size->people = population_people(&plan->population);
	for (int v = 0; v < plan->versions; v++) {
		const struct pool_config *pool = &plan->version[v].pool;
		size->servers = pool->servers > size->servers ? pool->servers : size->servers;
		size->queue = pool->queue > size->queue ? pool->queue : size->queue;
	}
	if (plan->coupled)
		measure_fleets(size, plan);
}

void requests_allocate(struct requests *r, struct arena *arena, const struct requests_size *size)
{
	memset(r, 0, sizeof *r);
	r->traffic_state = arena_take(arena, size->traffic_state);
	telemetry_allocate(&r->telemetry, arena, &size->telemetry);
	ledger_allocate(&r->ledger, arena, size->people);
	for (int v = 0; v < MAX_VERSIONS; v++)
		pool_allocate(&r->pool[v], arena, size->servers, size->queue);
	pool_allocate(&r->twin, arena, size->servers, size->queue);
	journey_allocate(r, arena, size);
	rewards_init(&r->rewards, arena);
	if (!size->labels.slots)
		return;
	r->answers = arena_take(arena, sizeof *r->answers);
	labels_allocate(&r->answers->labels, arena, &size->labels);
}

void requests_reset(struct requests *r, const struct plan *plan, const struct case_plan *case_,
		    bool sticky, uint64_t trial)
{
	r->plan = plan;
	r->case_ = case_;
	r->lots = plan->cohorts * plan->versions << case_->selections;
	r->drift = 0;
	r->sticky = sticky && plan->population.users > 0;
	batch_begin(r, trial);
	telemetry_reset(&r->telemetry, &plan->telemetry, &plan->telemetry_size, plan->versions,
			plan->needs_histograms);
	if (case_->blinding)
		telemetry_distort(&r->telemetry);
	ledger_reset(&r->ledger, population_people(&plan->population));
	for (int v = 0; v < plan->versions; v++) {
		pool_reset(&r->pool[v], &plan->version[v].pool);
		r->last_done[v] = 0;
	}
	pool_reset(&r->twin, &plan->version[STABLE].pool);
	for (int k = 0; k < plan->cohorts * plan->versions; k++)
		r->stable_of[k] = (uint8_t)(k / plan->versions * plan->versions);
	bill_reset(&r->bill, plan->versions);
	r->routes.cohorts = 0; /* nobody is sent anywhere yet */
	r->routes.mirror = 0;
	r->routes.chooser = NULL;
	rewards_reset(&r->rewards, plan->horizon);
	if (plan->coupled)
		journey_reset(r, trial);
	if (plan->has_quality)
		answers_reset(r, trial);
}

/* How many replicas a version has had for how long, whether used or not. */
static double replica_ns(struct requests *r, int version, sim_time now)
{
	if (r->plan->coupled)
		return journey_replica_ns(r, version, now);
	return (double)r->plan->version[version].fleet.replicas * (double)now;
}

static void write_bill(struct requests *r, sim_time now)
{
	for (int v = 0; v < r->plan->versions && r->plan->queued; v++)
		bill_note(&r->bill, &r->routes, v, replica_ns(r, v, now));
}

void requests_route(struct requests *r, const struct routes *routes, sim_time now)
{
	write_bill(r, now);
	routes_copy(&r->routes, routes);
	split_make(&r->split, routes);
	rewards_go_to(&r->rewards, routes->chooser);
}

/* The first latency bits whose law exceeds `ns`. */
static uint64_t bits_above(const struct use *law, double ns)
{
	const struct latency *latency = (const struct latency *)law->plugin;
	double share = ns > 0 ? latency->cdf(law->config, ns) : 0;
	double bits = ceil(share * 0x1p32 - 0.5); /* inverse of latency_share */
	return bits <= 0 ? 0 : (uint64_t)bits;
}

/* A stretched tail begins where the law does; what is above a limit is one or the other. */
static uint64_t bits_slower(const struct use *law, const struct behaviour *b, double ns)
{
	double limit = (ns - b->latency_add_ns) / b->latency_factor;
	uint64_t plain = bits_above(law, limit);
	if (b->tail_factor == 1)
		return plain;
	uint64_t tail = (uint64_t)(b->tail_from * 0x1p32);
	uint64_t stretched = bits_above(law, limit / b->tail_factor);
	stretched = stretched > tail ? stretched : tail;
	return plain < stretched ? plain : stretched;
}

static struct treatment treat(const struct plan *plan, const struct use *law,
			      const struct behaviour *b)
{
	return (struct treatment){
		.error = (uint64_t)llround(b->errors * 0x1p32),
		.hang = (uint64_t)llround((b->errors + b->hangs) * 0x1p32),
		.corrupt = (uint64_t)llround((b->errors + b->hangs + b->corrupt) * 0x1p32),
		.slow = bits_slower(law, b, (double)plan->objective.latency),
		.timeout = bits_slower(law, b, (double)plan->timeout),
		.tail = (uint64_t)(b->tail_from * 0x1p32),
		.factor = b->latency_factor,
		.add_ns = b->latency_add_ns,
		.tail_factor = b->tail_factor,
	};
}

static struct treatment treat_from(struct requests *r, const struct viewpoint *from,
				   const struct behaviour *b)
{
	r->may_err |= b->errors + b->hangs + b->corrupt > 0;
	r->hangs |= b->hangs > 0;
	return treat(r->plan, &r->plan->version[from->version].service[from->cohort].latency, b);
}

/* Stable, and what it would be had there been no rollout: the same unless faults depend on who
 * serves how much. */
static void treat_stable(struct requests *r, const struct course *course, struct viewpoint from,
			 int lot, sim_time now)
{
	struct behaviour b = course_behaviour(course, &from, now);
	r->treatment[lot] = r->apart[lot] = treat_from(r, &from, &b);
	if (!r->case_->restless)
		return;
	from.apart = true;
	b = course_behaviour(course, &from, now);
	r->apart[lot] = treat_from(r, &from, &b);
}

void requests_treat(struct requests *r, const struct course *course, sim_time now)
{
	const struct plan *plan = r->plan;
	r->may_err = r->hangs = false;
	for (int lot = 0; lot < r->lots; lot++) {
		int key = lot % r->telemetry.keys;
		struct viewpoint from = {.version = key % plan->versions,
					 .cohort = key / plan->versions,
					 .variant = lot / r->telemetry.keys};
		if (from.version == STABLE) {
			treat_stable(r, course, from, lot, now);
			continue;
		}
		struct behaviour b = course_behaviour(course, &from, now);
		r->treatment[lot] = treat_from(r, &from, &b);
		r->apart[lot] = r->apart[lot - from.version];
	}
	if (plan->coupled)
		journey_treat(r, course, now);
	if (plan->has_quality)
		answers_treat(r, course, now);
}

static void run_batches(struct requests *r, sim_time until)
{
	struct batch *b = &r->batch;
	for (;;) {
		if (b->next == b->size && !batch_draw(r))
			return;
		int end = b->size;
		if (b->at[end - 1] >= until)
			for (end = b->next; b->at[end] < until; end++)
				;
		if (end > b->next) {
			batch_complete(r);
			if (r->routes.chooser)
				each_serve(r, b->next, end, until);
			else
				serve_slice(r, b->next, end, until);
		}
		b->next = end;
		if (end < b->size)
			return;
	}
}

void requests_run(struct requests *r, sim_time until)
{
	run_batches(r, until);
	if (r->plan->coupled)
		journey_advance(r, until);
	rewards_tell(&r->rewards, until);
}

static void add_slots(struct requests *r, int version, sim_time now, struct usage *usage)
{
	const struct pool *pool = &r->pool[version];
	if (r->plan->coupled) {
		journey_add_usage(r, version, now, usage);
		return;
	}
	usage->busy_ns = pool_busy_ns(pool, now);
	usage->slot_ns = (double)pool->servers * (double)now;
}

void requests_meter(struct requests *r, sim_time now)
{
	const struct plan *plan = r->plan;
	bool slots = plan_watches(plan, METRIC_SATURATION), costs = plan_watches(plan, METRIC_COST);
	if (costs)
		write_bill(r, now);
	for (int v = 0; v < plan->versions; v++) {
		struct usage used = {0};
		if (slots)
			add_slots(r, v, now, &used);
		if (costs)
			used.money =
				bill_money(&r->bill, plan, v, telemetry_finished(&r->telemetry, v));
		r->telemetry.meters.used[v] = used;
	}
}

void requests_finish(struct requests *r, struct result *row)
{
	write_bill(r, r->plan->horizon);
	if (r->plan->coupled)
		journey_finish(r);
	bill_settle(&r->bill, r->plan, &r->telemetry, row);
}
