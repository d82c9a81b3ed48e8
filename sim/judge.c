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

void judge_errors(struct requests *r, struct facts *f)
{
	const struct slice *s = &r->slice;
	memset(f->bad, 0, (size_t)s->count);
	memset(f->ill, 0, (size_t)s->count);
	for (int k = 0; k < r->telemetry.keys; k++)
		mark_errors(s, f->bad, k, r->treatment[k].error, FLAG_ERROR);
	mark_stable_errors(r, f->ill);
}

void judge_latencies(struct requests *r, struct facts *f)
{
	struct slice *s = &r->slice;
	for (int k = 0; k < r->telemetry.keys; k++) {
		const struct treatment *t = &r->treatment[k],
				       *stable = &r->treatment[r->stable_of[k]];
		mark_from(s, f->bad, k, t->slow, FLAG_BAD);
		mark_from(s, f->bad, k, t->timeout, FLAG_TIMEOUT);
		mark_from(s, f->ill, k, stable->slow, 1);
		mark_from(s, f->ill, k, stable->timeout, 1);
	}
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
