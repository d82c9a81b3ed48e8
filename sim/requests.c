/* Batches are drawn, cut at control instants into slices, and passed through route, serve, record:
 * each a loop that decides nothing a scenario has already decided. */
#include "sim/requests.h"

#include "sim/serve.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void requests_measure(struct requests_size *size, const struct plan *plan)
{
	const struct telemetry_size *t = &plan->telemetry_size;
	struct telemetry_size *most = &size->telemetry;
	most->keys = t->keys > most->keys ? t->keys : most->keys;
	most->open = t->open > most->open ? t->open : most->open;
	most->scrapes = t->scrapes > most->scrapes ? t->scrapes : most->scrapes;
	if (plan->traffic.plugin->state_size > size->traffic_state)
		size->traffic_state = plan->traffic.plugin->state_size;
	if (plan->population.users > size->users)
		size->users = plan->population.users;
	for (int v = 0; v < plan->versions; v++) {
		const struct pool_config *pool = &plan->version[v].pool;
		size->servers = pool->servers > size->servers ? pool->servers : size->servers;
		size->queue = pool->queue > size->queue ? pool->queue : size->queue;
	}
}

void requests_allocate(struct requests *r, struct arena *arena, const struct requests_size *size)
{
	memset(r, 0, sizeof *r);
	r->traffic_state = arena_take(arena, size->traffic_state);
	telemetry_allocate(&r->telemetry, arena, &size->telemetry);
	ledger_allocate(&r->ledger, arena, size->users);
	for (int v = 0; v < MAX_VERSIONS; v++)
		pool_allocate(&r->pool[v], arena, size->servers, size->queue);
	pool_allocate(&r->twin, arena, size->servers, size->queue);
}

static void open_streams(struct requests *r, uint64_t seed, uint64_t trial)
{
	rng_stream(&r->arrivals, seed, trial, "arrivals");
	rng_stream(&r->users, seed, trial, "users");
	rng_stream(&r->latency, seed, trial, "latency");
	r->routing = r->outcome = r->mirror = (struct lazy_stream){.owed = 0};
	rng_stream(&r->routing.rng, seed, trial, "routing");
	rng_stream(&r->outcome.rng, seed, trial, "outcome");
	rng_stream(&r->mirror.rng, seed, trial, "mirror");
	uint64_t salts = rng_next(&r->users);
	r->user_salt = (uint32_t)salts;
	r->cohort_salt = (uint32_t)(salts >> 32);
}

void requests_reset(struct requests *r, const struct plan *plan, bool sticky, uint64_t trial)
{
	r->plan = plan;
	r->sticky = sticky && plan->population.users > 0;
	open_streams(r, plan->seed, trial);
	memset(r->traffic_state, 0, plan->traffic.plugin->state_size);
	r->exhausted = false;
	r->arrivals_sum = 0;
	r->batch_room = FIRST_BATCH;
	r->batch.size = r->batch.next = 0;
	telemetry_reset(&r->telemetry, &plan->telemetry, &plan->telemetry_size, plan->versions,
			plan->needs_histograms);
	ledger_reset(&r->ledger, plan->population.users);
	r->one_law = true;
	for (int v = 0; v < plan->versions; v++) {
		pool_reset(&r->pool[v], &plan->version[v].pool);
		r->one_law &= plan->version[v].shares_law;
		r->last_done[v] = 0;
	}
	pool_reset(&r->twin, &plan->version[STABLE].pool);
	for (int k = 0; k < plan->cohorts * plan->versions; k++)
		r->stable_of[k] = (uint8_t)(k / plan->versions * plan->versions);
}

void requests_route(struct requests *r, const struct routes *routes)
{
	routes_copy(&r->routes, routes);
	split_make(&r->split, routes);
}

/* The first latency bits whose law exceeds `ns`. */
static uint64_t bits_above(const struct use *law, double ns)
{
	const struct latency *latency = (const struct latency *)law->plugin;
	double share = ns > 0 ? latency->cdf(law->config, ns) : 0;
	double bits = ceil(share * 0x1p32 - 0.5); /* inverse of latency_uniform */
	return bits <= 0 ? 0 : (uint64_t)bits;
}

void requests_treat(struct requests *r, const struct case_plan *case_, sim_time now)
{
	const struct plan *plan = r->plan;
	r->may_err = false;
	for (int c = 0; c < plan->cohorts; c++)
		for (int v = 0; v < plan->versions; v++) {
			struct behaviour b = plan_behaviour(plan, case_, v, c, now);
			double limit = (double)plan->objective.latency - b.latency_add_ns;
			double patience = (double)plan->timeout - b.latency_add_ns;
			const struct use *law = &plan->version[v].latency;
			r->treatment[plan_key(plan, c, v)] = (struct treatment){
				.error = (uint64_t)llround(b.errors * 0x1p32),
				.slow = bits_above(law, limit / b.latency_factor),
				.timeout = bits_above(law, patience / b.latency_factor),
				.factor = b.latency_factor,
				.add_ns = b.latency_add_ns,
			};
			r->may_err |= b.errors > 0;
		}
}

static void fill_lazily(struct lazy_stream *stream, uint32_t *bits, int count)
{
	if (stream->filled)
		return;
	if (stream->owed)
		rng_advance(&stream->rng, stream->owed);
	stream->owed = 0;
	rng_fill32(&stream->rng, bits, (size_t)count);
	stream->filled = true;
}

/* A batch is over: what it did not use of a stream must be skipped. */
static void begin_batch(struct lazy_stream *stream, int last_count)
{
	if (!stream->filled)
		stream->owed += (uint64_t)last_count / 2;
	stream->filled = false;
}

static int even(int count)
{
	return (count + 1) & ~1;
}

static uint8_t cohort_of(const struct population *population, int cohorts, uint32_t bucket)
{
	int cohort = 0;
	for (int c = 0; c < cohorts - 1; c++)
		cohort += bucket >= population->upper[c];
	return (uint8_t)cohort;
}

static void draw_users(struct requests *r)
{
	const struct population *p = &r->plan->population;
	struct batch *b = &r->batch;
	uint64_t bits[BATCH];
	rng_fill64(&r->users, bits, (size_t)b->size);
	for (int i = 0; i < b->size; i++) {
		uint32_t column = (uint32_t)(((bits[i] >> 32) * (uint64_t)p->users) >> 32);
		const struct alias *alias = &p->alias[column];
		b->user[i] = (uint32_t)bits[i] < alias->keep ? column : alias->other;
	}
	if (r->sticky)
		for (int i = 0; i < b->size; i++)
			b->bucket[i] = router_bucket(b->user[i], r->user_salt);
}

static void draw_cohorts(struct requests *r)
{
	const struct plan *plan = r->plan;
	struct batch *b = &r->batch;
	uint32_t bits[BATCH];
	if (plan->population.users)
		for (int i = 0; i < b->size; i++)
			bits[i] = router_bucket(b->user[i], r->cohort_salt);
	else
		rng_fill32(&r->users, bits, (size_t)even(b->size));
	for (int i = 0; i < b->size; i++)
		b->cohort[i] = cohort_of(&plan->population, plan->cohorts, bits[i]);
}

static bool is_routed_by_chance(const struct requests *r)
{
	return r->split.only < 0 && !r->sticky;
}

/* Three streams drawn side by side cost little more than one, where all three are wanted now. */
static void draw_latency_bits(struct requests *r)
{
	struct batch *b = &r->batch;
	size_t count = (size_t)even(b->size);
	bool wanted = is_routed_by_chance(r) && r->may_err;
	if (!wanted || r->routing.owed || r->outcome.owed) {
		rng_fill32(&r->latency, b->latency, count);
		return;
	}
	struct rng *streams[3] = {&r->routing.rng, &r->outcome.rng, &r->latency};
	uint32_t *bits[3] = {b->bucket, b->outcome, b->latency};
	rng_fill32_three(streams, bits, count);
	r->routing.filled = r->outcome.filled = true;
}

static bool draw_batch(struct requests *r)
{
	const struct plan *plan = r->plan;
	struct batch *b = &r->batch;
	const struct traffic *traffic = (const struct traffic *)plan->traffic.plugin;
	if (r->exhausted)
		return false;
	int last = even(b->size);
	b->next = 0;
	b->size = traffic->fill(plan->traffic.config, r->traffic_state, &r->arrivals, plan->horizon,
				b->at, r->batch_room);
	r->exhausted = b->size < r->batch_room;
	r->batch_room = r->batch_room < BATCH ? 2 * r->batch_room : BATCH;
	begin_batch(&r->routing, last);
	begin_batch(&r->outcome, last);
	begin_batch(&r->mirror, last);
	for (int i = 0; i < b->size; i++)
		r->arrivals_sum += (uint64_t)b->at[i];
	if (plan->population.users)
		draw_users(r);
	if (plan->cohorts > 1)
		draw_cohorts(r);
	const struct use *law = &plan->version[STABLE].latency;
	draw_latency_bits(r);
	((const struct latency *)law->plugin)->fill(law->config, b->latency, b->stable_ns, b->size);
	return b->size > 0;
}

/* Random bits of the batch that only some slices need. */
static void draw_what_is_needed(struct requests *r)
{
	struct batch *b = &r->batch;
	int count = even(b->size);
	if (is_routed_by_chance(r))
		fill_lazily(&r->routing, b->bucket, count);
	if (r->may_err)
		fill_lazily(&r->outcome, b->outcome, count);
	else if (!r->outcome.filled)
		memset(b->outcome, 0xff, (size_t)count * sizeof *b->outcome);
	if (r->routes.mirror > 0)
		fill_lazily(&r->mirror, b->mirror, count);
}

void requests_run(struct requests *r, sim_time until)
{
	struct batch *b = &r->batch;
	for (;;) {
		if (b->next == b->size && !draw_batch(r))
			return;
		int end = b->size;
		if (b->at[end - 1] >= until)
			for (end = b->next; b->at[end] < until; end++)
				;
		if (end > b->next) {
			draw_what_is_needed(r);
			serve_slice(r, b->next, end, until);
		}
		b->next = end;
		if (end < b->size)
			return;
	}
}
