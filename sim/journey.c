/* Two worlds, each a sequence of arrivals and of what is on its agenda. They never meet but in the
 * ledger, where what became of each request in one is held against what became of it in the
 * other. */
#include "sim/journey.h"

#include "sim/attempt.h"
#include "sim/client.h"
#include "sim/hash.h"
#include "sim/judge.h"

#include <assert.h>
#include <math.h>
#include <string.h>

_Static_assert(MAX_CALLS <= 1 << AGENDA_WHO_BITS, "every call must have its entry");

static int fleets_of(const struct plan *plan)
{
	return plan->versions * plan->population.regions;
}

void journey_allocate(struct requests *r, struct arena *arena, const struct requests_size *size)
{
	if (!size->fleets)
		return;
	matches_init(&r->journeys.matches, arena);
	for (int s = 0; s < SIDES; s++) {
		struct side *side = &r->journeys.side[s];
		side->twin = s == SIDE_TWIN;
		agenda_init(&side->agenda, arena);
		calls_init(&side->calls, arena);
		side->fleet = arena_take(arena, (size_t)size->fleets * sizeof *side->fleet);
		for (int f = 0; f < size->fleets; f++)
			fleet_allocate(&side->fleet[f], arena, size->replicas, size->slots);
	}
}

static void find_next_fleet(struct side *side, int fleets)
{
	side->fleets_at = SIM_NEVER;
	for (int f = 0; f < fleets; f++)
		if (side->fleet[f].next_at < side->fleets_at)
			side->fleets_at = side->fleet[f].next_at;
}

static void reset_side(struct requests *r, struct side *side, uint64_t salt)
{
	const struct plan *plan = r->plan;
	int regions = plan->population.regions;
	side->now = side->present = 0;
	agenda_clear(&side->agenda);
	calls_clear(&side->calls);
	retry_reset(&side->budget, &plan->retry);
	for (int f = 0; f < fleets_of(plan); f++)
		fleet_reset(&side->fleet[f], &plan->version[f / regions].fleet,
			    f / regions == STABLE, hash_mix(salt + (uint64_t)f));
	for (int f = 0; f < fleets_of(plan) && !side->twin; f++)
		side->fleet[f].metered = plan_watches(plan, METRIC_SATURATION);
	for (int v = 0; v < plan->versions; v++) {
		breaker_reset(&side->breaker[v]);
		side->limiter[v] = (struct limiter){0};
	}
	find_next_fleet(side, fleets_of(plan));
}

void journey_reset(struct requests *r, uint64_t trial)
{
	struct rng crashes, clients;
	rng_stream(&crashes, r->plan->seed, trial, "crashes");
	rng_stream(&clients, r->plan->seed, trial, "clients");
	uint64_t salt = rng_next(&crashes);
	r->journeys.salt = rng_next(&clients);
	matches_clear(&r->journeys.matches);
	for (int s = 0; s < SIDES; s++) {
		struct side *side = &r->journeys.side[s];
		reset_side(r, side, salt);
		if (r->plan->clients.count)
			client_begin(r, side);
	}
}

/* ---- what happens next */

static void step_fleet(struct requests *r, struct side *side)
{
	struct fleet *fleet = side->fleet;
	int replica;
	while (fleet->next_at != side->fleets_at)
		fleet++;
	side->now = side->fleets_at;
	if (fleet_step(fleet, &replica) == FLEET_CRASHED) {
		uint32_t slots = (uint32_t)fleet->config->slots, first = (uint32_t)replica * slots;
		for (uint32_t s = first; s < first + slots; s++)
			if (fleet->holder[s] != SLOT_OUT && fleet->holder[s] != SLOT_READY)
				attempt_crash(r, side, fleet, s);
	}
	attempt_serve_line(side, fleet);
	find_next_fleet(side, fleets_of(r->plan));
}

static void step_call(struct requests *r, struct side *side)
{
	struct agenda_entry entry = agenda_pop(&side->agenda);
	assert(entry.at >= side->now);
	side->now = entry.at;
	uint32_t id = agenda_who(entry);
	switch (agenda_kind(entry)) {
	case AGENDA_GIVES_UP:
		attempt_gives_up(r, side, id);
		break;
	case AGENDA_DONE:
		attempt_done(r, side, id);
		break;
	case AGENDA_SENDS:
		if (call_of(&side->calls, id)->attempts)
			attempt_send(r, side, id);
		else
			client_ask(r, side, id);
		break;
	}
}

static void step(struct requests *r, struct side *side)
{
	if (side->fleets_at <= agenda_next(&side->agenda))
		step_fleet(r, side);
	else
		step_call(r, side);
}

static void advance(struct requests *r, struct side *side, sim_time until)
{
	while (agenda_next(&side->agenda) < until || side->fleets_at < until)
		step(r, side);
}

void journey_advance(struct requests *r, sim_time until)
{
	for (int s = 0; s < SIDES; s++)
		advance(r, &r->journeys.side[s], until);
}

void journey_finish(struct requests *r)
{
	for (int s = 0; s < SIDES; s++)
		while (r->journeys.side[s].present > 0)
			step(r, &r->journeys.side[s]);
}

/* ---- arrivals */

static struct call *arrive(struct requests *r, struct side *side, int i, uint32_t *id)
{
	const struct slice *s = &r->slice;
	*id = calls_take(&side->calls);
	struct call *call = call_of(&side->calls, *id);
	side->now = s->at[i];
	side->present++;
	call->asked = s->at[i];
	call->cohort = (uint8_t)(r->plan->cohorts > 1 ? s->key[i] / r->plan->versions : 0);
	call->user = s->user[i];
	call->outcome = s->outcome[i];
	call->latency = s->latency_bits[i];
	int origin = s->from < 0 ? s->origin[i] : s->from + i;
	call->bucket = r->batch.bucket[origin];
	call->caught = r->routes.rules ? r->batch.caught[origin] : 0;
	for (int k = 0; k < r->case_->selections; k++)
		call->chosen[k] = s->chosen[k][origin];
	call->attempts = 0;
	call->copy = s->flags[i] == FLAG_COPY;
	call->exposed = false;
	if (!call->copy)
		retry_note_request(&side->budget, &r->plan->retry);
	return call;
}

/* What happens at the instant of an arrival happens before it. */
static void serve_real(struct requests *r, const struct facts *f, uint32_t *match)
{
	struct side *side = &r->journeys.side[SIDE_REAL];
	const struct slice *s = &r->slice;
	for (int i = 0; i < s->count; i++) {
		uint32_t id;
		advance(r, side, s->at[i] + 1);
		struct call *call = arrive(r, side, i, &id);
		if (!call->copy)
			call->match = match[i] = matches_take(&r->journeys.matches);
		call->key = s->key[i];
		call->version = (uint8_t)(call->key - r->stable_of[call->key]);
		call->chance = s->chance;
		call->lot = s->lot[i];
		call->service = (struct service){f->time[i], f->bad[i]};
		attempt_send(r, side, id);
	}
}

static void serve_twin(struct requests *r, const struct facts *f, const uint32_t *match)
{
	struct side *side = &r->journeys.side[SIDE_TWIN];
	const struct slice *s = &r->slice;
	for (int i = 0; i < s->count; i++) {
		uint32_t id;
		if (s->flags[i] == FLAG_COPY)
			continue;
		advance(r, side, s->at[i] + 1);
		struct call *call = arrive(r, side, i, &id);
		call->match = match[i];
		call->key = r->stable_of[s->key[i]];
		call->version = STABLE;
		call->lot = s->apart_lot[i];
		call->service = (struct service){f->twin_time[i], f->ill[i]};
		attempt_send(r, side, id);
	}
}

void journey_serve(struct requests *r, const struct facts *f)
{
	uint32_t match[2 * BATCH] = {0};
	serve_real(r, f, match);
	serve_twin(r, f, match);
}

/* ---- faults and bills */

/* Of the cohorts that a fleet serves, weighted by how much they ask. A fault that takes servers
 * away from some requests takes them from all. */
static double working_share(const struct course *course, int version, int region, bool apart,
			    sim_time now)
{
	const struct plan *plan = course->plan;
	int regions = plan->population.regions;
	double sum = 0, all = 0;
	for (int c = 0; c < plan->cohorts; c++) {
		struct viewpoint from = {.version = version,
					 .cohort = c,
					 .variant = (1 << course->case_->selections) - 1,
					 .apart = apart};
		double weight = population_share(&plan->population, c);
		if (plan->version[version].fleet.per_region && c % regions != region)
			continue;
		sum += weight * course_behaviour(course, &from, now).capacity;
		all += weight;
	}
	return all > 0 ? sum / all : 1;
}

void journey_treat(struct requests *r, const struct course *course, sim_time now)
{
	const struct plan *plan = r->plan;
	int regions = plan->population.regions;
	for (int s = 0; s < SIDES; s++)
		for (int f = 0; f < fleets_of(plan); f++) {
			struct side *side = &r->journeys.side[s];
			struct fleet *fleet = &side->fleet[f];
			if (side->twin && f / regions != STABLE)
				continue;
			double share =
				working_share(course, f / regions, f % regions, side->twin, now);
			if (!side->twin && r->routes.running[f / regions] > 0)
				share *= r->routes.running[f / regions];
			if (!fleet->config->slots || share == fleet->working)
				continue;
			side->now = now;
			fleet_work(fleet, share, now);
			attempt_serve_line(side, fleet);
		}
}

/* The fleets that serve a version lie side by side, from here on so many. */
static struct fleet *fleets_behind(struct requests *r, int version, int *count)
{
	int regions = r->plan->population.regions;
	*count = r->plan->version[version].fleet.per_region ? regions : 1;
	return &r->journeys.side[SIDE_REAL].fleet[version * regions];
}

void journey_add_usage(struct requests *r, int version, sim_time now, struct usage *usage)
{
	int count;
	struct fleet *fleet = fleets_behind(r, version, &count);
	for (int f = 0; f < count; f++)
		fleet_add_usage(&fleet[f], now, usage);
}

double journey_replica_ns(struct requests *r, int version, sim_time now)
{
	int count;
	struct fleet *fleet = fleets_behind(r, version, &count);
	double sum = 0;
	for (int f = 0; f < count; f++)
		sum += fleet_replica_ns(&fleet[f], now);
	return sum;
}
