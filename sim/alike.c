/* Sorted by what requests have in common, one thing after another, each time leaving equal ones as
 * they were: in the end the alike lie together. */
#include "sim/alike.h"

#include "sim/vocabulary.h"

#include <string.h>

enum { HOURS = 24 };

/* Of a request, what it has in common with others: a number from 0 on. */
static uint32_t route_of(const struct recording *r, int64_t i)
{
	return r->route ? (uint32_t)(r->route[i] + 1) : 0;
}

static uint32_t segment_of(const struct recording *r, int64_t i)
{
	return r->segment ? (uint32_t)(r->segment[i] + 1) : 0;
}

static uint32_t hour_of(const struct recording *r, int64_t i)
{
	int t = 0;
	while (i >= r->trace[t].end)
		t++;
	int64_t hour = (r->trace[t].first_ns + r->at[i]) / (3600 * (int64_t)SIM_SECOND) % HOURS;
	return (uint32_t)((hour + HOURS) % HOURS); /* there is a time before 1970, too */
}

struct trait {
	int bit;
	uint32_t (*of)(const struct recording *r, int64_t i);
	uint32_t most;
};

enum { TRAITS = 3, MOST_COMMON = 1 << 15 }; /* routes are numbers of 16 bits, with a sign */

static const struct trait traits[TRAITS] = {
	{ALIKE_ROUTE, route_of, MOST_COMMON + 1},
	{ALIKE_SEGMENT, segment_of, MOST_RECORDED_SEGMENTS + 1},
	{ALIKE_HOUR, hour_of, HOURS},
};

static void sort_by(const struct recording *r, const struct trait *trait, const uint32_t *from,
		    uint32_t *to, uint32_t *place)
{
	memset(place, 0, (trait->most + 1) * sizeof *place);
	for (int64_t i = 0; i < r->requests; i++)
		place[trait->of(r, from[i]) + 1]++;
	for (uint32_t v = 0; v < trait->most; v++)
		place[v + 1] += place[v];
	for (int64_t i = 0; i < r->requests; i++)
		to[place[trait->of(r, from[i])]++] = from[i];
}

static bool are_alike(const struct recording *r, int in_common, uint32_t one, uint32_t other)
{
	for (int t = 0; t < TRAITS; t++)
		if (in_common & traits[t].bit && traits[t].of(r, one) != traits[t].of(r, other))
			return false;
	return true;
}

static void number_groups(struct arena *arena, const struct recording *r, struct alike *alike)
{
	uint32_t *group = arena_take(arena, (size_t)r->requests * sizeof *group);
	uint32_t *first = arena_take(arena, ((size_t)r->requests + 1) * sizeof *first);
	for (int64_t i = 0; i < r->requests; i++) {
		uint32_t row = alike->row[i];
		if (!i || !are_alike(r, alike->in_common, row, alike->row[i - 1]))
			first[alike->groups++] = (uint32_t)i;
		group[row] = (uint32_t)alike->groups - 1;
	}
	first[alike->groups] = (uint32_t)r->requests;
	alike->group = group;
	alike->first = first;
}

const struct alike *alike_make(struct arena *arena, const struct recording *r, int in_common)
{
	struct alike *alike = arena_take(arena, sizeof *alike);
	struct arena scratch = {0};
	size_t bytes = (size_t)r->requests * sizeof(uint32_t);
	uint32_t *row = arena_take(arena, bytes), *spare = arena_take(&scratch, bytes);
	uint32_t *place = arena_take(&scratch, (MOST_COMMON + 2) * sizeof *place);
	for (int64_t i = 0; i < r->requests; i++)
		row[i] = (uint32_t)i;
	for (int t = 0; t < TRAITS; t++)
		if (in_common & traits[t].bit) {
			sort_by(r, &traits[t], row, spare, place);
			memcpy(row, spare, bytes);
		}
	*alike = (struct alike){.in_common = in_common, .row = row};
	number_groups(arena, r, alike);
	arena_free(&scratch);
	return alike;
}
