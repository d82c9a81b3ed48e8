/* A pass goes through stretches of its excerpt, each replayed without a break: round and round, or
 * block by block. */
#include "models/traffic/passes.h"

#include "sim/rng.h"

static void begin_stretch(const struct itinerary *way, struct pass *pass, sim_time origin,
			  sim_time stretch)
{
	int trace = pass->excerpt->trace;
	pass->origin = origin;
	pass->stretch = stretch;
	pass->next = recording_find(way->recording, trace, origin);
	pass->end = recording_find(way->recording, trace, origin + stretch);
}

/* The last request of an excerpt belongs to it. */
static void begin_whole(const struct itinerary *way, struct pass *pass, sim_time origin)
{
	begin_stretch(way, pass, origin, pass->excerpt->from + pass->excerpt->lasts + 1 - origin);
}

static void begin_block(const struct itinerary *way, struct pass *pass, struct rng *rng)
{
	int block = (int)(rng_uniform(rng) * pass->excerpt->blocks);
	begin_stretch(way, pass, pass->excerpt->from + block * way->block, way->block);
}

/* Passes that lie over the first one of their excerpt begin elsewhere, or all would come at once.
 */
static void begin(const struct itinerary *way, struct pass *pass, bool over, struct rng *rng)
{
	const struct excerpt *excerpt = pass->excerpt;
	if (way->each == EACH_BLOCKS) {
		begin_block(way, pass, rng);
		return;
	}
	bool shift = over || way->each == EACH_ROTATED;
	sim_time at = shift ? (sim_time)(rng_uniform(rng) * (double)excerpt->lasts) : 0;
	begin_whole(way, pass, excerpt->from + at);
}

void passes_begin(struct passes *passes, const struct itinerary *way, struct rng *rng)
{
	passes->count = 0;
	for (int p = 0; p < way->excerpts; p++)
		for (int over = 0; over < way->excerpt[p].passes; over++) {
			struct pass *pass = &passes->pass[passes->count++];
			*pass = (struct pass){.excerpt = &way->excerpt[p]};
			begin(way, pass, over > 0, rng);
		}
}

/* Round, or on to the next block. */
static void go_on(const struct itinerary *way, struct pass *pass, struct rng *rng)
{
	pass->base_ns += (double)pass->stretch / way->speed;
	if (way->each == EACH_BLOCKS)
		begin_block(way, pass, rng);
	else if (way->loop)
		begin_whole(way, pass, pass->excerpt->from);
	else
		pass->over = true;
}

/* Empty blocks follow each other until somebody comes or time is over. */
struct pass *passes_next(struct passes *passes, const struct itinerary *way,
			 const struct arrivals *to, double *ns)
{
	struct pass *first = NULL;
	for (int p = 0; p < passes->count; p++) {
		struct pass *pass = &passes->pass[p];
		while (!pass->over && pass->next == pass->end && pass->base_ns < to->until)
			go_on(way, pass, to->rng);
		if (pass->over || pass->next == pass->end)
			continue;
		double at = pass->base_ns +
			    (double)(way->recording->at[pass->next] - pass->origin) / way->speed;
		if (at < to->until && (!first || at < *ns)) {
			first = pass;
			*ns = at;
		}
	}
	return first;
}
