/* What telemetry counts: requests by what became of them and by how long they took, and what the
 * machines did for them. */
#ifndef SIM_TALLY_H
#define SIM_TALLY_H

#include "sim/stats/histogram.h"

#include <stdbool.h>

/* What became of a request, as bits. */
enum {
	FLAG_ERROR = 1,
	FLAG_TIMEOUT = 2,
	FLAG_BAD = 4,	  /* error, timeout, or slower than the objective */
	FLAG_HARMED = 8,  /* bad, though stable would have served it well */
	FLAG_COPY = 16,	  /* a mirrored copy: served and recorded, shown to nobody */
	FLAG_HELPED = 32, /* served well, though stable would not have */
	/* Of a copy these two say how it fared beside its original: it failed alone, the other
	 * did, or both fared alike and it took longer. */
	COPY_WORSE = FLAG_COPY | FLAG_HARMED,
	COPY_BETTER = FLAG_COPY | FLAG_HELPED,
	COPY_SLOWER = FLAG_COPY | FLAG_HARMED | FLAG_HELPED,
	FLAGS = 64,
};

/* Whether somebody was harmed: copies are shown to nobody. */
static inline bool flags_harm(int flags)
{
	return (flags & (FLAG_HARMED | FLAG_COPY)) == FLAG_HARMED;
}

struct tally {
	uint32_t flags[FLAGS]; /* requests by what became of them */
	uint32_t bucket[HISTOGRAM_BUCKETS];
};

/* Of the machines behind a version. */
struct usage {
	double busy_ns, slot_ns; /* slots x time: in use, and there at all */
	double money;		 /* what replicas and requests have cost */
};

/* The difference of two tallies, or the sum of some: too much for 32 bits. */
struct counts {
	uint64_t flags[FLAGS];
	uint64_t bucket[HISTOGRAM_BUCKETS]; /* where somebody asks for them */
	struct usage usage;		    /* so, too */
};

#endif
