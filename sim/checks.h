/* Checks look at telemetry and say what they think of it: one state each, or one for every rider
 * of a trial whose riders judge by rules of their own. */
#ifndef SIM_CHECKS_H
#define SIM_CHECKS_H

#include "sim/trial.h"

void checks_look(struct trial *trial, int index); /* it is time to */

/* Evidence of those that go by stages begins anew; of all that come or go, or `anew` of all, what
 * has been seen is forgotten. `before` are the scopes that were on. */
void checks_begin_stage(struct trial *trial, uint64_t before, bool anew);

/* The failures there were don't count any more. */
void checks_forgive(struct trial *trial);

static inline bool checks_is_looking(const struct trial *trial, int index)
{
	return trial->scopes >> trial->rollout->check[index].scope & 1;
}

/* What can be seen of a metric. */
struct reading checks_read(const struct trial *trial, int version, uint32_t cohorts,
			   const struct metric *metric, const struct lookback *lookback,
			   struct counts *counts);

#endif
