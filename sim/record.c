/* Telemetry at completion, harmed users at arrival. */
#include "sim/record.h"

#include "sim/stats/lanes.h"

enum { TALLY_WORDS = sizeof(struct tally) / sizeof(uint32_t) };

/* When each request is done, and where its bucket is, counted in words from the first tally. */
LANES_CLONED static void find_places(const struct slice *restrict s, sim_time *restrict done,
				     uint32_t *restrict place)
{
	for (int i = 0; i < s->count; i++) {
		done[i] = s->at[i] + (sim_time)s->latency_ns[i];
		place[i] = s->key[i] * (uint32_t)TALLY_WORDS + FLAGS +
			   histogram_bucket(s->latency_ns[i]);
	}
}

/* Most requests have no flag, and a counter that every request increments would be the slowest
 * thing in the loop: those without are counted key by key. */
LANES_CLONED static void count_flagless(const struct slice *restrict s, int keys,
					struct tally *restrict tally)
{
	for (int k = 0; k < keys; k++) {
		uint32_t count = 0;
		for (int i = 0; i < s->count; i++)
			count += (s->key[i] == k) & (s->flags[i] == 0);
		tally[k].flags[0] += count;
	}
}

/* Requests that outlive the slice may belong to a later window, and may be the last to drain. */
static __attribute__((noinline)) void record_late(struct requests *r, int i, sim_time done)
{
	const struct slice *s = &r->slice;
	struct tally *tally = telemetry_window(&r->telemetry, done) + s->key[i];
	if (!s->flags[i])
		telemetry_current(&r->telemetry)[s->key[i]].flags[0]--; /* counted there already */
	tally->flags[s->flags[i]]++;
	tally->bucket[histogram_bucket(s->latency_ns[i])]++;
	sim_time *last = &r->last_done[s->key[i] % r->plan->versions];
	*last = done > *last ? done : *last;
}

static void record_telemetry(struct requests *r, sim_time until)
{
	const struct slice *s = &r->slice;
	struct tally *now = telemetry_current(&r->telemetry);
	uint32_t place[2 * BATCH], *words = (uint32_t *)now;
	sim_time done[2 * BATCH];
	find_places(s, done, place);
	count_flagless(s, r->telemetry.keys, now);
	for (int i = 0; i < s->count; i++) {
		if (__builtin_expect(done[i] >= until, 0)) {
			record_late(r, i, done[i]);
			continue;
		}
		words[place[i]]++;
		if (s->flags[i])
			now[s->key[i]].flags[s->flags[i]]++;
	}
}

static void record_users(struct requests *r)
{
	const struct slice *s = &r->slice;
	int per_segment = r->plan->versions * r->plan->population.regions;
	for (int i = 0; i < s->count; i++) {
		if (!flags_harm(s->flags[i]))
			continue;
		if (s->user[i] == NOBODY)
			ledger_harm_unknown(&r->ledger, s->key[i] / per_segment);
		else
			ledger_harm(&r->ledger, s->user[i], s->key[i] / per_segment);
	}
}

void record_slice(struct requests *r, sim_time until)
{
	record_telemetry(r, until);
	if (r->plan->population.users)
		record_users(r);
}
