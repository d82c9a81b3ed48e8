/* Requests are drawn: when they arrive, who sends them, and all the randomness they will need. */
#include "sim/batch.h"

#include <string.h>

static void open_streams(struct requests *r, uint64_t seed, uint64_t trial)
{
	rng_stream(&r->arrivals, seed, trial, "arrivals");
	rng_stream(&r->users, seed, trial, "users");
	rng_stream(&r->latency, seed, trial, "latency");
	r->routing = r->outcome = r->mirror = r->selection = (struct lazy_stream){.owed = 0};
	rng_stream(&r->routing.rng, seed, trial, "routing");
	rng_stream(&r->outcome.rng, seed, trial, "outcome");
	rng_stream(&r->mirror.rng, seed, trial, "mirror");
	if (r->case_->selections)
		rng_stream(&r->selection.rng, seed, trial, "selection");
	uint64_t salts = rng_next(&r->users);
	r->user_salt = (uint32_t)salts;
	r->cohort_salt = (uint32_t)(salts >> 32);
	r->select_salt = router_bucket(r->user_salt, r->cohort_salt);
}

void batch_begin(struct requests *r, uint64_t trial)
{
	open_streams(r, r->plan->seed, trial);
	memset(r->traffic_state, 0, r->plan->traffic.plugin->state_size);
	r->exhausted = false;
	r->arrivals_sum = 0;
	r->batch_room = FIRST_BATCH;
	r->batch.size = r->batch.next = 0;
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
		b->cohort[i] = (uint8_t)population_cohort(&plan->population, plan->cohorts, bits[i]);
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

static void draw_stable_latencies(struct requests *r)
{
	const struct plan *plan = r->plan;
	struct batch *b = &r->batch;
	const struct use *law = &plan->version[STABLE].service[0].latency;
	((const struct latency *)law->plugin)->fill(law->config, b->latency, b->stable_ns, b->size);
	for (int c = 1; c < plan->cohorts && !plan->one_service; c++)
		latency_fill_where(&plan->version[STABLE].service[c].latency, b->cohort, c,
				   b->latency, b->stable_ns, b->size);
}

bool batch_draw(struct requests *r)
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
	begin_batch(&r->selection, last);
	for (int i = 0; i < b->size; i++)
		r->arrivals_sum += (uint64_t)b->at[i];
	if (plan->population.users)
		draw_users(r);
	if (plan->cohorts > 1)
		draw_cohorts(r);
	draw_latency_bits(r);
	draw_stable_latencies(r);
	return b->size > 0;
}

void batch_complete(struct requests *r)
{
	struct batch *b = &r->batch;
	int count = even(b->size);
	bool later = r->plan->coupled; /* who asks again may need what nobody needs now */
	if (is_routed_by_chance(r) || (later && !r->sticky))
		fill_lazily(&r->routing, b->bucket, count);
	else if (r->drift)
		fill_lazily(&r->routing, b->chance, count);
	if (r->case_->selections)
		fill_lazily(&r->selection, b->select, count);
	if (r->may_err || later)
		fill_lazily(&r->outcome, b->outcome, count);
	else if (!r->outcome.filled)
		memset(b->outcome, 0xff, (size_t)count * sizeof *b->outcome);
	if (r->routes.mirror > 0)
		fill_lazily(&r->mirror, b->mirror, count);
}
