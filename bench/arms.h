/* Arms whose chances are known stand in for the dashboards of a bandit: it asks how many requests
 * each version has had and how many went well, and nothing else of a trial is simulated. */
#ifndef BENCH_ARMS_H
#define BENCH_ARMS_H

#include "sim/rng.h"
#include "sim/strategy.h"

#include <assert.h>
#include <math.h>

struct arms {
	int count;
	double chance[MAX_VERSIONS], pulls[MAX_VERSIONS], rewards[MAX_VERSIONS];
	double regret;		/* against the best arm alone */
	uint64_t random, drawn; /* a seed, and how many numbers were made of it */
};

/* The `read` of a lens on them. */
static inline struct reading arms_read(const void *world, int version, uint32_t cohorts,
				       const struct metric *metric, const struct lookback *lookback)
{
	const struct arms *arms = world;
	(void)cohorts;
	(void)lookback;
	assert(metric->kind == METRIC_SUCCESS_RATE);
	return arms->pulls[version] > 0
		       ? reading_of_share(arms->rewards[version], arms->pulls[version])
		       : reading_of_nothing;
}

static inline double arms_uniform(struct arms *arms)
{
	return (double)(rng_expand(arms->random, ++arms->drawn) >> 11) * 0x1p-53;
}

/* Any of them, by shares that sum to 1. */
static inline int arms_draw(struct arms *arms, const double *share)
{
	double u = arms_uniform(arms);
	int arm = 0;
	while (arm + 1 < arms->count && u >= share[arm])
		u -= share[arm++];
	return arm;
}

static inline void arms_pull(struct arms *arms, int arm)
{
	double best = 0;
	for (int a = 0; a < arms->count; a++)
		best = fmax(best, arms->chance[a]);
	arms->regret += best - arms->chance[arm];
	arms->pulls[arm]++;
	arms->rewards[arm] += arms_uniform(arms) < arms->chance[arm];
}

#endif
