/* The request path: everything that happens to requests between two control instants. */
#ifndef SIM_REQUESTS_H
#define SIM_REQUESTS_H

#include "sim/bill.h"
#include "sim/course.h"
#include "sim/intensity.h"
#include "sim/journey.h"
#include "sim/ledger.h"
#include "sim/rewards.h"
#include "sim/rng.h"

enum {
	BATCH = 512,	  /* requests drawn at a time: their arrays stay in the first caches */
	FIRST_BATCH = 32, /* doubles up to BATCH: a few requests should not pay for a full one */
};

/* Batches double from the first to the largest, and a slice of services as long as the longest
 * trial still adds up. */
_Static_assert(BATCH % FIRST_BATCH == 0 && !(BATCH / FIRST_BATCH & (BATCH / FIRST_BATCH - 1)),
	       "batches must double up to the largest");
_Static_assert(MAX_HORIZON < INT64_MAX / (2 * BATCH + 2), "a slice of services must add up");

/* How one version treats one cohort now, as numbers the loops compare random bits with. */
struct treatment {
	uint64_t error;		/* outcome bits below it are errors, */
	uint64_t hang, corrupt; /* up to here never answered, up to here answered wrongly */
	uint64_t slow, timeout; /* latency bits from here on are slow, are timeouts */
	uint64_t tail;		/* latency bits from here on are stretched by tail_factor */
	double factor, add_ns, tail_factor;
};

/* A stream that is not always needed: bits nobody asked for are skipped, so that every request
 * keeps its own whatever happened to those before it. */
struct lazy_stream {
	struct rng rng;
	uint64_t owed; /* words to skip before the next fill */
	bool filled;   /* for the present batch */
};

/* Requests in order of arrival, with all the randomness they will need. */
struct batch {
	int size, next;			 /* requests; the first not yet served */
	_Alignas(64) sim_time at[BATCH]; /* whole lines of the cache, and so are the rest */
	uint32_t user[BATCH];
	uint32_t bucket[BATCH], outcome[BATCH], latency[BATCH], mirror[BATCH]; /* random bits */
	uint32_t select[BATCH], chance[BATCH];				       /* so, too */
	uint8_t cohort[BATCH];
	uint32_t caught[BATCH];	 /* by these rules, if they are on; where there are any */
	double stable_ns[BATCH]; /* what stable's law makes of the latency bits */
	/* Only where traffic has sessions or was recorded, attributes are asked for. */
	uint32_t session[BATCH];
	sim_time born[BATCH]; /* the sessions */
	int64_t row[BATCH];   /* which request of a recording it was, */
	int64_t lucky[BATCH]; /* and as which one it fares */
	uint32_t attribute[MAX_ATTRIBUTES][BATCH];
};

/* What a slice of the batch becomes; twice as long, because every request may have a copy. */
struct slice {
	int count, from; /* where in the batch it begins */
	const sim_time *at;
	const uint32_t *user, *outcome, *latency_bits;
	const uint32_t *apart_outcome, *apart_latency; /* the same, had stable served everybody */
	const double *stable_ns;
	const uint8_t *lot;	  /* key and variant: lot = variant x keys + key */
	const uint8_t *apart_lot; /* the same, had stable served everybody */
	_Alignas(64) uint8_t key[2 * BATCH];
	uint8_t flags[2 * BATCH], lots[2 * BATCH], apart_lots[2 * BATCH];
	double latency_ns[2 * BATCH];
	/* Room for the arrays above when copies are among the requests. */
	sim_time at_room[2 * BATCH];
	uint32_t user_room[2 * BATCH], outcome_room[2 * BATCH], latency_room[2 * BATCH];
	uint32_t replayed_outcome[2 * BATCH], replayed_latency[2 * BATCH]; /* if some are */
	uint16_t origin[2 * BATCH]; /* where in the batch they come from; `from` is -1 then */
	uint8_t anew[2 * BATCH];    /* copies that do not fare as their originals */
	double stable_room[2 * BATCH];
	double chance; /* where its only request was chosen for: of the version it got */
	uint32_t chosen[MAX_SELECTIONS][BATCH]; /* bits by which faults hit some of the batch */
};

struct answers;

struct requests {
	const struct plan *plan;
	const struct case_plan *case_;
	bool sticky;
	void *traffic_state;
	size_t traffic_state_size;
	bool shaped; /* arrivals go through the intensity */
	struct intensity intensity;
	struct rng arrivals, users, latency;
	struct lazy_stream routing, outcome, mirror, selection, drifting;
	struct lazy_stream attribute[MAX_ATTRIBUTES];
	uint32_t user_salt, cohort_salt, select_salt;
	bool exhausted;
	uint64_t arrivals_sum; /* of arrival times: changes when any of them moves */
	int batch_room;	       /* of the next batch */
	struct batch batch;
	struct slice slice;
	/* Set at control instants. */
	struct split split;
	struct routes routes;
	int lots; /* keys x variants */
	struct treatment treatment[MAX_KEYS];
	struct treatment apart[MAX_KEYS]; /* of the same requests, had stable served everybody */
	uint8_t stable_of[MAX_KEYS];	  /* the key of the same cohort on stable */
	uint64_t drift;			  /* users with hashes below it have lost their version */
	bool may_err, hangs;		  /* some outcome is not an answer; never comes */
	/* Where requests end up. */
	struct telemetry telemetry;
	struct ledger ledger;
	struct answers *answers; /* where versions have a quality */
	struct bill bill;
	struct pool pool[MAX_VERSIONS], twin; /* twin: stable, had it served everybody */
	sim_time last_done[MAX_VERSIONS];     /* of those in flight at some control instant */
	struct journeys journeys;	      /* of a coupled plan */
	struct rewards rewards;		      /* where somebody chooses for each request */
};

struct requests_size {
	struct telemetry_size telemetry;
	struct label_size labels; /* no slots: no plan has a quality */
	size_t traffic_state;
	int people, servers, queue;
	int fleets, replicas, slots; /* slots of a fleet */
};

void requests_measure(struct requests_size *size, const struct plan *plan); /* grows `size` */
void requests_allocate(struct requests *requests, struct arena *arena,
		       const struct requests_size *size);
void requests_reset(struct requests *requests, const struct plan *plan,
		    const struct case_plan *case_, bool sticky, uint64_t trial);

/* Takes over new routes, or what the faults make of the versions at `now`. */
void requests_route(struct requests *requests, const struct routes *routes, sim_time now);
void requests_treat(struct requests *requests, const struct course *course, sim_time now);

/* Serves everything that arrives before `until`; nothing else changes before then. */
void requests_run(struct requests *requests, sim_time until);

/* What the machines have done and cost until now goes to the meters: before the scrape of now. */
void requests_meter(struct requests *requests, sim_time now);

/* The trial is over: everybody who has come is still answered, and the bill is made. */
void requests_finish(struct requests *requests, struct result *row);

#endif
