/* Requests get their bits in two passes: the first gathers what was recorded, the second finds the
 * rank of each duration among those of its kind. */
#include "sim/results/recording.h"

#include "sim/hash.h"
#include "sim/results/trace.h"

#include "sim/stats/sort.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What the first pass gathers. */
struct gathering {
	struct arena *arena;
	struct arena scratch; /* what the recording does not keep */
	struct recording *recording;
	sim_time *at;
	int64_t *duration; /* ns; -1: unknown */
	int8_t *outcome, *version, *segment;
	uint64_t *who; /* hashes; then places, in `user` */
	uint32_t *user;
	bool outcomes, durations;
};

static bool is_failure(int8_t outcome)
{
	return outcome == ROW_SERVER_ERROR;
}

/* ---- users: places by the order in which they first come, in a table of hashes */

static uint32_t place_of(uint64_t who, const uint64_t *known, uint32_t *table, uint32_t mask,
			 uint32_t *count)
{
	uint32_t at = (uint32_t)hash_mix(who) & mask;
	while (table[at] && known[table[at] - 1] != who)
		at = (at + 1) & mask;
	if (!table[at])
		table[at] = ++*count;
	return table[at] - 1;
}

static void number_users(struct gathering *g)
{
	struct recording *r = g->recording;
	uint32_t size = 16, count = 0;
	while (size < 2 * (uint64_t)r->requests)
		size *= 2;
	uint32_t *table = arena_take(&g->scratch, size * sizeof *table);
	uint64_t *known = arena_take(&g->scratch, (size_t)r->requests * sizeof *known);
	g->user = arena_take(g->arena, (size_t)r->requests * sizeof *g->user);
	for (int64_t i = 0; i < r->requests; i++) {
		if (!g->who[i]) {
			g->user[i] = NOBODY;
			continue;
		}
		known[count] = g->who[i]; /* where it lies if it is new */
		g->user[i] = place_of(g->who[i], known, table, size - 1, &count);
	}
	r->users = (int)count;
	r->user = count ? g->user : NULL;
}

/* ---- laws: of each version, and of all together behind them; of answers and of failures */

enum { LAWS = MOST_RECORDED_VERSIONS + 1 };

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
		take(laws, MOST_RECORDED_VERSIONS, failed, g->duration[i]);
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
	return (struct recorded_version){.name = name,
					 .requests = requests[0] + requests[1],
					 .failed = requests[1],
					 .answers = laws->law[slot][0],
					 .failures = laws->law[slot][1]};
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

/* The engine's errors are bits below the share, rounded as it does. */
static uint32_t outcome_bits(const struct recorded_version *version, bool failed, uint64_t word)
{
	uint64_t errors = (uint64_t)llround(recording_errors(version) * 0x1p32);
	if (failed)
		return bits_between(0, errors ? errors : 1, word);
	return errors >> 32 ? UINT32_MAX : bits_between(errors, UINT64_C(1) << 32, word);
}

/* What was not recorded is left to a hash: it is anybody's guess. */
static void make_bits(struct gathering *g)
{
	struct recording *r = g->recording;
	uint32_t *outcome = arena_take(g->arena, (size_t)r->requests * sizeof *outcome);
	uint32_t *latency = arena_take(g->arena, (size_t)r->requests * sizeof *latency);
	for (int64_t i = 0; i < r->requests; i++) {
		uint64_t one = hash_of(0, (uint64_t)i, 0, 0), other = hash_of(0, (uint64_t)i, 1, 0);
		bool failed = is_failure(g->outcome[i]);
		const struct recorded_version *version =
			r->version && r->version[i] >= 0 ? &r->version_of[r->version[i]] : &r->all;
		const struct recorded_law *law = failed ? &version->failures : &version->answers;
		outcome[i] = g->outcome[i] == ROW_UNKNOWN ? (uint32_t)(one >> 32)
							  : outcome_bits(version, failed, one);
		latency[i] = g->duration[i] < 0 ? (uint32_t)(other >> 32)
						: latency_bits(law, (double)g->duration[i], other);
	}
	r->outcome = g->outcomes ? outcome : NULL;
	r->latency = g->durations ? latency : NULL;
}

/* ---- the two passes */

static void gather_row(struct gathering *g, int64_t i, const struct row *row, int64_t first_ns)
{
	g->at[i] = row->arrival_ns - first_ns;
	g->duration[i] = row->duration_ns;
	g->outcome[i] = row->outcome;
	g->version[i] = (int8_t)row->version;
	g->segment[i] = (int8_t)row->segment;
	g->who[i] = row->user;
	g->outcomes = g->outcomes || row->outcome != ROW_UNKNOWN;
	g->durations = g->durations || row->duration_ns >= 0;
}

static bool gather(struct gathering *g, struct trace_reader *reader)
{
	struct recording *r = g->recording;
	const struct row *row;
	int64_t i = 0, first_ns = 0;
	for (; (row = trace_next(reader)); i++) {
		first_ns = i ? first_ns : row->arrival_ns;
		gather_row(g, i, row, first_ns);
	}
	r->at = g->at;
	r->span = i ? g->at[i - 1] : 0;
	return i == r->requests;
}

static void find_busiest(struct recording *r)
{
	int64_t first = 0;
	for (int64_t i = 0; i < r->requests; i++) {
		while (r->at[i] - r->at[first] >= SIM_SECOND)
			first++;
		double here = (double)(i - first + 1);
		r->busiest = here > r->busiest ? here : r->busiest;
	}
}

static void copy_versions(struct gathering *g, const struct dictionary *versions)
{
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
	r->all = version_of(laws, MOST_RECORDED_VERSIONS, "");
}

static void copy_segments(struct gathering *g, const struct dictionary *segments)
{
	struct recording *r = g->recording;
	r->segments = segments->count;
	r->segment = segments->count ? g->segment : NULL;
	for (int s = 0; s < r->segments; s++)
		r->segment_name[s] =
			arena_copy(g->arena, segments->word[s], strlen(segments->word[s]));
	for (int64_t i = 0; i < r->requests; i++)
		if (g->segment[i] >= 0)
			r->segment_requests[g->segment[i]]++;
}

static struct recording *read_rows(struct arena *arena, struct trace_reader *reader)
{
	const struct trace_facts *facts = trace_facts(reader);
	size_t n = (size_t)facts->rows;
	struct recording *r = arena_take(arena, sizeof *r);
	struct gathering g = {.arena = arena, .recording = r};
	*r = (struct recording){.requests = facts->rows};
	r->fingerprint = arena_copy(arena, facts->fingerprint, strlen(facts->fingerprint));
	g.at = arena_take(arena, n * sizeof *g.at);
	g.version = arena_take(arena, n * sizeof *g.version);
	g.segment = arena_take(arena, n * sizeof *g.segment);
	g.duration = arena_take(&g.scratch, n * sizeof *g.duration);
	g.outcome = arena_take(&g.scratch, n * sizeof *g.outcome);
	g.who = arena_take(&g.scratch, n * sizeof *g.who);
	bool good = gather(&g, reader);
	if (good) {
		find_busiest(r);
		number_users(&g);
		copy_versions(&g, &trace_head(reader)->versions);
		copy_segments(&g, &trace_head(reader)->segments);
		make_bits(&g);
	}
	arena_free(&g.scratch);
	return good ? r : NULL;
}

const struct recording *recording_load(struct arena *arena, const char *path, char *why,
				       size_t size)
{
	struct trace_reader *reader = trace_open(path, NULL, why, size);
	if (!reader)
		return NULL;
	if (trace_facts(reader)->rows > MOST_RECORDED) {
		trace_close(reader);
		snprintf(why, size,
			 "cannot replay %s: it has more than %d requests; import a part "
			 "of it",
			 path, MOST_RECORDED);
		return NULL;
	}
	struct recording *recording = read_rows(arena, reader);
	return trace_close(reader) ? recording : NULL;
}
