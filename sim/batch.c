/* Requests are drawn: when they arrive, and all the randomness they will need. */
#include "sim/batch.h"

#include "sim/alike.h"
#include "sim/answers.h"
#include "sim/hash.h"
#include "sim/people.h"
#include "sim/recording.h"
#include "sim/stats/lanes.h"

#include <math.h>
#include <string.h>

static void open_streams(struct requests *r, uint64_t seed, uint64_t trial)
{
	rng_stream(&r->arrivals, seed, trial, "arrivals");
	rng_stream(&r->users, seed, trial, "users");
	rng_stream(&r->latency, seed, trial, "latency");
	r->routing = r->outcome = r->mirror = r->selection = r->drifting =
		(struct lazy_stream){.owed = 0};
	rng_stream(&r->routing.rng, seed, trial, "routing");
	rng_stream(&r->outcome.rng, seed, trial, "outcome");
	rng_stream(&r->mirror.rng, seed, trial, "mirror");
	if (r->case_->selections)
		rng_stream(&r->selection.rng, seed, trial, "selection");
	if (r->case_->hindering)
		rng_stream(&r->drifting.rng, seed, trial, "drift");
	char name[] = "attribute 0";
	for (int a = 0; a < r->plan->attributes; a++) {
		name[sizeof name - 2] = (char)('0' + a);
		r->attribute[a] = (struct lazy_stream){.owed = 0};
		rng_stream(&r->attribute[a].rng, seed, trial, name);
	}
	uint64_t salts = rng_next(&r->users);
	r->user_salt = (uint32_t)salts;
	r->cohort_salt = (uint32_t)(salts >> 32);
	r->select_salt = router_bucket(r->user_salt, r->cohort_salt);
}

/* What the case does to the traffic. */
static int list_surges(const struct requests *r, struct surge surge[MAX_FAULTS])
{
	int count = 0;
	for (int f = 0; f < r->case_->faults; f++) {
		const struct fault_plan *fault = &r->case_->fault[f];
		const struct fault *kind = (const struct fault *)fault->fault.plugin;
		const struct fault_when *when = &fault->when;
		if (kind->surge && kind->surge(fault->fault.config) != 1)
			surge[count++] = (struct surge){
				.at = when->at,
				.until = when->duration == PARAM_UNSET ? r->plan->horizon
								       : when->at + when->duration,
				.ramp = when->ramp,
				.factor = kind->surge(fault->fault.config),
			};
	}
	return count;
}

void batch_begin(struct requests *r, uint64_t trial)
{
	open_streams(r, r->plan->seed, trial);
	struct surge surge[MAX_FAULTS];
	int surges = list_surges(r, surge);
	r->shaped = intensity_begin(&r->intensity, r->plan, trial, surge, surges);
	memset(r->traffic_state, 0, r->plan->traffic.plugin->state_size);
	r->traffic_state_size = plan_traffic_state(r->plan);
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

static bool is_routed_by_chance(const struct requests *r)
{
	return r->split.only < 0 && !r->sticky;
}

/* Whose luck each request has: its own, or that of one that is alike, which is drawn. */
static void find_lucky(struct requests *r)
{
	const struct alike *alike = r->plan->alike;
	struct batch *b = &r->batch;
	if (!alike) {
		memcpy(b->lucky, b->row, (size_t)b->size * sizeof *b->lucky);
		return;
	}
	fill_lazily(&r->outcome, b->outcome, even(b->size));
	for (int i = 0; i < b->size; i++)
		b->lucky[i] = alike_pick(alike, b->row[i], b->outcome[i]);
}

/* As it was when it was recorded. What nobody recorded is drawn. */
static void recall_luck(struct requests *r)
{
	const struct recording *recording = r->plan->recording;
	struct batch *b = &r->batch;
	find_lucky(r);
	if (recording->outcome)
		fill_lazily(&r->outcome, b->outcome, even(b->size));
	for (int i = 0; i < b->size && recording->outcome; i++)
		b->outcome[i] = recording_outcome(recording, b->lucky[i],
						  (uint32_t)hash_mix(b->outcome[i]));
	for (int i = 0; i < b->size && recording->latency; i++)
		b->latency[i] = recording->latency[b->lucky[i]];
	if (!recording->latency)
		rng_fill32(&r->latency, b->latency, (size_t)even(b->size));
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

/* Rounding may put two arrivals in the wrong order where one piece of the intensity ends. */
static void keep_order(sim_time *at, int count)
{
	for (int i = 1; i < count; i++)
		at[i] = at[i] > at[i - 1] ? at[i] : at[i - 1];
}

static int draw_arrivals(struct requests *r)
{
	const struct plan *plan = r->plan;
	const struct traffic *traffic = (const struct traffic *)plan->traffic.plugin;
	struct batch *b = &r->batch;
	double ns[BATCH];
	bool operational = r->shaped && !traffic->sessions;
	const struct arrivals to = {
		.rng = &r->arrivals,
		.intensity = r->shaped ? &r->intensity : NULL,
		.until = operational ? INFINITY : (double)plan->horizon,
		.ns = ns,
		.session = b->session,
		.born = b->born,
		.row = b->row,
		.state_size = r->traffic_state_size,
	};
	int count = traffic->fill(plan->traffic.config, r->traffic_state, &to, r->batch_room);
	if (operational)
		intensity_invert(&r->intensity, ns, count);
	lanes_whole(ns, b->at, count, (double)MAX_HORIZON);
	if (operational)
		keep_order(b->at, count);
	while (count && b->at[count - 1] >= plan->horizon)
		count--;
	return count;
}

static void begin_streams(struct requests *r, int last_count)
{
	begin_batch(&r->routing, last_count);
	begin_batch(&r->outcome, last_count);
	begin_batch(&r->mirror, last_count);
	begin_batch(&r->selection, last_count);
	begin_batch(&r->drifting, last_count);
	for (int a = 0; a < r->plan->attributes; a++)
		begin_batch(&r->attribute[a], last_count);
}

bool batch_draw(struct requests *r)
{
	const struct plan *plan = r->plan;
	struct batch *b = &r->batch;
	if (r->exhausted)
		return false;
	int last = even(b->size);
	b->next = 0;
	b->size = draw_arrivals(r);
	r->exhausted = b->size < r->batch_room;
	r->batch_room = r->batch_room < BATCH ? 2 * r->batch_room : BATCH;
	begin_streams(r, last);
	for (int i = 0; i < b->size; i++)
		r->arrivals_sum += (uint64_t)b->at[i];
	if (r->sticky && plan->population.anonymous > 0)
		fill_lazily(&r->routing, b->bucket, even(b->size));
	people_draw(r);
	if (plan->has_quality)
		answers_draw(r);
	if (plan->recorded_luck)
		recall_luck(r);
	else
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
		fill_lazily(&r->drifting, b->chance, count);
	if (r->case_->selections)
		fill_lazily(&r->selection, b->select, count);
	if (r->may_err || later)
		fill_lazily(&r->outcome, b->outcome, count);
	else if (!r->outcome.filled)
		memset(b->outcome, 0xff, (size_t)count * sizeof *b->outcome);
	if (r->routes.mirror > 0)
		fill_lazily(&r->mirror, b->mirror, count);
}

const uint32_t *batch_attribute(struct requests *r, int attribute)
{
	struct batch *b = &r->batch;
	uint32_t *bits = b->attribute[attribute];
	if (r->attribute[attribute].filled)
		return bits;
	fill_lazily(&r->attribute[attribute], bits, even(b->size));
	if (r->plan->population.users && !r->plan->attribute[attribute].per_request)
		people_keep_bits(r, attribute, bits);
	return bits;
}
