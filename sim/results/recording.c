/* Traces are read once, one behind the other; whoever and whatever has a name in several of them is
 * the same. */
#include "sim/results/recording.h"

#include "sim/hash.h"
#include "sim/results/gathering.h"
#include "sim/results/trace.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

/* ---- words: those of all traces together */

static bool add_words(struct dictionary *all, const struct dictionary *words, int16_t *place)
{
	for (int w = 0; w < words->count; w++) {
		int at = dictionary_add(all, view_of(words->word[w]));
		if (at < 0)
			return false;
		place[w] = (int16_t)at;
	}
	return true;
}

/* Routes beyond the most that are kept are one, as in an import. */
static void add_routes(struct dictionary *all, const struct dictionary *words, int16_t *place)
{
	for (int w = 0; w < words->count; w++) {
		int at = dictionary_add(all, view_of(words->word[w]));
		place[w] = (int16_t)(at < 0 ? all->count - 1 : at);
	}
}

static int16_t renumbered(const int16_t *place, int16_t word)
{
	return word < 0 ? -1 : place[word];
}

/* ---- rows */

/* Of a replay only the status says that there was one. */
static void gather_replay(struct gathering *g, int64_t i, const struct row *row)
{
	double status = g->status_place < 0 ? NAN : row->extra[g->status_place];
	double ns = g->duration_place < 0 ? NAN : row->extra[g->duration_place];
	g->replayed_outcome[i] = ROW_UNKNOWN;
	if (status >= 0 && status <= 599)
		g->replayed_outcome[i] = row_outcome((int)status);
	g->replayed_duration[i] = ns >= 0 && ns < 0x1p53 ? (int64_t)ns : -1;
}

static void gather_row(struct gathering *g, int64_t i, const struct row *row, int64_t first_ns)
{
	g->at[i] = row->arrival_ns - first_ns;
	g->duration[i] = row->duration_ns;
	g->outcome[i] = row->outcome;
	g->route[i] = renumbered(g->route_place, row->route);
	g->version[i] = (int8_t)renumbered(g->version_place, row->version);
	g->segment[i] = (int8_t)renumbered(g->segment_place, row->segment);
	g->who[i] = row->user;
	g->outcomes = g->outcomes || row->outcome != ROW_UNKNOWN;
	g->durations = g->durations || row->duration_ns >= 0;
	gather_replay(g, i, row);
}

static void find_busiest(const struct recording *r, struct recorded_trace *trace)
{
	int64_t first = trace->first;
	for (int64_t i = trace->first; i < trace->end; i++) {
		while (r->at[i] - r->at[first] >= SIM_SECOND)
			first++;
		double here = (double)(i - first + 1);
		trace->busiest = here > trace->busiest ? here : trace->busiest;
	}
}

static struct clock_use clock_of(const struct gathering *g, const struct recorded_trace *trace,
				 const struct trace_facts *facts)
{
	struct clock_use use = {facts->resolution_ns, facts->spread_ns, trace->end - trace->first,
				trace->span, 0};
	for (int64_t i = trace->first + 1; i < trace->end; i++)
		use.ties += g->at[i] == g->at[i - 1];
	return use;
}

/* Behind those that have been gathered. */
static bool gather(struct gathering *g, struct trace_reader *reader)
{
	struct recording *r = g->recording;
	struct recorded_trace *trace = &r->trace[r->traces++];
	const struct row *row;
	int64_t i = r->requests;
	g->status_place = head_number(trace_head(reader), "replayed_status");
	g->duration_place = head_number(trace_head(reader), "replayed_ns");
	for (trace->first = i; (row = trace_next(reader)); i++) {
		trace->first_ns = i == trace->first ? row->arrival_ns : trace->first_ns;
		gather_row(g, i, row, trace->first_ns);
		trace->versioned += row->version >= 0;
	}
	r->requests = trace->end = i;
	trace->span = i > trace->first ? g->at[i - 1] : 0;
	trace->clock = clock_of(g, trace, trace_facts(reader));
	trace->drawn = *trace_facts(reader)->drawn;
	find_busiest(r, trace);
	return i - trace->first == trace_facts(reader)->rows;
}

static bool gather_all(struct gathering *g, struct trace_reader *const *readers, int count,
		       char *why, size_t size)
{
	bool good = true;
	for (int t = 0; t < count && good; t++) {
		const struct head *head = trace_head(readers[t]);
		add_routes(&g->routes, &head->routes, g->route_place);
		if (!add_words(&g->versions, &head->versions, g->version_place) ||
		    !add_words(&g->segments, &head->segments, g->segment_place)) {
			snprintf(why, size,
				 "the traces have more than %d versions or segments together",
				 MOST_PARTIES);
			return false;
		}
		good = gather(g, readers[t]);
	}
	return good;
}

static void copy_segments(struct gathering *g)
{
	const struct dictionary *segments = &g->segments;
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

static void make_room_for(struct gathering *g, size_t n)
{
	struct recording *r = g->recording;
	g->at = arena_take(g->arena, n * sizeof *g->at);
	g->version = arena_take(g->arena, n * sizeof *g->version);
	g->segment = arena_take(g->arena, n * sizeof *g->segment);
	g->route = arena_take(g->arena, n * sizeof *g->route);
	g->duration = arena_take(&g->scratch, n * sizeof *g->duration);
	g->outcome = arena_take(&g->scratch, n * sizeof *g->outcome);
	g->who = arena_take(&g->scratch, n * sizeof *g->who);
	g->replayed_duration = arena_take(&g->scratch, n * sizeof *g->replayed_duration);
	g->replayed_outcome = arena_take(&g->scratch, n * sizeof *g->replayed_outcome);
	dictionary_init(&g->versions, MOST_PARTIES);
	dictionary_init(&g->segments, MOST_PARTIES);
	dictionary_init(&g->routes, MOST_ROUTES);
	r->at = g->at;
}

static const char *join_fingerprints(struct arena *arena, struct trace_reader *const *readers,
				     int count)
{
	const char *all = "";
	for (int t = 0; t < count; t++)
		all = arena_printf(arena, "%s%s%s", all, t ? "+" : "",
				   trace_facts(readers[t])->fingerprint);
	return all;
}

static struct recording *read_rows(struct arena *arena, struct trace_reader *const *readers,
				   int count, int64_t rows, char *why, size_t size)
{
	struct recording *r = arena_take(arena, sizeof *r);
	struct gathering g = {.arena = arena, .recording = r};
	*r = (struct recording){.fingerprint = join_fingerprints(arena, readers, count)};
	make_room_for(&g, (size_t)rows);
	bool good = gather_all(&g, readers, count, why, size);
	if (good) {
		number_users(&g);
		r->route = g.routes.count ? g.route : NULL;
		copy_segments(&g);
		luck_find(&g);
	}
	dictionary_free(&g.versions);
	dictionary_free(&g.segments);
	dictionary_free(&g.routes);
	arena_free(&g.scratch);
	return good ? r : NULL;
}

const struct recording *recording_load(struct arena *arena, const char *const *paths, int count,
				       char *why, size_t size)
{
	struct trace_reader *readers[MOST_TRACES] = {NULL};
	struct recording *recording = NULL;
	int open = 0;
	int64_t rows = 0;
	for (; open < count && (readers[open] = trace_open(paths[open], NULL, why, size)); open++)
		rows += trace_facts(readers[open])->rows;
	bool good = open == count;
	if (good && rows > MOST_RECORDED) {
		snprintf(why, size,
			 "cannot replay %s%s: that is more than %d requests; import a part of it",
			 paths[0], count > 1 ? " and others" : "", MOST_RECORDED);
		good = false;
	}
	if (good)
		recording = read_rows(arena, readers, count, rows, why, size);
	for (int t = 0; t < open; t++)
		good = trace_close(readers[t]) && good;
	return good ? recording : NULL;
}
