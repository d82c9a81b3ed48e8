/* Requests that share servers wait for each other, so they are served one by one. The
 * counterfactual is a twin world in which stable serves everybody. */
#include "sim/queue.h"

#include "sim/stats/lanes.h"

#include <math.h>
#include <string.h>

/* What stable would have needed for the requests of a lot. */
static void find_twin_services(const struct requests *r, struct facts *f, int lot, double longest)
{
	const struct slice *s = &r->slice;
	const struct treatment *t = &r->apart[lot];
	uint32_t tail = (uint32_t)(t->tail - (t->tail > 0));
	for (int i = 0; i < s->count; i++) {
		if (s->apart_lot[i] != lot)
			continue;
		bool stretched = t->tail_factor != 1 && s->apart_latency[i] > tail;
		double ns = s->stable_ns[i] * (stretched ? t->tail_factor : 1);
		f->twin_time[i] = (sim_time)fmin(fmax(ns * t->factor + t->add_ns, 0), longest);
	}
}

/* Failures of stable, where they take another time than answers. */
static void find_twin_failures(const struct requests *r, struct facts *f, double longest)
{
	const struct slice *s = &r->slice;
	for (int i = 0; i < s->count; i++) {
		const struct use *law =
			&r->plan->version[STABLE].service[s->key[i] / r->plan->versions].failed;
		double ns;
		if (law->plugin && f->ill[i] & FLAG_ERROR) {
			((const struct latency *)law->plugin)
				->fill(law->config, &s->apart_latency[i], &ns, 1);
			f->twin_time[i] = (sim_time)fmin(ns, longest);
		} else if (f->ill[i] & FLAG_TIMEOUT) {
			f->twin_time[i] = r->plan->timeout;
		}
	}
}

/* A service longer than any trial is as long as the longest: times must add up without overflow,
 * even those of a whole slice in one queue. */
void queue_services(struct requests *r, struct facts *f)
{
	struct slice *s = &r->slice;
	const double longest = (double)MAX_HORIZON;
	lanes_whole(s->latency_ns, f->time, s->count, longest);
	lanes_whole(s->stable_ns, f->twin_time, s->count, longest);
	for (int lot = 0; lot < r->lots; lot++) {
		const struct treatment *t = &r->apart[lot];
		if (t->factor != 1 || t->add_ns != 0 || t->tail_factor != 1)
			find_twin_services(r, f, lot, longest);
	}
	if (r->plan->fails_apart || r->hangs)
		find_twin_failures(r, f, longest);
}

static inline sim_time queue_one(struct pool *pool, sim_time at, sim_time service,
				 sim_time patience, bool metered, uint8_t *refused)
{
	sim_time stayed = service < patience ? service : patience;
	*refused = 0;
	if (!pool->servers)
		return stayed;
	int fate = pool_serve(pool, at, service, patience, &stayed);
	if (metered && (fate == POOL_SERVED || fate == POOL_GIVEN_UP))
		pool->work_ns += (double)service;
	*refused = fate == POOL_REFUSED;
	return stayed;
}

/* Copies don't exist in the twin world. */
static inline void queue_each(struct requests *r, struct facts *f, bool metered)
{
	struct slice *s = &r->slice;
	sim_time patience = r->plan->timeout;
	for (int i = 0; i < s->count; i++) {
		struct pool *pool = &r->pool[s->key[i] % r->plan->versions];
		f->time[i] =
			queue_one(pool, s->at[i], f->time[i], patience, metered, &f->refused[i]);
		f->twin_refused[i] = 0;
		if (s->flags[i] != FLAG_COPY)
			f->twin_time[i] = queue_one(&r->twin, s->at[i], f->twin_time[i], patience,
						    false, &f->twin_refused[i]);
	}
}

static void queue_all(struct requests *r, struct facts *f)
{
	if (plan_watches(r->plan, METRIC_SATURATION))
		queue_each(r, f, true);
	else
		queue_each(r, f, false);
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
		/* Who was refused never got as far as any other outcome. */
		f->bad[i] = (uint8_t)((f->bad[i] & (f->refused[i] - 1)) |
				      (f->refused[i] * FLAG_ERROR +
				       (stayed >= patience) * FLAG_TIMEOUT +
				       (stayed > limit) * FLAG_BAD));
		f->ill[i] |= (uint8_t)((twin >= patience) | (twin > limit) | f->twin_refused[i]);
		s->latency_ns[i] = (double)stayed;
	}
}

/* Who asks how busy servers are wants their services added up, which the chains don't. */
static bool is_pair(const struct requests *r)
{
	if (plan_watches(r->plan, METRIC_SATURATION))
		return false;
	for (int v = 0; v < 2; v++)
		if (r->pool[v].servers != 1 || r->pool[v].queue >= 0)
			return false;
	return r->plan->versions == 2 && r->routes.mirror == 0;
}

void queue_slice(struct requests *r, struct facts *f)
{
	struct slice *s = &r->slice;
	bool pair = is_pair(r);
	memset(f->refused, 0, (size_t)s->count);
	memset(f->twin_refused, 0, (size_t)s->count);
	queue_services(r, f);
	if (!pair || !queue_pair(r, f)) {
		if (pair)
			queue_services(r, f); /* what queue_pair tried has overwritten them */
		queue_all(r, f);
	}
	judge_stays(s, f, r->plan->timeout, r->plan->objective.latency);
}
