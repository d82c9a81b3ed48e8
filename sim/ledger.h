/* The ledger: who was hurt. A request is harmed when it went badly and stable, fed the same random
 * numbers, would have served it well. */
#ifndef SIM_LEDGER_H
#define SIM_LEDGER_H

#include "sim/plan.h"
#include "sim/result.h"

struct ledger {
	int people;	  /* of the population; 0: every request is somebody else */
	int baseline;	  /* a version that exposes nobody, as stable */
	uint64_t *harmed; /* a bit a person */
	int64_t harmed_users;
	int64_t segment_harmed_users[MAX_SEGMENTS];
	/* Where requests are followed one by one. Harm is on balance. */
	int64_t asked[MAX_SEGMENTS], exposed[MAX_SEGMENTS], balance[MAX_SEGMENTS];
	int64_t fresh; /* harmed requests since the last scrape */
};

void ledger_allocate(struct ledger *ledger, struct arena *arena, int people);
void ledger_reset(struct ledger *ledger, int people);

/* Whether who is served by the version is exposed to something new. */
static inline bool ledger_is_exposed(const struct ledger *ledger, int version)
{
	return version != STABLE && version != ledger->baseline;
}

/* Notes that a person of the segment was harmed; counts each once. */
static inline void ledger_harm(struct ledger *ledger, uint32_t person, int segment)
{
	uint64_t bit = UINT64_C(1) << (person & 63);
	bool first = !(ledger->harmed[person >> 6] & bit);
	ledger->harmed[person >> 6] |= bit;
	ledger->harmed_users += first;
	ledger->segment_harmed_users[segment] += first;
}

/* The same of somebody nobody knows: they can be told from nobody else, and are never the same. */
static inline void ledger_harm_unknown(struct ledger *ledger, int segment)
{
	ledger->harmed_users++;
	ledger->segment_harmed_users[segment]++;
}
/* A request that was followed to its end, in the real world or its twin. */
void ledger_count(struct ledger *ledger, int segment, bool twin, bool exposed, bool bad);

/* One went badly here and well there. */
void ledger_note_harm(struct ledger *ledger, uint32_t person, int segment);

/* Adds up what telemetry has counted into the row: requests, exposure, harm, latencies. */
void ledger_settle(const struct ledger *ledger, const struct plan *plan,
		   const struct telemetry *telemetry, struct result *row);

#endif
