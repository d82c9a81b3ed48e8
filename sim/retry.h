/* What clients do when they get no good answer: whether they ask again, and when. */
#ifndef SIM_RETRY_H
#define SIM_RETRY_H

#include "sim/vocabulary.h"

enum { MAX_ATTEMPTS = 16 }; /* of one request: more is a bug, not a policy */

struct retry_config {
	int64_t attempts; /* at most; 1: they never ask again */
	sim_time timeout; /* of each attempt; PARAM_UNSET: the client's whole patience */
	sim_time backoff, longest;
	double factor, jitter;
	bool errors, timeouts, refusals; /* after which of these */
	double budget;			 /* retries a request, on the whole; NaN: any number */
	double reserve;			 /* retries that may be saved up */
};

/* How many retries may be sent now: every request adds the budget's share, every retry takes one
 * (as the token balance of Finagle's RetryBudget, and gRPC's retry throttling, proposal A6). */
struct retry_budget {
	double tokens;
};

enum attempt_end { ATTEMPT_ANSWERED, ATTEMPT_FAILED, ATTEMPT_TIMED_OUT, ATTEMPT_REFUSED };

void retry_reset(struct retry_budget *budget, const struct retry_config *config);
void retry_note_request(struct retry_budget *budget, const struct retry_config *config);

/* Whether a client asks again after so many attempts, the last of which ended so; takes a token. */
bool retry_wanted(struct retry_budget *budget, const struct retry_config *config, int attempts,
		  enum attempt_end end);

/* How long it waits before that: longer each time, less by a random share of up to `jitter`. */
sim_time retry_delay(const struct retry_config *config, int attempts, double uniform);

#endif
