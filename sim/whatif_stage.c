/* A recording becomes columns that a hot loop can walk through: what its bits lead to is looked up
 * once, for all variants. */
#include "sim/whatif.h"

#include "sim/arena.h"
#include "sim/hash.h"
#include "sim/router.h"

#include <math.h>

/* Users are split by the hash that splits them in simulations, under a salt of its own. */
enum { SALT = 0x77686174 };

enum { MOST_BY_DEFAULT = 240 }; /* blocks */

struct staging {
	const struct recording *recording;
	const struct recorded_version *version;
	double *at, *service, *side;
	uint32_t *outcome, *user;
	uint8_t *fine;
	uint32_t errors; /* outcome bits below are failures */
	uint64_t seed;
	uint32_t salt;
};

/* The duration that bits lead to: for those that were recorded, their own. */
static double duration_of(const struct recorded_version *version, bool failed, uint32_t bits)
{
	const struct recorded_law *law = failed ? &version->failures : &version->answers;
	if (!law->count)
		law = failed ? &version->answers : &version->failures;
	if (!law->count)
		return 0;
	return law->sorted[((uint64_t)bits * (uint64_t)law->count) >> 32];
}

/* Luck is of the seed: who gets the version, and whose request fails that went well. */
enum luck_of { WHO_IS_SERVED, WHO_FAILS };

static uint32_t word_of(const struct staging *s, int64_t i, enum luck_of what)
{
	return (uint32_t)(hash_of(s->seed, (uint64_t)i, SALT, what) >> 32);
}

static uint32_t side_of(const struct staging *s, int64_t i)
{
	const struct recording *r = s->recording;
	if (r->user && r->user[i] != NOBODY)
		return router_bucket(r->user[i], s->salt);
	return word_of(s, i, WHO_IS_SERVED);
}

static void stage_one(struct staging *s, struct whatif_traffic *t, int64_t i, int64_t to)
{
	const struct recording *r = s->recording;
	uint32_t outcome =
		r->outcome ? recording_outcome(r, i, word_of(s, i, WHO_FAILS)) : UINT32_MAX;
	bool failed = outcome < s->errors || s->errors == UINT32_MAX;
	double service = r->latency ? duration_of(s->version, failed, r->latency[i]) : 0;
	s->at[to] = (double)r->at[i];
	s->service[to] = service;
	s->side[to] = side_of(s, i);
	s->outcome[to] = outcome;
	s->fine[to] = !failed && service <= t->limit_ns;
	if (s->user)
		s->user[to] = r->user[i];
	t->longest_ns = fmax(t->longest_ns, service);
}

/* ---- blocks of time, as recorded */

static sim_time default_block(sim_time span)
{
	static const int seconds[] = {1, 5, 10, 30, 60, 300, 600, 1800, 3600, 6 * 3600, 24 * 3600};
	enum { LENGTHS = sizeof seconds / sizeof *seconds };
	int i = 0;
	while (i < LENGTHS - 1 && span / (seconds[i] * SIM_SECOND) > MOST_BY_DEFAULT)
		i++;
	return seconds[i] * SIM_SECOND;
}

/* What is left behind the last whole block belongs to it. */
static void cut(struct whatif_traffic *t, struct arena *arena)
{
	int64_t *block = arena_take(arena, ((size_t)t->blocks + 1) * sizeof *block), i = 0;
	for (int b = 0; b < t->blocks; b++) {
		while (i < t->requests && t->columns.at[i] < (double)(b * t->block_ns))
			i++;
		block[b] = i;
	}
	block[t->blocks] = t->requests;
	t->block = block;
}

static int count_users(const struct whatif_traffic *t)
{
	struct arena scratch = {0};
	uint8_t *came = arena_take(&scratch, (size_t)t->user_places + 1);
	int count = 0;
	for (int64_t i = 0; i < t->requests && t->columns.user; i++) {
		uint32_t user = t->columns.user[i];
		count += user != NOBODY && !came[user];
		if (user != NOBODY)
			came[user] = 1;
	}
	arena_free(&scratch);
	return count;
}

static void take_columns(struct staging *s, struct arena *arena)
{
	size_t n = (size_t)s->recording->requests;
	s->at = arena_take(arena, n * sizeof *s->at);
	s->service = arena_take(arena, n * sizeof *s->service);
	s->side = arena_take(arena, n * sizeof *s->side);
	s->outcome = arena_take(arena, n * sizeof *s->outcome);
	s->fine = arena_take(arena, n * sizeof *s->fine);
	s->user = s->recording->user ? arena_take(arena, n * sizeof *s->user) : NULL;
}

void whatif_stage(struct whatif_traffic *t, struct arena *arena, const struct recording *r,
		  const struct whatif_traffic_options *options)
{
	const struct recorded_version *version = options->version ? options->version : &r->all;
	struct staging s = {.recording = r,
			    .version = version,
			    .seed = options->seed,
			    .salt = (uint32_t)hash_of(options->seed, SALT, 0, 0)};
	*t = (struct whatif_traffic){.errors = recording_errors(version),
				     .limit_ns = options->limit_ns,
				     .span = r->trace[0].span,
				     .clock = &r->trace[0].clock,
				     .user_places = r->users,
				     .outcomes = r->outcome,
				     .durations = r->latency};
	t->block_ns = options->block_ns ? options->block_ns : default_block(r->trace[0].span);
	t->blocks = r->trace[0].span / t->block_ns > WHATIF_BLOCKS
			    ? WHATIF_BLOCKS + 1
			    : (int)(r->trace[0].span / t->block_ns);
	t->blocks = t->blocks ? t->blocks : 1;
	if (t->blocks > WHATIF_BLOCKS)
		return;
	double errors = round(t->errors * 0x1p32);
	s.errors = errors < UINT32_MAX ? (uint32_t)errors : UINT32_MAX;
	take_columns(&s, arena);
	for (int64_t i = 0; i < r->requests; i++)
		if (!options->version || &r->version_of[r->version[i]] == version)
			stage_one(&s, t, i, t->requests++);
	t->columns = (struct whatif_columns){s.at, s.service, s.side, s.outcome, s.user, s.fine};
	t->users = count_users(t);
	cut(t, arena);
}
