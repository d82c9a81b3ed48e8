/* Who sends requests, beside the law of who should: the busiest user, strangers, newcomers, and
 * users who keep their version. */
#include "bench/theory.h"
#include "bench/theory_world.h"

#include "sim/batch.h"

#include <math.h>
#include <string.h>

enum { TRIALS = 100, USERS = 500 };

static void open_people(struct world *world, const char *users, int seed)
{
	world_open(world,
		   "scenario: people\ntraffic: {poisson: {rate: 50/s}, users: {%s}}\n"
		   "versions: {stable: {latency: 1ms}, candidate: {like: stable}}\n"
		   "telemetry: {scrape: 1d}\ncases: {calm: []}\n"
		   "rollouts: {some: {canary: {steps: [30%% for 1h]}, sticky: yes}}\n"
		   "horizon: 600s\nseed: %d\n",
		   users, seed);
}

/* Of the requests of each trial, the share from people within [low, high]. */
static void measure(const struct theory *theory, const char *users, uint32_t low, uint32_t high,
		    struct moments *share)
{
	struct world world;
	memset(share, 0, sizeof *share);
	open_people(&world, users, theory_seed(theory));
	for (uint64_t t = 0; t < TRIALS; t++) {
		struct requests *r = world_begin(&world, t);
		double hits = 0, all = 0;
		while (batch_draw(r))
			for (int i = 0; i < r->batch.size; i++, all++)
				hits += r->batch.user[i] >= low && r->batch.user[i] <= high;
		moments_add(share, hits / all);
	}
	world_close(&world);
}

static double zipf_first(int users, double skew)
{
	double sum = 0;
	for (int rank = 1; rank <= users; rank++)
		sum += pow(rank, -skew);
	return 1 / sum;
}

/* Which versions each user has met, as bits. */
static void meet(struct world *world, uint64_t number, uint8_t met[USERS])
{
	struct visits visits;
	memset(met, 0, USERS);
	visits_begin(&visits, world, number);
	while (visits_next(&visits))
		for (int i = 0; i < visits.count; i++)
			met[visits.user[i]] |= (uint8_t)(1 << visits.key[i]);
}

static void expect_stickiness(struct theory *theory)
{
	struct world world;
	struct moments one = {0}, candidate = {0};
	uint8_t met[USERS];
	open_people(&world, "count: 500, skew: 0", theory_seed(theory));
	for (uint64_t t = 0; t < TRIALS; t++) {
		double seen = 0, loyal = 0, moved = 0;
		meet(&world, t, met);
		for (int u = 0; u < USERS; u++) {
			seen += met[u] != 0;
			loyal += met[u] == 1 || met[u] == 2;
			moved += met[u] == 2;
		}
		moments_add(&one, loyal / seen);
		moments_add(&candidate, moved / seen);
	}
	theory_expect(theory, "share of users who met one version only", 1, "sticky", &one);
	theory_expect(theory, "share of users whom a canary of 30 % has", 0.3, "as asked",
		      &candidate);
	world_close(&world);
}

void theory_people(struct theory *theory)
{
	struct moments share;
	theory_heading("People: shares of requests, or of users");
	measure(theory, "count: 1000, skew: 1.1", 0, 0, &share);
	theory_expect(theory, "the busiest of 1000 users, skew 1.1", zipf_first(1000, 1.1),
		      "Zipf 1949", &share);
	measure(theory, "count: 500, anonymous: 20%", NOBODY, NOBODY, &share);
	theory_expect(theory, "strangers", 0.2, "as asked", &share);
	/* Everybody has a place for 1200 s, twice the trial, and the first have been there for a
	 * uniform part of that: at a time t, t / 1200 of them have gone. */
	measure(theory, "count: 500, skew: 0, new: 1500/h", USERS, NOBODY - 1, &share);
	theory_expect(theory, "newcomers, where half leave in the end", 0.25,
		      "t / 1200 s, integrated", &share);
	expect_stickiness(theory);
}
