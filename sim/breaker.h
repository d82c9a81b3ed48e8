/* A circuit breaker: a version that fails too often is left alone for a while. */
#ifndef SIM_BREAKER_H
#define SIM_BREAKER_H

#include "sim/vocabulary.h"

enum breaker_fallback { FALLBACK_STABLE, FALLBACK_REFUSE };

struct breaker_config {
	double failures;      /* opens at this share of the window; NaN: whatever the share */
	sim_time window;      /* how far it looks back */
	int64_t min_requests; /* fewer than these say nothing */
	int64_t consecutive;  /* opens after so many failures in a row; PARAM_UNSET: never */
	sim_time open;	      /* how long the version is left alone; PARAM_UNSET: no breaker */
	int64_t probes;	      /* then so many may try: all must go well */
	int fallback;	      /* enum breaker_fallback */
};

enum { BREAKER_PARTS = 10 }; /* of the window: it moves in steps of a tenth, as Hystrix's does */

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_TRYING };

struct breaker {
	enum breaker_state state;
	uint32_t era; /* counts changes of state: late answers belong to an old one */
	sim_time opened_at;
	int64_t in_a_row;	/* failures */
	int64_t sent, answered; /* probes */
	int64_t newest;		/* part of the window, counted since time 0 */
	uint32_t good[BREAKER_PARTS], failed[BREAKER_PARTS];
};

void breaker_reset(struct breaker *breaker);

/* Whether a request may be sent now; in which era it is is in breaker->era. */
bool breaker_admits(struct breaker *breaker, const struct breaker_config *config, sim_time now);

/* What became of a request that was sent in an era. */
void breaker_note(struct breaker *breaker, const struct breaker_config *config, uint32_t era,
		  bool failed, sim_time now);

/* A request sent in an era ended without having reached the version. */
void breaker_forget(struct breaker *breaker, uint32_t era);

#endif
