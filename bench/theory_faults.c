/* Faults beside what was asked of them: how much of the traffic they reach. */
#include "bench/theory.h"
#include "bench/theory_world.h"

#include <math.h>
#include <string.h>

enum { TRIALS = 60, CANDIDATE = 1 };

static void open_faults(struct world *world, int seed, const char *faults, const char *rollout)
{
	world_open(world,
		   "scenario: faults\ntraffic: {poisson: {rate: 20/s}, timeout: 10s}\n"
		   "versions: {stable: {latency: 1ms}, candidate: {like: stable}}\n"
		   "cases: {it: [%s]}\nrollouts: {it: {%s}}\nhorizon: 2000s\nseed: %d\n",
		   faults, rollout, seed);
}

struct fates {
	struct moments failed, exposed;
};

static void measure_fates(const struct theory *theory, const char *faults, const char *rollout,
			  struct fates *fates)
{
	struct world world;
	memset(fates, 0, sizeof *fates);
	open_faults(&world, theory_seed(theory), faults, rollout);
	for (uint64_t t = 0; t < TRIALS; t++) {
		const struct result *row = world_run(&world, t);
		moments_add(&fates->failed, (double)row->version_failures[CANDIDATE] /
						    (double)row->version_requests[CANDIDATE]);
		moments_add(&fates->exposed, (double)row->exposed_requests / (double)row->requests);
	}
	world_close(&world);
}

/* The mean share of [0, seconds] spent on, by a chain of two states that begins on. */
static double share_on(double on_s, double off_s, double seconds)
{
	double leaves = 1 / on_s + 1 / off_s, settled = on_s / (on_s + off_s);
	return settled + (1 - settled) * -expm1(-leaves * seconds) / leaves / seconds;
}

void theory_faults(struct theory *theory)
{
	static const char *const at_once = "instant: {}";
	static const char *const canary = "canary: {steps: [5% for 1h]}";
	struct fates fates;
	theory_heading("Faults: shares of requests");
	measure_fates(theory, "{burst: {errors: +100%, lasts: 1s, gap: 3s}}", at_once, &fates);
	theory_expect(theory, "within bursts of 1 s, gaps of 3 s", share_on(1, 3, 2000),
		      "two-state Markov chain", &fates.failed);
	measure_fates(theory, "{weight_skew: {by: +3%}}", canary, &fates);
	theory_expect(theory, "to the candidate: asked 5 %, skewed by 3 %", 0.08, "as asked",
		      &fates.exposed);
	measure_fates(theory, "{timeout: {hangs: 2%}}", at_once, &fates);
	theory_expect(theory, "never answered", 0.02, "as asked", &fates.failed);
}
