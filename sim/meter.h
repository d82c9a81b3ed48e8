/* Meters: what is counted of the machines behind a version, seen as dashboards see requests. They
 * only grow, too, and are read at the same scrapes. */
#ifndef SIM_METER_H
#define SIM_METER_H

#include "sim/arena.h"
#include "sim/fault.h"
#include "sim/tally.h"
#include "sim/vocabulary.h"

/* Places are those of the ring of scrapes; marks are those of telemetry. */
struct meters {
	int versions;			 /* 0: nobody looks at them */
	struct usage used[MAX_VERSIONS]; /* until the scrape to come, */
	struct usage last[MAX_VERSIONS]; /* and until the one before */
	struct usage seen[MAX_VERSIONS]; /* the same as counters show it */
	struct usage *scraped, *marked;	 /* places x versions, marks x versions */
};

void meter_allocate(struct meters *meters, struct arena *arena, int versions, int places,
		    int marks);
void meter_reset(struct meters *meters, int versions, int marks);

/* A scrape to `place`, the one before having gone to `before`; `sight` is what faults let see of
 * each version, or NULL. */
void meter_scrape(struct meters *meters, int place);
void meter_scrape_through(struct meters *meters, int place, int before,
			  const struct sight sight[MAX_VERSIONS]);

/* A mark remembers what a place holds, or -1: what is seen now. */
void meter_mark(struct meters *meters, int mark, int version, int place);

/* What has been used up to a place since another, or since the beginning (NULL). */
struct usage meter_between(const struct meters *meters, int version, int place,
			   const struct usage *since);

static inline const struct usage *meter_scraped(const struct meters *meters, int place)
{
	return meters->scraped + place * meters->versions;
}

static inline const struct usage *meter_marked(const struct meters *meters, int mark)
{
	return meters->marked + mark * meters->versions;
}

#endif
