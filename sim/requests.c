/* Batches are drawn, cut at control instants into slices, and passed through route, serve, record:
 * each a loop that decides nothing a scenario has already decided. */
#include "sim/requests.h"

#include "sim/batch.h"
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

void requests_reset(struct requests *r, const struct plan *plan, bool sticky, uint64_t trial)
{
	r->plan = plan;
	r->sticky = sticky && plan->population.users > 0;
	batch_begin(r, trial);
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

void requests_run(struct requests *r, sim_time until)
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
			serve_slice(r, b->next, end, until);
		}
		b->next = end;
		if (end < b->size)
			return;
	}
}
