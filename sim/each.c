/* A slice is served as any other, but is of one request: what tight loops save is the price of
 * learning from every answer. */
#include "sim/each.h"

#include "sim/serve.h"

int each_choose(struct requests *r, int cohort, sim_time now, double *chance)
{
	const struct chooser *chooser = r->rewards.chooser;
	rewards_tell(&r->rewards, now);
	return chooser->choose(chooser, cohort, chance);
}

void each_note(struct requests *r, enum metric_kind metric, double value, sim_time at)
{
	int key = r->slice.key[0], versions = r->plan->versions;
	struct reward reward = {value, r->slice.chance, (uint8_t)(key % versions),
				(uint8_t)(key / versions)};
	rewards_note(&r->rewards, metric, reward, at);
}

/* Those who are followed one by one are noted at the end of each attempt. */
static void note_answer(struct requests *r)
{
	const struct slice *s = &r->slice;
	bool failed = s->flags[0] & (FLAG_ERROR | FLAG_TIMEOUT);
	each_note(r, METRIC_SUCCESS_RATE, !failed, s->at[0] + (sim_time)s->latency_ns[0]);
}

void each_serve(struct requests *r, int from, int to, sim_time until)
{
	for (int i = from; i < to; i++) {
		if (r->plan->coupled)
			journey_advance(r, r->batch.at[i]);
		serve_slice(r, i, i + 1, until);
		if (!r->plan->coupled)
			note_answer(r);
	}
}
