/* The inner loops: route, add copies, find latencies, judge. What a scenario decided is
 * decided here once a slice, never once a request. */
#include "sim/serve.h"

#include "sim/record.h"
#include "sim/stats/lanes.h"

#include <math.h>
#include <string.h>

/* What is known of a slice before it is judged, a byte or a time a request. With queues, times are
 * first how long the service takes, then how long the client stayed. */
struct facts {
	uint8_t bad[2 * BATCH]; /* the flags of its version's errors, timeouts, slowness */
	uint8_t ill[2 * BATCH]; /* stable would not have served it well */
	uint8_t refused[2 * BATCH], twin_refused[2 * BATCH];
	sim_time time[2 * BATCH], twin_time[2 * BATCH];
};

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

/* ---- judge: what became of each request, and what would have become of it on stable */

/* Random bits below a limit of up to 2^32, as a comparison of 32 bits: never, or up to the last. */
struct below {
	uint32_t last;
	bool never;
};

static struct below below(uint64_t limit)
{
	return (struct below){(uint32_t)(limit - 1), limit == 0};
}

/* The same for every key: stable's errors, where there is one cohort. */
LANES_CLONED static void mark_outcomes_of_all(const struct slice *restrict s,
					      uint8_t *restrict marks, struct below error)
{
	for (int i = 0; i < s->count; i++)
		marks[i] |= s->outcome[i] <= error.last;
}

LANES_CLONED static void mark_outcomes(const struct slice *restrict s, uint8_t *restrict marks,
				       int key, struct below error, int flag)
{
	for (int i = 0; i < s->count; i++)
		marks[i] |= (uint8_t)(((s->key[i] == key) & (s->outcome[i] <= error.last)) * flag);
}

/* Without queues a request is slow exactly when its latency bits are high. */
LANES_CLONED static void mark_latencies(const struct slice *restrict s, uint8_t *restrict marks,
					int key, struct below fast, int flag)
{
	for (int i = 0; i < s->count; i++)
		marks[i] |=
			(uint8_t)(((s->key[i] == key) & (s->latency_bits[i] > fast.last)) * flag);
}

static void mark_all_of(const struct slice *s, uint8_t *marks, int key, int flag)
{
	for (int i = 0; i < s->count; i++)
		marks[i] |= (uint8_t)((s->key[i] == key) * flag);
}

static void mark_errors(const struct slice *s, uint8_t *marks, int key, uint64_t error, int flag)
{
	if (!below(error).never)
		mark_outcomes(s, marks, key, below(error), flag);
}

static void mark_from(const struct slice *s, uint8_t *marks, int key, uint64_t from, int flag)
{
	if (below(from).never)
		mark_all_of(s, marks, key, flag);
	else if (from <= UINT32_MAX)
		mark_latencies(s, marks, key, below(from), flag);
}

/* Puts the flags together; a copy is shown to nobody, and neither harms nor helps. */
LANES_CLONED static void put_flags(struct slice *restrict s, const struct facts *restrict f)
{
	for (int i = 0; i < s->count; i++) {
		bool bad = f->bad[i] != 0, ill = f->ill[i] != 0, shown = s->flags[i] == 0;
		int flags = f->bad[i] & (FLAG_ERROR | FLAG_TIMEOUT);
		flags |= bad * FLAG_BAD | (bad & !ill & shown) * FLAG_HARMED |
			 (ill & !bad & shown) * FLAG_HELPED;
		s->flags[i] |= (uint8_t)flags;
	}
}

LANES_CLONED static void cut_latencies(struct slice *restrict s, double patience)
{
	for (int i = 0; i < s->count; i++)
		s->latency_ns[i] = s->latency_ns[i] < patience ? s->latency_ns[i] : patience;
}

static void mark_stable_errors(const struct requests *r, uint8_t *ill)
{
	const struct slice *s = &r->slice;
	struct below error = below(r->treatment[STABLE].error);
	if (r->plan->cohorts == 1 && !error.never)
		mark_outcomes_of_all(s, ill, error);
	for (int k = 0; k < r->telemetry.keys && r->plan->cohorts > 1; k++)
		mark_errors(s, ill, k, r->treatment[r->stable_of[k]].error, 1);
}

static void judge(struct requests *r, struct facts *f)
{
	struct slice *s = &r->slice;
	for (int k = 0; k < r->telemetry.keys; k++) {
		const struct treatment *t = &r->treatment[k],
				       *stable = &r->treatment[r->stable_of[k]];
		mark_errors(s, f->bad, k, t->error, FLAG_ERROR);
		mark_from(s, f->bad, k, t->slow, FLAG_BAD);
		mark_from(s, f->bad, k, t->timeout, FLAG_TIMEOUT);
		mark_from(s, f->ill, k, stable->slow, 1);
		mark_from(s, f->ill, k, stable->timeout, 1);
	}
	mark_stable_errors(r, f->ill);
	cut_latencies(s, (double)r->plan->timeout);
}

/* ---- judge, with queues: the counterfactual is a twin world in which stable serves everybody */

/* A service longer than any trial is as long as the longest: times must add up without overflow,
 * even those of a whole slice in one queue. */
static void find_services(struct requests *r, struct facts *f)
{
	struct slice *s = &r->slice;
	const double longest = (double)MAX_HORIZON;
	lanes_whole(s->latency_ns, f->time, s->count, longest);
	lanes_whole(s->stable_ns, f->twin_time, s->count, longest);
	for (int k = 0; k < r->telemetry.keys; k++) {
		const struct treatment *t = &r->treatment[r->stable_of[k]];
		for (int i = 0; i < s->count && (t->factor != 1 || t->add_ns != 0); i++)
			if (s->key[i] == k)
				f->twin_time[i] = (sim_time)fmin(
					fmax(s->stable_ns[i] * t->factor + t->add_ns, 0), longest);
	}
}

static sim_time queue_one(struct pool *pool, sim_time at, sim_time service, sim_time patience,
			  uint8_t *refused)
{
	sim_time stayed = service < patience ? service : patience;
	*refused = 0;
	if (pool->servers)
		*refused = pool_serve(pool, at, service, patience, &stayed) == POOL_REFUSED;
	return stayed;
}

/* Copies don't exist in the twin world. */
static void queue_all(struct requests *r, struct facts *f)
{
	struct slice *s = &r->slice;
	sim_time patience = r->plan->timeout;
	for (int i = 0; i < s->count; i++) {
		struct pool *pool = &r->pool[s->key[i] % r->plan->versions];
		f->time[i] = queue_one(pool, s->at[i], f->time[i], patience, &f->refused[i]);
		f->twin_refused[i] = 0;
		if (s->flags[i] != FLAG_COPY)
			f->twin_time[i] = queue_one(&r->twin, s->at[i], f->twin_time[i], patience,
						    &f->twin_refused[i]);
	}
}

/* Whether a server is busy is a coin toss: told so, the compiler selects instead of jumping. */
static inline sim_time later(sim_time a, sim_time b)
{
	return __builtin_expect_with_probability(a > b, 1, 0.5) ? a : b;
}

/* Two versions of one server each, and the twin. When a server is free is all there is to know of
 * its queue: free = max(free, arrival) + service. To the other version's server a request is one
 * that came long ago and needs nothing, so no step waits for the version of a request, and three
 * short chains run side by side. False, with nothing changed but the times, if somebody's patience
 * ended: then not everybody was served, and the chains are not what happened. */
static bool queue_pair(struct requests *r, struct facts *f)
{
	const struct slice *s = &r->slice;
	sim_time first = r->pool[0].free_at[0], second = r->pool[1].free_at[0];
	sim_time twin = r->twin.free_at[0], spare = r->plan->timeout - 1, over = 0;
	int count = s->count;
	for (int i = 0; i < count; i++) {
		sim_time is_second = -(sim_time)(s->key[i] & 1);
		sim_time at = s->at[i], service = f->time[i];
		first = later(first, at & ~is_second) + (service & ~is_second);
		second = later(second, at & is_second) + (service & is_second);
		twin = later(twin, at) + f->twin_time[i];
		sim_time stayed = ((first & ~is_second) | (second & is_second)) - at;
		over |= (spare - stayed) | (spare - (twin - at));
		f->time[i] = stayed;
		f->twin_time[i] = twin - at;
	}
	if (over < 0)
		return false;
	r->pool[0].free_at[0] = first;
	r->pool[1].free_at[0] = second;
	r->twin.free_at[0] = twin;
	return true;
}

/* A client that was there for all its patience has given up. */
LANES_CLONED static void judge_stays(struct slice *restrict s, struct facts *restrict f,
				     sim_time patience, sim_time limit)
{
	for (int i = 0; i < s->count; i++) {
		sim_time stayed = f->time[i], twin = f->twin_time[i];
		f->bad[i] |=
			(uint8_t)(f->refused[i] * FLAG_ERROR + (stayed >= patience) * FLAG_TIMEOUT +
				  (stayed > limit) * FLAG_BAD);
		f->ill[i] |= (uint8_t)((twin >= patience) | (twin > limit) | f->twin_refused[i]);
		s->latency_ns[i] = (double)stayed;
	}
}

static bool is_pair(const struct requests *r)
{
	for (int v = 0; v < 2; v++)
		if (r->pool[v].servers != 1 || r->pool[v].queue >= 0)
			return false;
	return r->plan->versions == 2 && r->routes.mirror == 0;
}

static void judge_queued(struct requests *r, struct facts *f)
{
	struct slice *s = &r->slice;
	for (int k = 0; k < r->telemetry.keys; k++)
		mark_errors(s, f->bad, k, r->treatment[k].error, FLAG_ERROR);
	mark_stable_errors(r, f->ill);
	if (is_pair(r))
		find_services(r, f);
	memset(f->refused, 0, (size_t)s->count);
	memset(f->twin_refused, 0, (size_t)s->count);
	bool done = is_pair(r) && queue_pair(r, f);
	if (!done) {
		find_services(r, f);
		queue_all(r, f);
	}
	judge_stays(s, f, r->plan->timeout, r->plan->objective.latency);
}

void serve_slice(struct requests *r, int from, int to, sim_time until)
{
	route(r, from, to - from);
	if (r->routes.mirror > 0)
		add_copies(r, from);
	find_latencies(r);
	struct facts facts;
	memset(facts.bad, 0, (size_t)r->slice.count);
	memset(facts.ill, 0, (size_t)r->slice.count);
	if (r->plan->queued)
		judge_queued(r, &facts);
	else
		judge(r, &facts);
	put_flags(&r->slice, &facts);
	record_slice(r, until);
}
