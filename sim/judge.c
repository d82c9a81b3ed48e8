/* One pass a key over a slice, of plain arithmetic and a mask: outcomes and latencies are compared
 * as random bits, so that nothing is computed twice. */
#include "sim/judge.h"

#include "sim/stats/lanes.h"

#include <string.h>

/* Random bits below a limit of up to 2^32, as a comparison of 32 bits: never, or up to the last. */
struct below {
	uint32_t last;
	bool never;
};

static struct below below(uint64_t limit)
{
	return (struct below){(uint32_t)(limit - 1), limit == 0};
}

/* Requests as faults find them in one of two worlds: this one, or that in which stable serves
 * everybody. */
struct world {
	int count;
	const uint8_t *lot;
	const uint32_t *outcome, *latency; /* random bits */
};

/* The same for every lot: stable's errors, where there is one cohort. */
LANES_CLONED static void mark_outcomes_of_all(const struct world *restrict w,
					      uint8_t *restrict marks, struct below error)
{
	for (int i = 0; i < w->count; i++)
		marks[i] |= w->outcome[i] <= error.last;
}

LANES_CLONED static void mark_outcomes(const struct world *restrict w, uint8_t *restrict marks,
				       int lot, struct below error, int flag)
{
	for (int i = 0; i < w->count; i++)
		marks[i] |= (uint8_t)(((w->lot[i] == lot) & (w->outcome[i] <= error.last)) * flag);
}

/* Without queues a request is slow exactly when its latency bits are high. */
LANES_CLONED static void mark_latencies(const struct world *restrict w, uint8_t *restrict marks,
					int lot, struct below fast, int flag)
{
	for (int i = 0; i < w->count; i++)
		marks[i] |= (uint8_t)(((w->lot[i] == lot) & (w->latency[i] > fast.last)) * flag);
}

static void mark_all_of(const struct world *w, uint8_t *marks, int lot, int flag)
{
	for (int i = 0; i < w->count; i++)
		marks[i] |= (uint8_t)((w->lot[i] == lot) * flag);
}

static void mark_errors(const struct world *w, uint8_t *marks, int lot, uint64_t error, int flag)
{
	if (!below(error).never)
		mark_outcomes(w, marks, lot, below(error), flag);
}

static void mark_from(const struct world *w, uint8_t *marks, int lot, uint64_t from, int flag)
{
	if (below(from).never)
		mark_all_of(w, marks, lot, flag);
	else if (from <= UINT32_MAX)
		mark_latencies(w, marks, lot, below(from), flag);
}

LANES_CLONED static void cut_latencies(struct slice *restrict s, double patience)
{
	for (int i = 0; i < s->count; i++)
		s->latency_ns[i] = s->latency_ns[i] < patience ? s->latency_ns[i] : patience;
}

/* Outcomes between two limits, of those who did not fail otherwise. */
static void mark_between(const struct world *w, uint8_t *marks, int lot, uint64_t from, uint64_t to,
			 int flag)
{
	for (int i = 0; i < w->count && from < to; i++)
		if (w->lot[i] == lot && w->outcome[i] >= from && w->outcome[i] < to)
			marks[i] |= (uint8_t)flag;
}

static void mark_treatment(const struct world *w, uint8_t *marks, int lot,
			   const struct treatment *t)
{
	mark_errors(w, marks, lot, t->error, FLAG_ERROR);
	mark_between(w, marks, lot, t->error, t->hang, FLAG_TIMEOUT);
	mark_between(w, marks, lot, t->hang, t->corrupt, FLAG_BAD);
}

static struct world this_world(const struct slice *s)
{
	return (struct world){s->count, s->lot, s->outcome, s->latency_bits};
}

static struct world world_apart(const struct slice *s)
{
	return (struct world){s->count, s->apart_lot, s->apart_outcome, s->apart_latency};
}

/* Where all requests are alike to stable, one pass does. */
static void mark_stable_outcomes(const struct requests *r, uint8_t *ill)
{
	const struct world apart = world_apart(&r->slice);
	const struct treatment *stable = &r->apart[STABLE];
	bool alike = r->lots == r->plan->versions && stable->corrupt == stable->error;
	if (alike && !below(stable->error).never)
		mark_outcomes_of_all(&apart, ill, below(stable->error));
	for (int lot = 0; lot < r->lots && !alike; lot++)
		mark_treatment(&apart, ill, lot, &r->apart[lot]);
}

/* Failures may take another time than answers; who never answers is waited for. */
static void find_failure_latencies(struct requests *r, const struct facts *f)
{
	struct slice *s = &r->slice;
	for (int k = 0; k < r->telemetry.keys && r->plan->fails_apart; k++) {
		const struct use *law = &r->plan->version[k % r->plan->versions]
						 .service[k / r->plan->versions]
						 .failed;
		uint8_t failed[2 * BATCH];
		for (int i = 0; i < s->count && law->plugin; i++)
			failed[i] = s->key[i] == k && f->bad[i] & FLAG_ERROR;
		if (law->plugin)
			latency_fill_where(law, failed, 1, s->latency_bits, s->latency_ns,
					   s->count);
	}
	for (int i = 0; i < s->count && r->hangs; i++)
		if (f->bad[i] & FLAG_TIMEOUT)
			s->latency_ns[i] = (double)r->plan->timeout;
}

void judge_outcomes(struct requests *r, struct facts *f)
{
	const struct world here = this_world(&r->slice);
	memset(f->bad, 0, (size_t)here.count);
	memset(f->ill, 0, (size_t)here.count);
	for (int lot = 0; lot < r->lots; lot++)
		mark_treatment(&here, f->bad, lot, &r->treatment[lot]);
	mark_stable_outcomes(r, f->ill);
	if (r->plan->fails_apart || r->hangs)
		find_failure_latencies(r, f);
}

/* A failure that has a law of its own times out by that. */
static void judge_failure_latencies(const struct requests *r, struct facts *f)
{
	const struct slice *s = &r->slice;
	for (int i = 0; i < s->count; i++) {
		bool late = s->latency_ns[i] >= (double)r->plan->timeout;
		if (f->bad[i] & FLAG_ERROR)
			f->bad[i] = (uint8_t)((f->bad[i] & ~FLAG_TIMEOUT) | late * FLAG_TIMEOUT);
	}
}

void judge_latencies(struct requests *r, struct facts *f)
{
	struct slice *s = &r->slice;
	const struct world here = this_world(s), apart = world_apart(s);
	for (int lot = 0; lot < r->lots; lot++) {
		const struct treatment *t = &r->treatment[lot], *stable = &r->apart[lot];
		mark_from(&here, f->bad, lot, t->slow, FLAG_BAD);
		mark_from(&here, f->bad, lot, t->timeout, FLAG_TIMEOUT);
		mark_from(&apart, f->ill, lot, stable->slow, 1);
		mark_from(&apart, f->ill, lot, stable->timeout, 1);
	}
	if (r->plan->fails_apart)
		judge_failure_latencies(r, f);
	cut_latencies(s, (double)r->plan->timeout);
}

/* A copy is shown to nobody, and neither harms nor helps. */
LANES_CLONED void judge_flags(struct slice *restrict s, const struct facts *restrict f)
{
	for (int i = 0; i < s->count; i++) {
		bool bad = f->bad[i] != 0, ill = f->ill[i] != 0, shown = s->flags[i] == 0;
		int flags = f->bad[i] & (FLAG_ERROR | FLAG_TIMEOUT);
		flags |= bad * FLAG_BAD | (bad & !ill & shown) * FLAG_HARMED |
			 (ill & !bad & shown) * FLAG_HELPED;
		s->flags[i] |= (uint8_t)flags;
	}
}

void judge_copies(struct slice *s)
{
	for (int i = 1; i < s->count; i++) {
		if (!(s->flags[i] & FLAG_COPY))
			continue;
		bool failed = s->flags[i] & (FLAG_ERROR | FLAG_TIMEOUT);
		bool other = s->flags[i - 1] & (FLAG_ERROR | FLAG_TIMEOUT);
		bool slower = failed == other && s->latency_ns[i] > s->latency_ns[i - 1];
		int flags = (failed && !other ? COPY_WORSE : 0) |
			    (other && !failed ? COPY_BETTER : 0) | (slower ? COPY_SLOWER : 0);
		s->flags[i] |= (uint8_t)flags;
	}
}
