/* The inner loops: route, add copies, find latencies. What a scenario decided is decided here once
 * a slice, never once a request. */
#include "sim/serve.h"

#include "sim/answers.h"
#include "sim/batch.h"
#include "sim/each.h"
#include "sim/hash.h"
#include "sim/judge.h"
#include "sim/queue.h"
#include "sim/record.h"
#include "sim/recording.h"
#include "sim/stats/lanes.h"

#include <string.h>

/* ---- route: which key, that is version and cohort, each request belongs to */

static void route_to_one(struct requests *r, int from, int count)
{
	int only = r->split.only, versions = r->plan->versions;
	struct slice *s = &r->slice;
	if (r->plan->cohorts == 1) {
		memset(s->key, only, (size_t)count);
		return;
	}
	for (int i = 0; i < count; i++)
		s->key[i] = (uint8_t)(r->batch.cohort[from + i] * versions + only);
}

/* Two versions and one cohort: the plainest canary. */
static void route_to_two(struct requests *r, int from, int count)
{
	uint64_t upper = r->split.upper[0][0]; /* below 2^32 */
	const uint32_t *bucket = r->batch.bucket + from;
	uint8_t *restrict key = r->slice.key;
	uint32_t below = (uint32_t)upper;
	for (int i = 0; i < count; i++)
		key[i] = bucket[i] < below;
}

static void route_to_many(struct requests *r, int from, int count)
{
	int versions = r->plan->versions, cohorts = r->plan->cohorts;
	for (int i = 0; i < count; i++) {
		int cohort = cohorts > 1 ? r->batch.cohort[from + i] : 0;
		int version =
			split_owner(r->split.upper[cohort], versions, r->batch.bucket[from + i]);
		r->slice.key[i] = (uint8_t)(cohort * versions + version);
	}
}

/* The slice is of one request. */
static void route_by_choice(struct requests *r, int from)
{
	int cohort = r->plan->cohorts > 1 ? r->batch.cohort[from] : 0;
	int version = each_choose(r, cohort, r->batch.at[from], &r->slice.chance);
	r->slice.key[0] = (uint8_t)(cohort * r->plan->versions + version);
}

static void find_caught(struct requests *r, int from, int count)
{
	const struct rules *rules = r->routes.rules;
	struct batch *b = &r->batch;
	struct crowd crowd = {.count = count,
			      .cohort = r->plan->cohorts > 1 ? b->cohort + from : NULL,
			      .user = r->plan->population.users ? b->user + from : NULL};
	for (uint32_t asked = rules_attributes(rules); asked; asked &= asked - 1) {
		int a = __builtin_ctz(asked);
		crowd.bits[a] = batch_attribute(r, a) + from;
	}
	rules_catch(rules, &crowd, b->caught + from);
}

/* Those whom rules catch go where these say. */
static void route_caught(struct requests *r, int from, int count)
{
	const struct batch *b = &r->batch;
	int versions = r->plan->versions;
	for (int i = 0; i < count; i++) {
		uint32_t caught = b->caught[from + i] & r->split.on;
		if (!caught)
			continue;
		int version = split_version(&r->split, caught, 0, versions, b->bucket[from + i]);
		r->slice.key[i] = (uint8_t)(r->stable_of[r->slice.key[i]] + version);
	}
}

/* Users whose hash lies below the drift are served by whoever comes. The hash differs from the one
 * that routes them: any user may be lost. */
static void lose_users(struct requests *r, int from, int count)
{
	struct batch *b = &r->batch;
	for (int i = from; i < from + count; i++)
		if (router_bucket(b->user[i], ~r->user_salt) < r->drift)
			b->bucket[i] = b->chance[i];
}

static void route(struct requests *r, int from, int count)
{
	struct batch *b = &r->batch;
	struct slice *s = &r->slice;
	s->count = count;
	s->at = b->at + from;
	s->user = b->user + from;
	s->outcome = b->outcome + from;
	s->latency_bits = b->latency + from;
	s->from = from;
	s->stable_ns = b->stable_ns + from;
	if (r->drift && r->sticky)
		lose_users(r, from, count);
	if (r->routes.chooser)
		route_by_choice(r, from);
	else if (r->split.only >= 0)
		route_to_one(r, from, count);
	else if (r->plan->versions == 2 && r->plan->cohorts == 1 &&
		 r->split.upper[0][0] <= UINT32_MAX)
		route_to_two(r, from, count);
	else
		route_to_many(r, from, count);
	bool by_rules = r->split.on && r->split.only < 0;
	if (r->routes.rules && (by_rules || r->plan->coupled))
		find_caught(r, from, count);
	if (by_rules)
		route_caught(r, from, count);
	memset(s->flags, 0, (size_t)count);
}

/* ---- copies: a mirrored request is followed by its copy on another version */

/* Copies that do not fare as their originals get bits of their own, and what stable's law makes of
 * these. */
static void draw_anew(struct requests *r)
{
	struct slice *s = &r->slice;
	uint8_t of[2 * BATCH];
	for (int i = 0; i < s->count; i++) {
		int luck = s->anew[i] ? HASH_OF_COPY : 0;
		s->outcome_room[i] = hash_again(s->outcome_room[i], luck);
		s->latency_room[i] = hash_again(s->latency_room[i], luck);
	}
	for (int c = 0; c < r->plan->cohorts; c++) {
		for (int i = 0; i < s->count; i++)
			of[i] = s->anew[i] && s->key[i] / r->plan->versions == c;
		latency_fill_where(&r->plan->version[STABLE].service[c].latency, of, 1,
				   s->latency_room, s->stable_room, s->count);
	}
}

static void add_copies(struct requests *r, int from)
{
	struct slice *s = &r->slice;
	uint64_t mirrored = (uint64_t)(r->routes.mirror * 0x1p32);
	int to = r->routes.mirror_to, n = 0;
	uint8_t served[BATCH];
	memcpy(served, s->key, (size_t)s->count);
	for (int i = 0; i < s->count; i++) {
		int copies = 1 + (r->batch.mirror[from + i] < mirrored);
		for (int c = 0; c < copies; c++, n++) {
			s->at_room[n] = s->at[i];
			s->user_room[n] = s->user[i];
			s->outcome_room[n] = s->outcome[i];
			s->latency_room[n] = s->latency_bits[i];
			s->origin[n] = (uint16_t)(from + i);
			s->stable_room[n] = s->stable_ns[i];
			s->key[n] = (uint8_t)(c ? r->stable_of[served[i]] + to : served[i]);
			s->flags[n] = c ? FLAG_COPY : 0;
			s->anew[n] = c && !hash_repeats(s->outcome[i], s->latency_bits[i],
							r->plan->repeatable);
		}
	}
	s->count = n;
	draw_anew(r);
	s->at = s->at_room;
	s->user = s->user_room;
	s->outcome = s->outcome_room;
	s->latency_bits = s->latency_room;
	s->from = -1;
	s->stable_ns = s->stable_room;
}

/* ---- replays: answers that were recorded of another version */

static void recall_replays(struct requests *r)
{
	struct slice *s = &r->slice;
	const struct recording *recording = r->plan->recording;
	for (int i = 0; i < s->count; i++) {
		int64_t row = r->batch.lucky[s->from < 0 ? s->origin[i] : s->from + i];
		bool replayed = r->plan->version[s->key[i] % r->plan->versions].replayed;
		s->replayed_outcome[i] =
			replayed ? recording->replayed_outcome[row] : s->outcome[i];
		s->replayed_latency[i] =
			replayed ? recording->replayed_latency[row] : s->latency_bits[i];
	}
	s->outcome = s->replayed_outcome;
	s->latency_bits = s->replayed_latency;
}

/* ---- lots: who is hit by faults that hit only some */

/* The bits by which each request of the batch is selected, or not. Strangers are no users who could
 * be hit every time. */
static void find_bits(struct requests *r, const struct selection *selection, uint32_t salt,
		      uint32_t bits[BATCH])
{
	const struct batch *b = &r->batch;
	bool users = selection->of == OF_USERS;
	if (selection->of == OF_ATTRIBUTE) {
		memcpy(bits, batch_attribute(r, selection->attribute),
		       (size_t)b->size * sizeof *bits);
		return;
	}
	for (int i = 0; i < b->size; i++)
		bits[i] = router_bucket(users && b->user[i] != NOBODY ? b->user[i] : b->select[i],
					salt);
}

/* Adds to the lot of each request whether it is selected; in a world where `only` serves all, or
 * where everybody is served as they are (-1). */
static void select_lots(struct requests *r, int index, const uint32_t *bits, int only,
			uint8_t *lots)
{
	const struct slice *s = &r->slice;
	const struct selection *selection = &r->case_->selection[index];
	int step = r->telemetry.keys << index, versions = r->plan->versions;
	for (int i = 0; i < s->count; i++) {
		int version = only < 0 ? s->key[i] % versions : only;
		uint32_t of = bits[s->from < 0 ? s->origin[i] : s->from + i];
		if (s->from < 0 && s->anew[i] && !selection_stays(selection, s->user[i]))
			of = hash_again(of, HASH_OF_COPY);
		bool selected = of >= selection->from[version] && of < selection->to[version];
		lots[i] = (uint8_t)(lots[i] + selected * step);
	}
}

uint8_t serve_lot(const struct requests *r, int key, const uint32_t bits[MAX_SELECTIONS])
{
	int version = key % r->plan->versions, lot = key;
	for (int k = 0; k < r->case_->selections; k++) {
		const struct selection *selection = &r->case_->selection[k];
		if (bits[k] >= selection->from[version] && bits[k] < selection->to[version])
			lot += r->telemetry.keys << k;
	}
	return (uint8_t)lot;
}

static void find_lots(struct requests *r)
{
	struct slice *s = &r->slice;
	s->lot = s->apart_lot = s->key;
	if (!r->case_->selections)
		return;
	memcpy(s->lots, s->key, (size_t)s->count);
	memcpy(s->apart_lots, s->key, (size_t)s->count);
	for (int k = 0; k < r->case_->selections; k++) {
		uint32_t *bits = s->chosen[k];
		find_bits(r, &r->case_->selection[k], r->select_salt + (uint32_t)k, bits);
		select_lots(r, k, bits, -1, s->lots);
		if (r->case_->uneven)
			select_lots(r, k, bits, STABLE, s->apart_lots);
	}
	s->lot = s->lots;
	s->apart_lot = r->case_->uneven ? s->apart_lots : s->lots;
}

/* ---- latencies: what the law of the serving version says, bent by faults */

/* Tables are not looked up request by request: one pass a key, of plain arithmetic and a mask,
 * is faster than the gather that would be. There are few keys. */
LANES_CLONED static void bend_lot(struct slice *restrict s, int lot, double factor, double add_ns)
{
	for (int i = 0; i < s->count; i++) {
		double bent = s->latency_ns[i] * factor + add_ns;
		bent = bent > 0 ? bent : 0;
		s->latency_ns[i] = s->lot[i] == lot ? bent : s->latency_ns[i];
	}
}

LANES_CLONED static void stretch_lot(struct slice *restrict s, int lot, uint32_t last,
				     double factor)
{
	for (int i = 0; i < s->count; i++) {
		bool stretched = (s->lot[i] == lot) & (s->latency_bits[i] > last);
		s->latency_ns[i] = stretched ? s->latency_ns[i] * factor : s->latency_ns[i];
	}
}

static void bend_lots(struct requests *r)
{
	for (int lot = 0; lot < r->lots; lot++) {
		const struct treatment *t = &r->treatment[lot];
		if (t->tail_factor != 1 && t->tail <= UINT32_MAX)
			stretch_lot(&r->slice, lot, (uint32_t)t->tail - (t->tail > 0),
				    t->tail_factor);
		if (t->factor != 1 || t->add_ns != 0)
			bend_lot(&r->slice, lot, t->factor, t->add_ns);
	}
}

static void find_latencies(struct requests *r)
{
	struct slice *s = &r->slice;
	const struct plan *plan = r->plan;
	memcpy(s->latency_ns, s->stable_ns, (size_t)s->count * sizeof *s->latency_ns);
	for (int k = 0; k < r->telemetry.keys && !plan->one_law; k++) {
		const struct service_plan *service =
			&plan->version[k % plan->versions].service[k / plan->versions];
		if (!service->shares_law)
			latency_fill_where(&service->latency, s->key, k, s->latency_bits,
					   s->latency_ns, s->count);
	}
	bend_lots(r);
}

void serve_slice(struct requests *r, int from, int to, sim_time until)
{
	struct facts facts;
	route(r, from, to - from);
	if (r->routes.mirror > 0)
		add_copies(r, from);
	r->slice.apart_outcome = r->slice.outcome;
	r->slice.apart_latency = r->slice.latency_bits;
	if (r->plan->replays)
		recall_replays(r);
	find_lots(r);
	find_latencies(r);
	judge_outcomes(r, &facts);
	if (r->plan->coupled) {
		queue_services(r, &facts);
		journey_serve(r, &facts);
		return;
	}
	if (r->plan->queued)
		queue_slice(r, &facts);
	else
		judge_latencies(r, &facts);
	if (r->plan->has_quality)
		answers_slice(r, from, &facts);
	judge_flags(&r->slice, &facts);
	if (r->routes.mirror > 0)
		judge_copies(&r->slice);
	record_slice(r, until);
}
