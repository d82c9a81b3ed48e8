/* Laws are durations in order; the bits of a request are those of the rank its own has among
 * them. */
#include "sim/results/gathering.h"

#include "sim/hash.h"

#include "sim/stats/sort.h"

#include <math.h>
#include <string.h>

static bool is_failure(int8_t outcome)
{
	return outcome == ROW_SERVER_ERROR;
}

/* ---- laws: of each version, behind them of all together and of replays; of answers and of
 * failures */

enum { ALL = MOST_RECORDED_VERSIONS, REPLAYED, LAWS };

struct laws {
	struct recorded_law law[LAWS][2];
	double *sorted[LAWS][2];
	int64_t requests[LAWS][2];
};

static void count_row(struct laws *laws, int slot, bool failed, int64_t duration)
{
	laws->requests[slot][failed]++;
	laws->law[slot][failed].count += duration >= 0;
}

static void add_row(struct laws *laws, int slot, bool failed, int64_t duration)
{
	struct recorded_law *law = &laws->law[slot][failed];
	if (duration < 0)
		return;
	laws->sorted[slot][failed][law->count++] = (double)duration;
	law->mean += (double)duration;
}

static void each_row(const struct gathering *g, struct laws *laws,
		     void (*take)(struct laws *laws, int slot, bool failed, int64_t duration))
{
	for (int64_t i = 0; i < g->recording->requests; i++) {
		bool failed = is_failure(g->outcome[i]);
		if (g->version[i] >= 0)
			take(laws, g->version[i], failed, g->duration[i]);
		take(laws, ALL, failed, g->duration[i]);
		if (g->replayed_outcome[i] != ROW_UNKNOWN)
			take(laws, REPLAYED, is_failure(g->replayed_outcome[i]),
			     g->replayed_duration[i]);
	}
}

static void make_room(struct arena *arena, struct laws *laws)
{
	for (int v = 0; v < LAWS; v++)
		for (int f = 0; f < 2; f++) {
			struct recorded_law *law = &laws->law[v][f];
			size_t bytes = (size_t)law->count * sizeof(double);
			laws->sorted[v][f] = bytes ? arena_take(arena, bytes) : NULL;
			law->count = 0;
		}
}

static void finish_laws(struct laws *laws)
{
	for (int v = 0; v < LAWS; v++)
		for (int f = 0; f < 2; f++) {
			struct recorded_law *law = &laws->law[v][f];
			if (law->count) {
				sort_ascending(laws->sorted[v][f], (size_t)law->count);
				law->mean /= (double)law->count;
			}
			law->sorted = laws->sorted[v][f];
		}
}

static struct recorded_version version_of(const struct laws *laws, int slot, const char *name)
{
	const int64_t *requests = laws->requests[slot];
	struct recorded_version version = {.name = name,
					   .requests = requests[0] + requests[1],
					   .failed = requests[1],
					   .answers = laws->law[slot][0],
					   .failures = laws->law[slot][1]};
	version.error_bits = (uint64_t)llround(recording_errors(&version) * 0x1p32);
	return version;
}

/* ---- bits */

/* Bits from `from` to below `to`, drawn by a hash. */
static uint32_t bits_between(uint64_t from, uint64_t to, uint64_t word)
{
	return (uint32_t)(from + word % (to - from));
}

/* The bits of a rank are those that (bits x count) >> 32 leads back from. Equal durations share
 * theirs: one of their ranks is as good as another. */
static uint32_t latency_bits(const struct recorded_law *law, double duration, uint64_t word)
{
	uint64_t n = (uint64_t)law->count, rank = (uint64_t)recorded_law_below(law, duration);
	uint64_t from = ((rank << 32) + n - 1) / n, to = (((rank + 1) << 32) + n - 1) / n;
	return bits_between(from, to, word);
}

static uint32_t outcome_bits(const struct recorded_version *version, bool failed, uint64_t word)
{
	uint64_t errors = version->error_bits;
	if (failed)
		return bits_between(0, errors ? errors : 1, word);
	return errors >> 32 ? UINT32_MAX : bits_between(errors, UINT64_C(1) << 32, word);
}

/* What was not recorded is left to a hash: it is anybody's guess. */
static void make_row_bits(const struct recorded_version *version, int8_t answer, int64_t duration,
			  const uint64_t words[2], uint32_t *outcome, uint32_t *latency)
{
	bool failed = is_failure(answer);
	const struct recorded_law *law = failed ? &version->failures : &version->answers;
	*outcome = answer == ROW_UNKNOWN ? (uint32_t)(words[0] >> 32)
					 : outcome_bits(version, failed, words[0]);
	*latency = duration < 0 ? (uint32_t)(words[1] >> 32)
				: latency_bits(law, (double)duration, words[1]);
}

static void make_bits(struct gathering *g)
{
	struct recording *r = g->recording;
	uint32_t *outcome = arena_take(g->arena, (size_t)r->requests * sizeof *outcome);
	uint32_t *latency = arena_take(g->arena, (size_t)r->requests * sizeof *latency);
	int8_t *failed = arena_take(g->arena, (size_t)r->requests * sizeof *failed);
	for (int64_t i = 0; i < r->requests; i++) {
		const uint64_t words[2] = {hash_of(0, (uint64_t)i, 0, 0),
					   hash_of(0, (uint64_t)i, 1, 0)};
		const struct recorded_version *version =
			r->version && r->version[i] >= 0 ? &r->version_of[r->version[i]] : &r->all;
		make_row_bits(version, g->outcome[i], g->duration[i], words, &outcome[i],
			      &latency[i]);
		failed[i] = g->outcome[i] == ROW_UNKNOWN ? -1 : is_failure(g->outcome[i]);
	}
	r->failed = failed;
	r->outcome = g->outcomes ? outcome : NULL;
	r->latency = g->durations ? latency : NULL;
}

static void make_replayed_bits(struct gathering *g)
{
	struct recording *r = g->recording;
	if (!r->replayed.requests)
		return;
	uint32_t *outcome = arena_take(g->arena, (size_t)r->requests * sizeof *outcome);
	uint32_t *latency = arena_take(g->arena, (size_t)r->requests * sizeof *latency);
	for (int64_t i = 0; i < r->requests; i++) {
		const uint64_t words[2] = {hash_of(0, (uint64_t)i, 2, 0),
					   hash_of(0, (uint64_t)i, 3, 0)};
		make_row_bits(&r->replayed, g->replayed_outcome[i], g->replayed_duration[i], words,
			      &outcome[i], &latency[i]);
	}
	r->replayed_outcome = outcome;
	r->replayed_latency = latency;
}

static void find_laws(struct gathering *g)
{
	const struct dictionary *versions = &g->versions;
	struct recording *r = g->recording;
	struct laws *laws = arena_take(&g->scratch, sizeof *laws);
	each_row(g, laws, count_row);
	make_room(g->arena, laws);
	each_row(g, laws, add_row);
	finish_laws(laws);
	r->versions = versions->count;
	r->version = versions->count ? g->version : NULL;
	for (int v = 0; v < r->versions; v++)
		r->version_of[v] = version_of(
			laws, v,
			arena_copy(g->arena, versions->word[v], strlen(versions->word[v])));
	r->all = version_of(laws, ALL, "");
	r->replayed = version_of(laws, REPLAYED, "replayed");
}

void luck_find(struct gathering *g)
{
	find_laws(g);
	make_bits(g);
	make_replayed_bits(g);
}
