/* Seconds and money are no requests: faults that miscount those leave them alone, but a counter
 * that begins anew, a scrape that repeats the last or none at all mean the same for both. */
#include "sim/meter.h"

#include <string.h>

void meter_allocate(struct meters *meters, struct arena *arena, int versions, int places, int marks)
{
	size_t usages = (size_t)versions * sizeof(struct usage);
	meters->scraped = arena_take(arena, (size_t)places * usages);
	meters->marked = arena_take(arena, (size_t)marks * usages);
}

void meter_reset(struct meters *meters, int versions, int marks)
{
	size_t usages = (size_t)versions * sizeof(struct usage);
	meters->versions = versions;
	memset(meters->used, 0, usages);
	memset(meters->last, 0, usages);
	memset(meters->seen, 0, usages);
	memset(meters->marked, 0, (size_t)marks * usages);
}

static struct usage difference(const struct usage *head, const struct usage *base)
{
	return (struct usage){head->busy_ns - base->busy_ns, head->slot_ns - base->slot_ns,
			      head->money - base->money};
}

static void add(struct usage *to, struct usage gained)
{
	to->busy_ns += gained.busy_ns;
	to->slot_ns += gained.slot_ns;
	to->money += gained.money;
}

void meter_scrape(struct meters *meters, int place)
{
	struct usage *scraped = meters->scraped + place * meters->versions;
	size_t usages = (size_t)meters->versions * sizeof(struct usage);
	memcpy(meters->seen, meters->used, usages);
	memcpy(scraped, meters->used, usages);
}

void meter_scrape_through(struct meters *meters, int place, int before,
			  const struct sight sight[MAX_VERSIONS])
{
	struct usage *scraped = meters->scraped + place * meters->versions;
	for (int v = 0; v < meters->versions; v++) {
		if (!sight[v].reset)
			add(&meters->seen[v], difference(&meters->used[v], &meters->last[v]));
		meters->last[v] = meters->used[v];
		scraped[v] = sight[v].stale && before >= 0 ? meter_scraped(meters, before)[v]
							   : meters->seen[v];
	}
}

void meter_mark(struct meters *meters, int mark, int version, int place)
{
	if (version < meters->versions)
		meters->marked[mark * meters->versions + version] =
			place < 0 ? meters->seen[version] : meter_scraped(meters, place)[version];
}

struct usage meter_between(const struct meters *meters, int version, int place,
			   const struct usage *since)
{
	static const struct usage nothing;
	return difference(&meter_scraped(meters, place)[version],
			  since ? &since[version] : &nothing);
}
