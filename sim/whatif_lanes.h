/* Variants side by side: each is a lane that lives through the same requests. Nothing is drawn
 * here: a request's bits say what becomes of it in every lane, so that lanes differ by what they
 * change and by nothing else. All times are whole nanoseconds in doubles, so that sums do not
 * depend on how a compiler pairs them up. */
#ifndef SIM_WHATIF_LANES_H
#define SIM_WHATIF_LANES_H

#include "sim/stats/histogram.h"

#include <stdint.h>

enum {
	WHATIF_LANES = 32,     /* a bit of a user's word each */
	WHATIF_SLOTS = 1024,   /* kept in order one by one; more are nearly as good as no limit */
	WHATIF_ROWS = 69 * 32, /* of the histogram: a queue may grow beyond its usual range */
	WHATIF_NOWHERE,	       /* the row of requests that a lane does not serve */
	WHATIF_HEIGHT,
};

/* Requests in the order of their arrival, a column each. */
struct whatif_columns {
	const double *at, *service; /* ns */
	const double *side;	    /* below a lane's share: it serves the request */
	const uint32_t *outcome;    /* below a lane's errors: it fails */
	const uint32_t *user;	    /* NULL: nobody is known */
	const uint8_t *fine;	    /* it went well on the record */
};

/* What lanes differ in, and where each is in time. */
struct whatif_lanes {
	int width; /* 1, or a multiple of 8 */
	int slots; /* the most of any lane; 0: all are without limit */
	_Alignas(64) double factor[WHATIF_LANES], share[WHATIF_LANES];
	double errors[WHATIF_LANES], most_errors;
	double limit_ns;     /* slower is no good; infinite: there is none */
	double *free_ns;     /* [slots][width]: ascending; infinite: a slot that is not there */
	uint32_t *harmed_by; /* of each user, a bit a lane */
};

/* What became of the requests of one block of time, lane by lane. */
struct whatif_sums {
	_Alignas(64) double wait_ns[WHATIF_LANES], busy_ns[WHATIF_LANES];
	int64_t waited[WHATIF_LANES], failed[WHATIF_LANES], harmed[WHATIF_LANES];
	uint32_t *count; /* [WHATIF_HEIGHT][width]: how long requests took */
};

/* Lives through requests `from` to below `to`, and adds what became of them. */
void whatif_lanes_serve(struct whatif_lanes *lanes, const struct whatif_columns *requests,
			int64_t from, int64_t to, struct whatif_sums *sums);

/* The same for one lane, in a loop that is made for it. */
void whatif_one_serve(struct whatif_lanes *lane, const struct whatif_columns *requests,
		      int64_t from, int64_t to, struct whatif_sums *sums);

/* Counts in the row WHATIF_NOWHERE: 2^10 is where rows begin, and 69 octaves lie below it. */
#define WHATIF_UNSERVED 0x1p79

/* Adding this and taking it away again rounds a double below it to a whole number. */
#define WHATIF_WHOLE 0x1p52

/* The row of a time, as histogram_bucket without an end. */
static inline uint32_t whatif_row(double ns)
{
	return histogram_bucket(ns);
}

#endif
