/* The inner loops: route, add copies, find latencies. What a scenario decided is decided here once
 * a slice, never once a request. */
#include "sim/serve.h"

#include "sim/judge.h"
#include "sim/queue.h"
#include "sim/record.h"
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
		const uint64_t *upper = r->split.upper[cohort];
		int version = 1;
		for (int v = 0; v < versions - 1; v++)
			version += r->batch.bucket[from + i] >= upper[v];
		r->slice.key[i] =
			(uint8_t)(cohort * versions + (version < versions ? version : STABLE));
	}
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
	s->stable_ns = b->stable_ns + from;
	if (r->split.only >= 0)
		route_to_one(r, from, count);
	else if (r->plan->versions == 2 && r->plan->cohorts == 1 &&
		 r->split.upper[0][0] <= UINT32_MAX)
		route_to_two(r, from, count);
	else
		route_to_many(r, from, count);
	memset(s->flags, 0, (size_t)count);
}

/* ---- copies: a mirrored request is followed by its copy on another version */

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
			s->stable_room[n] = s->stable_ns[i];
			s->key[n] = (uint8_t)(c ? r->stable_of[served[i]] + to : served[i]);
			s->flags[n] = c ? FLAG_COPY : 0;
		}
	}
	s->count = n;
	s->at = s->at_room;
	s->user = s->user_room;
	s->outcome = s->outcome_room;
	s->latency_bits = s->latency_room;
	s->stable_ns = s->stable_room;
}

/* ---- latencies: what the law of the serving version says, bent by faults */

/* Requests of a version whose law is its own are gathered, drawn together and put back. */
static void draw_own_law(struct requests *r, int version)
{
	struct slice *s = &r->slice;
	const struct use *law = &r->plan->version[version].latency;
	int versions = r->plan->versions, n = 0;
	uint16_t place[2 * BATCH] = {0};
	uint32_t bits[2 * BATCH] = {0};
	double ns[2 * BATCH];
	for (int i = 0; i < s->count; i++) {
		place[n] = (uint16_t)i;
		bits[n] = s->latency_bits[i];
		n += s->key[i] % versions == version;
	}
	((const struct latency *)law->plugin)->fill(law->config, bits, ns, n);
	for (int i = 0; i < n; i++)
		s->latency_ns[place[i]] = ns[i];
}

/* Tables are not looked up request by request: one pass a key, of plain arithmetic and a mask,
 * is faster than the gather that would be. There are few keys. */
LANES_CLONED static void bend_key(struct slice *restrict s, int key, double factor, double add_ns)
{
	for (int i = 0; i < s->count; i++) {
		double bent = s->latency_ns[i] * factor + add_ns;
		bent = bent > 0 ? bent : 0;
		s->latency_ns[i] = s->key[i] == key ? bent : s->latency_ns[i];
	}
}

static void find_latencies(struct requests *r)
{
	struct slice *s = &r->slice;
	const struct treatment *t = r->treatment;
	memcpy(s->latency_ns, s->stable_ns, (size_t)s->count * sizeof *s->latency_ns);
	if (!r->one_law)
		for (int v = 1; v < r->plan->versions; v++)
			if (!r->plan->version[v].shares_law)
				draw_own_law(r, v);
	for (int k = 0; k < r->telemetry.keys; k++)
		if (t[k].factor != 1 || t[k].add_ns != 0)
			bend_key(s, k, t[k].factor, t[k].add_ns);
}

void serve_slice(struct requests *r, int from, int to, sim_time until)
{
	struct facts facts;
	route(r, from, to - from);
	if (r->routes.mirror > 0)
		add_copies(r, from);
	find_latencies(r);
	judge_errors(r, &facts);
	if (r->plan->queued)
		queue_slice(r, &facts);
	else
		judge_latencies(r, &facts);
	judge_flags(&r->slice, &facts);
	record_slice(r, until);
}
