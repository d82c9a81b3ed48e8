/* A rate limiter: a bucket of tokens that fills at a steady rate, one for each request. */
#ifndef SIM_LIMITER_H
#define SIM_LIMITER_H

#include "sim/vocabulary.h"

struct limiter_config {
	double rate;   /* per second; NaN: no limit */
	int64_t burst; /* tokens the bucket holds */
};

/* When the bucket will be full again says how many tokens it holds: the virtual scheduling
 * algorithm (ITU-T I.371, annex A.1). */
struct limiter {
	double full_ns;
};

/* Takes a token, if there is one. */
static inline bool limiter_admits(struct limiter *limiter, const struct limiter_config *config,
				  sim_time now)
{
	double token_ns = (double)SIM_SECOND / config->rate, now_ns = (double)now;
	double full = limiter->full_ns > now_ns ? limiter->full_ns : now_ns;
	if (full - now_ns > (double)(config->burst - 1) * token_ns)
		return false;
	limiter->full_ns = full + token_ns;
	return true;
}

#endif
